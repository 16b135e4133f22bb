"""Fields that look like what they ask for: an amount with its unit, a day, a choice of cards."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from django import forms
from django.utils.choices import CallableChoiceIterator
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from drawing.looks import Place

# What forms say of their fields, put together by `|`: how wide one is, for what fits into it;
MEDIUM, LONG = {"class": "w-medium"}, {"class": "w-long"}
# that the browser shall not remember what was typed;
UNREMEMBERED = {"autocomplete": "off"}
# that it is needed in some cases, as its hint says: "(optional)" would mislead.
IN_SOME_CASES = {"data_plain": True}


class MoneyInput(forms.TextInput):
    """An amount, short and right-aligned, with its unit behind it.

    Takes the unit, such as "kr". What is typed is text ("6 000"): the form's field reads it.
    """

    template_name = "widgets/money.html"

    def __init__(self, attrs: dict[str, Any] | None = None, *, unit: str = "kr") -> None:
        self.unit = unit
        super().__init__(_with_class(attrs, "w-amount") | {"inputmode": "decimal"})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Return what the template draws: the field and its unit."""
        return super().get_context(name, value, attrs) | {"unit": self.unit}


class DateInput(forms.DateInput):
    """A day, chosen in the browser's own calendar; sent and kept as 2027-01-12."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(_with_class(attrs, "w-date"), format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    """A day and a time of it, chosen in the browser's own calendar; sent as 2027-01-12T08:00."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(_with_class(attrs, "w-moment"), format="%Y-%m-%dT%H:%M")


class LongSelect(forms.Select):
    """A choice from a long list in plain text, as of countries, which is drawn once and then kept.

    Going through hundreds of options took longer than all else on a page.
    """

    template_name = "widgets/long_select.html"

    def optgroups(self, *args: Any, **kwargs: Any) -> list[Any]:
        """Return nothing: the options are drawn all at once."""
        return []

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Return what the template draws, with the options as they stand in the page."""
        options = value if isinstance(value, Place) else self.drawn_options(value)
        return super().get_context(name, value, attrs) | {"options": options}

    def drawn_options(self, value: Any) -> SafeString:
        """Return all options as they stand in the page, with what is chosen."""
        chosen, options = self.format_value(value), _options(_listed(self.choices))
        return mark_safe("".join([both[code in chosen] for code, both in options.items()]))  # noqa: S308  # nosec B308 B703


def words_in(choices: Any) -> Mapping[str, str]:
    """Return the words of a long list by their code."""
    return _words(_listed(choices))


def _listed(choices: Any) -> tuple[tuple[str, str], ...]:
    # Django would go through all of what a function tells, each time that a value is looked for.
    return choices.func() if isinstance(choices, CallableChoiceIterator) else tuple(choices)


@lru_cache(maxsize=16)
def _words(choices: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    return MappingProxyType(dict(choices))


OPTION = '<option value="{}"{}>{}</option>'


@lru_cache(maxsize=16)
def _options(choices: tuple[tuple[str, str], ...]) -> dict[str, list[SafeString]]:
    """Return each option as it stands in the page: as one of many, and as the chosen one."""
    both = ("", " selected")
    return {
        code: [format_html(OPTION, code, each, name) for each in both] for code, name in choices
    }


class RadioCards(forms.RadioSelect):
    """A choice of few, each a card that can be pressed anywhere."""


def _with_class(attrs: dict[str, Any] | None, width: str) -> dict[str, Any]:
    attrs = dict(attrs or {})
    attrs.setdefault("class", width)
    return attrs
