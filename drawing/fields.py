"""Fields that read what people write: an amount in kronor, a day, a long text, yes or no."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.text import format_lazy
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _

from drawing import wording
from drawing.widgets import DateInput, LongSelect, MoneyInput, RadioCards, words_in

# "6.000" and "6,000" are six or six thousand, who knows: they are asked for again, never guessed.
AMOUNT = re.compile(r"(\d{1,3}( \d{3})+|\d+)([.,]\d{1,2})?", re.ASCII)
UNIT = re.compile(r"(kr|kronor|sek|nok|:-|,-)\.?$", re.IGNORECASE)


def required(words: Any) -> dict[str, Any]:
    """Return what is said where a field is left empty."""
    return {"required": words}


class AmountField(forms.Field):
    """An amount of money as people write it: 6 000, 6000,50 or 6 000 kr; gives a Decimal.

    Takes `highest`, in the scheme's currency, above which it must be a slip of the pen.
    """

    widget = MoneyInput
    default_error_messages = {
        "invalid": _("%(label)s: write an amount, for example 2 000."),
        "large": _("%(label)s: at most %(highest)s."),
    }

    def __init__(self, *, highest: int = 10_000_000, **kwargs: Any) -> None:
        self.highest = highest
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        """Return the amount, or None for an empty field. Raises ValidationError with kind words."""
        text = _plain(value)
        if not text:
            return None
        if not AMOUNT.fullmatch(text) or len(text) > 40:
            raise self._wrong("invalid")
        amount = Decimal(text.replace(" ", "").replace(",", "."))
        if amount > self.highest:
            raise self._wrong("large")
        return amount

    def in_words(self, amount: Decimal) -> str:
        """Return the amount as people write it, with its unit."""
        return f"{wording.amount(amount)}{wording.NO_BREAK_SPACE}{self.widget.unit}"

    def _wrong(self, code: str) -> ValidationError:
        words = {"label": self.label, "highest": wording.amount(Decimal(self.highest))}
        return ValidationError(self.error_messages[code], code=code, params=words)


class DayField(forms.DateField):
    """A day written like 2027-01-12, in whose year no slip of the pen is to be seen."""

    widget = DateInput
    input_formats = ("%Y-%m-%d",)
    FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)
    default_validators = (MinValueValidator(FIRST), MaxValueValidator(LAST))
    default_error_messages = {"invalid": _("Write the day like 2027-01-12.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        year = format_lazy(_("{label}: check the year."), label=self.label)
        self.error_messages |= {"min_value": year, "max_value": year}


class YesNoField(forms.TypedChoiceField):
    """A question that is answered by yes or no; nothing is chosen beforehand."""

    widget = RadioCards
    WORDS = (("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No")))

    def __init__(self, **kwargs: Any) -> None:
        choices = {"choices": self.WORDS, "coerce": lambda typed: typed == "yes"}
        super().__init__(**choices, empty_value=None, **kwargs)

    def in_words(self, answer: bool) -> str:
        """Return the answer in words."""
        return gettext("Yes") if answer else gettext("No")


class LongTextField(forms.CharField):
    """A text of several lines. One that is too long comes back whole, and is said to be."""

    widget = forms.Textarea
    default_error_messages = {
        "max_length": _("Shorten the text to %(limit_value)s characters; it has %(show_value)s.")
    }

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Return what the widget is told: not the length, at which browsers cut without a word."""
        told = super().widget_attrs(widget)
        return {name: value for name, value in told.items() if name != "maxlength"}


class LongChoiceField(forms.ChoiceField):
    """A choice from a long list in plain text, as of countries; takes what tells the list, as a tuple."""

    widget = LongSelect

    def valid_value(self, value: Any) -> bool:
        """Tell whether a code is in the list, without going through it."""
        return str(value) in words_in(self.choices)

    def in_words(self, code: str) -> str:
        """Return the words of a code; one that is not in the list stays as it is."""
        return words_in(self.choices).get(code, code)


def _plain(value: Any) -> str:
    # Spaces of every kind count as one, and the unit may be written along.
    text = " ".join(str(value or "").split())
    return UNIT.sub("", text).strip()
