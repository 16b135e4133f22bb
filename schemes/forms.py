"""The pages of an application as forms: what is typed comes in, facts and a summary go out."""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django import forms

from schemes import secrets


class StepForm(forms.Form):
    """One step. Its answers are kept as typed, so that nothing typed is ever lost.

    Takes `on`, the day for which lists (organisations …) must be valid.
    """

    secret: ClassVar[tuple[str, ...]] = ()  # kept encrypted, shown masked
    carried: ClassVar[tuple[str, ...]] = ()  # a new application takes them from the last one
    from_profile: ClassVar[Mapping[str, str]] = {}  # field: attribute of the person

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        self.on = on
        super().__init__(*args, **kwargs)

    @classmethod
    def read(cls, answers: Mapping[str, Any] | None, *, on: date) -> "StepForm":
        """Return the form bound to stored answers and validated; no answers count as empty ones."""
        form = cls(data=cls.opened(answers or {}), on=on)
        form.is_valid()
        return form

    @classmethod
    def opened(cls, answers: Mapping[str, Any]) -> dict[str, Any]:
        """Return stored answers as they were typed, secrets in clear."""
        return {
            name: secrets.decrypt(value) if name in cls.secret else value
            for name, value in answers.items()
        }

    @classmethod
    def sealed(cls, typed: Mapping[str, Any]) -> dict[str, Any]:
        """Return typed answers as they are stored, secrets encrypted."""
        return {
            name: secrets.encrypt(value) if name in cls.secret else value
            for name, value in typed.items()
        }

    def typed(self) -> dict[str, Any]:
        """Return what was typed, field by field, as plain JSON (lists for multiple choices)."""
        return {
            name: field.widget.value_from_datadict(self.data, {}, self.add_prefix(name))
            for name, field in self.fields.items()
        }

    def value(self, name: str) -> Any:
        """Return the cleaned value of a field, or None where it is missing or unreadable."""
        return getattr(self, "cleaned_data", {}).get(name)
