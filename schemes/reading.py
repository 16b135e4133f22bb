"""Reads facts strictly, what is missing or of the wrong kind is named, never guessed; and states them."""

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from schemes.base import FactsError

AMOUNT = re.compile(r"\d{1,12}(\.\d{1,6})?", re.ASCII)
FARTHEST = 20  # places from the point; a Decimal that begins beyond is no amount
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
# Days outside these years are typing errors, and reckoning with them would leave the calendar.
FIRST_YEAR, LAST_YEAR = 1900, 2999
KEY = re.compile(r"\d{1,18}", re.ASCII)


def ticked_keys(sent: Iterable[str]) -> list[int]:
    """Return the keys of the rows that were ticked; what a page of ours never sends is left out."""
    return [int(each) for each in sent if KEY.fullmatch(each)]


def stated_day(day: date | None) -> str | None:
    """Return a day as facts and papers state it, such as 2024-05-15."""
    return day.isoformat() if day else None


def stated_amount(amount: Decimal | None) -> str | None:
    """Return an amount as facts state it: all its digits, as text."""
    return None if amount is None else format(amount, "f")


class Reader:
    """Reads one set of facts by dotted names; each method raises FactsError naming the field.

    With `complete=False` (a draft) a fact that is missing or null is None. Otherwise only those
    that are read with `optional=True` may be.
    """

    def __init__(self, data: Mapping[str, Any], *, complete: bool, time_zone: ZoneInfo) -> None:
        if not isinstance(data, Mapping):
            raise FactsError("facts", "must be an object")
        self.data, self.complete, self.time_zone = data, complete, time_zone

    def raw(self, name: str, *, optional: bool = False) -> Any:
        """Return the value as it stands, or None where it may be missing."""
        value = self._find(name)
        if value is None and self.complete and not optional:
            raise FactsError(name, "is missing")
        return value

    def amount(self, name: str, *, optional: bool = False) -> Decimal | None:
        """Return an amount of money, 0 or more, given as a number or as digits in a text."""
        value = self.raw(name, optional=optional)
        if value is None:
            return None
        text = _written(value)
        kind = isinstance(value, int | float | Decimal | str) and not isinstance(value, bool)
        if not kind or not AMOUNT.fullmatch(text):
            raise FactsError(name, "must be an amount of 0 or more, such as 4999.50")
        return Decimal(text)

    def day(self, name: str, *, optional: bool = False) -> date | None:
        """Return a day, written as 2024-05-15."""
        value = self.raw(name, optional=optional)
        return None if value is None else self._day(name, value)

    def days(self, first: str, last: str) -> tuple[date | None, date | None]:
        """Return a first and a last day; of a draft the last is None where it comes before the first."""
        starts_on, ends_on = self.day(first), self.day(last)
        if not starts_on or not ends_on or starts_on <= ends_on:
            return starts_on, ends_on
        if self.complete:
            raise FactsError(last, "must not be before the first day")
        return starts_on, None

    def moment(self, name: str) -> datetime | None:
        """Return an aware time; one without offset is the scheme's local time."""
        value = self.raw(name)
        if value is None:
            return None
        if not isinstance(value, str) or not DAY.match(value) or not value[10:]:
            raise FactsError(name, "must be a date and time, such as 2024-05-14T23:59:00+02:00")
        self._day(name, value[:10])
        try:
            moment = datetime.fromisoformat(value)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=self.time_zone)
            return moment.astimezone(self.time_zone)
        except (ValueError, OverflowError):
            raise FactsError(name, "is no time of any day") from None

    def flag(self, name: str, *, optional: bool = False) -> bool | None:
        """Return true or false."""
        value = self.raw(name, optional=optional)
        if value is not None and not isinstance(value, bool):
            raise FactsError(name, "must be true or false")
        return value

    def count(self, name: str, *, optional: bool = False) -> int | None:
        """Return a whole number, 0 or more."""
        value = self.raw(name, optional=optional)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise FactsError(name, "must be a whole number, 0 or more")
        return value

    def choice(self, name: str, known: Collection[str], *, optional: bool = False) -> str | None:
        """Return one of the known words."""
        value = self.raw(name, optional=optional)
        if value is not None and (not isinstance(value, str) or value not in known):
            raise FactsError(name, "is not known")
        return value

    def _find(self, name: str) -> Any:
        *sections, last = name.split(".")
        here: Any = self.data
        for depth, section in enumerate(sections, start=1):
            here = here.get(section)
            if here is None:
                return None
            if not isinstance(here, Mapping):
                raise FactsError(".".join(sections[:depth]), "must be an object")
        return here.get(last)

    @staticmethod
    def _day(name: str, value: Any) -> date:
        if not isinstance(value, str) or not DAY.fullmatch(value):
            raise FactsError(name, "must be a date, such as 2024-05-15")
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise FactsError(name, "is no day of the calendar") from None
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise FactsError(name, f"must lie between {FIRST_YEAR} and {LAST_YEAR}")
        return day


def _written(value: Any) -> str:
    """Return the digits of a number; a Decimal's are exact, without zeros at their end."""
    if not isinstance(value, Decimal) or abs(value.adjusted()) > FARTHEST:
        return str(value)
    whole, _point, decimals = format(value, "f").partition(".")
    decimals = decimals.rstrip("0")
    return f"{whole}.{decimals}" if decimals else whole
