"""The form of a row of a list: what does not hold together is said beside its field, in words of ours."""

from typing import Any

from django.core.exceptions import ValidationError
from django.forms import ModelForm
from django.utils.translation import gettext

PERIODS = (("valid_from", "valid_to"), ("starts_on", "ends_on"))


class RowForm(ModelForm):
    """A row of a list: its last day is not before its first, and it is not there already."""

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        typed = super().clean()
        for begins, ends in PERIODS:
            first, last = typed.get(begins), typed.get(ends)
            if first and last and last < first:
                self.add_error(ends, gettext("The last day is before the first."))
        return typed

    def add_error(self, field: str | None, error: Any) -> None:
        """Say beside a field of the form that a row is there already; Django names all fields above it."""
        if field is None and isinstance(error, ValidationError):
            for name, words in self._placed(error):
                super().add_error(name, words)
        else:
            super().add_error(field, error)

    def _placed(self, error: ValidationError) -> list[tuple[str | None, Any]]:
        return [
            self._twice(each) or (name if name in self.fields else None, each)
            for name, listed in error.update_error_dict({}).items()
            for each in listed
        ]

    def _twice(self, error: ValidationError) -> tuple[str, str] | None:
        if error.code != "unique_together":
            return None
        asked = [name for name in error.params["unique_check"] if name in self.fields]
        return asked[-1], gettext("There is such a row in the list already. Write another one.")
