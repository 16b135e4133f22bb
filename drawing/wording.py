"""Amounts and days inside sentences, written when the sentence is read, in its reader's language."""

from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import lazy
from django.utils.translation import pgettext

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
UNITS = {"SEK": "kr", "NOK": "kr"}


def amount(value: Decimal) -> str:
    """Return an amount as people write it: 5 000, or 4 999,50 where there are öre; −880 below 0."""
    text = f"{abs(value):,.2f}".removesuffix(".00")
    text = text.replace(",", NO_BREAK_SPACE).replace(".", ",")
    return MINUS + text if value < 0 else text


def unit(currency: str) -> str:
    """Return what stands after an amount: "kr" for Swedish and Norwegian kronor."""
    return UNITS.get(currency, currency)


def money(value: Decimal, currency: str) -> str:
    """Return an amount with its unit, never broken over two lines: 5 000 kr."""
    return f"{amount(value)}{NO_BREAK_SPACE}{unit(currency)}"


def _day(value: date) -> str:
    return date_format(value, pgettext("date format", "j F Y")).replace(" ", NO_BREAK_SPACE)


def day_of_every_year(value: date) -> str:
    """Return a day that every year has in words, such as 20 December."""
    return date_format(value, pgettext("date format", "j F")).replace(" ", NO_BREAK_SPACE)


def _moment(value: datetime) -> str:
    here = timezone.localtime(value)
    return f"{_day(here)}, {here:%H:%M}"


# A day in words, such as 15 May 2024, and a moment of it; they become text only when they are shown.
day = lazy(_day, str)
moment = lazy(_moment, str)
