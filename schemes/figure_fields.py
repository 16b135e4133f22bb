"""How a dated figure is asked for on a page, and how it reads: amounts, days, numbers, yes or no."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.functional import lazy
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from drawing import wording
from drawing.fields import AmountField, DayField, required
from drawing.widgets import MomentInput, RadioCards
from schemes.pages import EditableList, TermsPart

HIGHEST = 1_000_000_000
MISSING = _("Fill in: {label}.")
TOO_LOW = _("{label}: at least {limit}.")
TOO_HIGH = _("{label}: at most {limit}.")
FEW = 4  # choices that fit on a page beside each other


class FigureField(AmountField):
    """An amount of the terms; `whole` where it has no öre."""

    default_error_messages = {"whole": _("%(label)s: write a whole amount, for example 2 000.")}

    def __init__(self, *, whole: bool, **kwargs: Any) -> None:
        self.whole = whole
        super().__init__(highest=HIGHEST, **kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        """Return the amount, or None for an empty field. Raises ValidationError with kind words."""
        amount = super().to_python(value)
        if self.whole and amount is not None and amount != int(amount):
            raise self._wrong("whole")
        return amount

    def prepare_value(self, value: Any) -> Any:
        """Return the amount as people write it; what was typed stays as it is."""
        return wording.amount(Decimal(value)) if isinstance(value, int | Decimal) else value


def form_of(part: TermsPart | EditableList) -> type[forms.ModelForm]:
    """Return the form class of a page of figures or of a row of a list."""
    asked = partial(_asked, part)
    return forms.modelform_factory(
        part.model, form=part.form, fields=part.fields, formfield_callback=asked
    )


def _asked(part: TermsPart | EditableList, field: models.Field, **kwargs: Any) -> forms.Field:
    if field.name in getattr(part, "asked", {}):
        return part.asked[field.name](field)
    if field.name in getattr(part, "amounts", ()):
        return _amount(field)
    # In a row of several that may stay empty nothing is chosen beforehand.
    look = {} if getattr(part, "rows", 0) and field.choices else _look(field)
    made = field.formfield(**kwargs, **look)
    made.help_text = _sentence(made.help_text)
    made.error_messages["required"] = format_lazy(MISSING, label=made.label)
    if field.choices and made.choices[0][0] == "":
        made.choices = [("", _("Choose")), *made.choices[1:]]
    if isinstance(field, models.IntegerField | models.DecimalField):
        made.error_messages |= _limits(field, made.label)
    return made


def _limits(field: models.Field, label: Any) -> dict[str, Any]:
    """Return what is said of a number beyond what the table takes, instead of Django's words."""
    words = {MinValueValidator: TOO_LOW, MaxValueValidator: TOO_HIGH}
    return {
        each.code: format_lazy(
            words[type(each)], label=label, limit=wording.amount(Decimal(each.limit_value))
        )
        for each in field.validators
        if type(each) in words
    }


def _amount(field: models.Field) -> FigureField:
    label = capfirst(field.verbose_name)
    return FigureField(
        label=label,
        help_text=_sentence(field.help_text),
        whole=isinstance(field, models.IntegerField),
        required=not field.blank,
        error_messages=required(format_lazy(MISSING, label=label)),
    )


def _look(field: models.Field) -> dict[str, Any]:
    if isinstance(field, models.DateTimeField):
        return {"widget": MomentInput}
    if isinstance(field, models.DateField):
        return {"form_class": DayField}
    if isinstance(field, models.URLField):
        return {"assume_scheme": "https"}
    if isinstance(field, models.TextField):
        return {"widget": forms.Textarea(attrs={"rows": 4})}
    if field.choices and len(field.choices) <= FEW and not field.blank:
        return {"widget": RadioCards, "choices_form_class": WithoutEmpty}
    if isinstance(field, models.IntegerField | models.DecimalField):
        return {"widget": NumberOfFigure(attrs={"class": "w-year"})}
    return {}


class NumberOfFigure(forms.NumberInput):
    """A number with no more decimals than it needs: 4, where the table keeps 4.00."""

    def format_value(self, value: Any) -> str | None:
        """Return the number as the browser takes it; what was typed stays as it is."""
        if isinstance(value, Decimal):
            value = f"{value.normalize():f}"
        return super().format_value(value)


class WithoutEmpty(forms.TypedChoiceField):
    """A choice of cards without an empty one."""

    def __init__(self, *, choices: Any, **kwargs: Any) -> None:
        super().__init__(choices=[each for each in choices if each[0] != ""], **kwargs)


def _ended(hint: str) -> str:
    return f"{hint}." if " " in hint and not hint.endswith(".") else hint


# A hint as a sentence, if it is more than a rule's number: in the tables it stands without a full stop.
_sentence = lazy(_ended, str)

# In words


def in_words(row: models.Model, name: str, *, currency: str = "") -> str:
    """Return a figure of a row in words; with a currency it is an amount."""
    value = getattr(row, name)
    if value is None or value == "":
        return "–"
    if in_its_own := getattr(row, f"get_{name}_display", None):
        return str(in_its_own())
    return _words(value, currency)


def _words(value: Any, currency: str) -> str:
    if currency:
        return wording.money(Decimal(value), currency)
    known: dict[type, Callable[[Any], str]] = {
        bool: lambda yes: gettext("Yes") if yes else gettext("No"),
        date: lambda day: str(wording.day(day)),
        datetime: lambda moment: str(wording.moment(moment)),
        Decimal: lambda number: wording.amount(number),
    }
    return known.get(type(value), str)(value)
