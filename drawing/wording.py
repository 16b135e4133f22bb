"""Amounts and days inside sentences, written when the sentence is read, in its reader's language."""

from datetime import date, datetime
from decimal import Decimal
from unicodedata import normalize

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import lazy
from django.utils.translation import get_language, pgettext

# What comes after z, in its order; every other letter stands with the one that it is written over.
LAST_LETTERS = {"sv": "åäö", "nb": "æøå"}
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


def alphabetical(text: str) -> list[tuple[int, str]]:
    """Return what to sort a text by, to find it where the reader's language has it: Åland last, or with A."""
    last = LAST_LETTERS.get(get_language() or "", "")
    return [(last.find(each) + 1, normalize("NFD", each)[0]) for each in text.casefold()]


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
