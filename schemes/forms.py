"""The pages of an application as forms: what is typed comes in, facts and a summary go out."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import normalize_newlines
from django.utils.translation import gettext_lazy as _

from drawing import wording
from drawing.fields import AmountField
from schemes import secrets

HIDDEN = "••••"


class StepForm(forms.Form):
    """One step. Its answers are kept as typed, so that nothing typed is ever lost.

    Takes `on`, the day for which lists (organisations …) must be valid, or None for any day;
    `own_email`, the applicant's, which nobody else on the form may have; and `others`, the stored
    answers of all steps, for a step that depends on another.
    """

    heading: ClassVar[str] = ""  # the page's question; the step's title where it is empty
    lead: ClassVar[str] = ""
    at_hand: ClassVar[str] = ""  # what one should have at hand before one begins
    groups: ClassVar[tuple[tuple[str, tuple[str | tuple[str, ...], ...]], ...]] = ()
    secret: ClassVar[tuple[str, ...]] = ()  # kept encrypted, shown masked
    carried: ClassVar[tuple[str, ...]] = ()  # a new application takes them from the last one
    from_profile: ClassVar[Mapping[str, str]] = {}  # field: attribute of the person

    def __init__(
        self,
        *args: Any,
        on: date | None,
        own_email: str = "",
        others: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        self.on, self.own_email, self.others = on, own_email, others or {}
        super().__init__(*args, **kwargs)

    @classmethod
    def read(cls, answers: Mapping[str, Any] | None, **known: Any) -> "StepForm":
        """Return the form bound to stored answers and validated; no answers count as empty ones.

        Takes what the form itself takes: `on`, `own_email`, `others`.
        """
        form = cls(data=cls.opened(answers or {}), **known)
        form.is_valid()
        return form

    @classmethod
    def kept(cls, last: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a new application takes from the stored answers of the last one."""
        return {name: last[name] for name in cls.carried if name in last}

    @classmethod
    def copied(cls, stored: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a copy of an application takes from its stored answers: all of them."""
        return dict(stored)

    @classmethod
    def opened(cls, answers: Mapping[str, Any]) -> dict[str, Any]:
        """Return stored answers as they were typed, secrets in clear."""
        return {
            name: secrets.decrypt(value or "") if name in cls.secret else value
            for name, value in answers.items()
        }

    @classmethod
    def sealed(cls, typed: Mapping[str, Any]) -> dict[str, Any]:
        """Return typed answers as they are stored, secrets encrypted."""
        return {
            name: secrets.encrypt(value or "") if name in cls.secret else value
            for name, value in typed.items()
        }

    def typed(self) -> dict[str, Any]:
        """Return what was typed, field by field, as plain JSON (lists for multiple choices)."""
        return {
            name: storable(field.widget.value_from_datadict(self.data, {}, self.add_prefix(name)))
            for name, field in self.fields.items()
        }

    def value(self, name: str) -> Any:
        """Return the cleaned value of a field, or None where it is missing or unreadable."""
        return getattr(self, "cleaned_data", {}).get(name)

    def sections(self) -> list[dict[str, Any]]:
        """Return the fields as the page shows them: legend and rows, several beside each other."""
        groups = self.groups or (("", tuple(self.fields)),)
        return [{"legend": legend, "rows": self._rows(names)} for legend, names in groups]

    def _rows(self, names: Iterable[str | tuple[str, ...]]) -> list[list[forms.BoundField]]:
        rows = ([row] if isinstance(row, str) else row for row in names)
        return [[self[name] for name in row] for row in rows]

    # In words, for the check page, the case page and the confirmation

    def summary(self) -> list[dict[str, Any]]:
        """Return every answer as {name, key, value, required}; `value` is text or lines of it.

        Call it on a form that was read. Secrets are masked; what cannot be read is as typed, and a day
        or an amount that has an error is in words all the same.
        """
        return [
            {
                "name": name,
                "key": str(self[name].label),
                "value": self.words(name),
                "required": field.required,
            }
            for name, field in self.fields.items()
        ]

    def words(self, name: str) -> str | list[str]:
        """Return one answer in words, "" where there is none."""
        value = self.value(name)
        if name in self.secret:
            return self.masked(name, value) if value else HIDDEN * bool(self.data.get(name))
        if value is None or value == "":
            return _as_typed(self.fields[name], self.data.get(name) or "")
        return _in_words(self.fields[name], value)

    def masked(self, name: str, value: str) -> str:
        """Return as much of a secret as may be shown."""
        return HIDDEN


class Unanswered:
    """A step that nobody has begun: it has no answer to anything."""

    def value(self, name: str) -> None:
        """Return that there is none."""


Read = StepForm | Unanswered


def read_steps(steps: Iterable[Any], answers: Mapping[str, Any], **known: Any) -> dict[str, Read]:
    """Return the forms of steps by slug, validated on any day, with answers that come opened.

    What was on a list then was on it, though it has closed since.
    """
    forms = {
        step.slug: step.form(data=answers[step.slug], on=None, **known)
        if answers.get(step.slug)
        else Unanswered()
        for step in steps
    }
    for form in forms.values():
        if isinstance(form, StepForm):
            form.is_valid()
    return forms


def address_of_another(email: str, own_email: str) -> str:
    """Return the address of a head of unit: nobody confirms for themselves (R18, R21).

    Raises ValidationError where it is the applicant's own.
    """
    if own_email and email.casefold() == own_email.casefold():
        raise ValidationError(_("This is your own address. Write the one of your head of unit."))
    return email


def hold_days_in_order(form: StepForm) -> None:
    """Add an error to `ends_on` where a course would end before it has begun."""
    first, last = form.value("starts_on"), form.value("ends_on")
    if first and last and last < first:
        form.add_error("ends_on", _("The last day cannot be before the first day."))


def _in_words(field: forms.Field, value: Any) -> str | list[str]:
    if hasattr(field, "in_words"):
        return field.in_words(value)
    if isinstance(value, date):
        return str(wording.day(value))
    if isinstance(field, forms.ModelChoiceField):
        return str(value)
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(value, value))
    return str(value).splitlines() if "\n" in str(value) else str(value)


def _as_typed(field: forms.Field, typed: Any) -> str | list[str]:
    if isinstance(field, forms.DateField | AmountField) and isinstance(typed, str):
        with suppress(ValidationError):
            value = field.to_python(typed)
            return "" if value is None else _in_words(field, value)
    return str(typed)


def storable(typed: Any) -> Any:
    """Return what was typed as the database can keep it, on every browser's lines alike."""
    # PostgreSQL keeps neither NUL nor half of a surrogate pair.
    if isinstance(typed, list | tuple):
        return [storable(each) for each in typed]
    if not isinstance(typed, str):
        return typed
    text = typed.replace("\0", "").encode("utf-8", "ignore").decode()
    return normalize_newlines(text)
