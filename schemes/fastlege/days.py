"""Norway's working days: neither Saturday, nor Sunday, nor a red day of the calendar (L7)."""

from datetime import date
from functools import cache

import holidays

SATURDAY, SUNDAY = 5, 6


def is_working_day(day: date) -> bool:
    """Tell whether a day is a working day."""
    return not is_weekend(day) and not is_red(day)


def is_weekend(day: date) -> bool:
    """Tell whether a day is a Saturday or a Sunday."""
    return day.weekday() in (SATURDAY, SUNDAY)


def is_red(day: date) -> bool:
    """Tell whether a day is a public holiday in Norway."""
    return day in _red_days(day.year)


@cache
def _red_days(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("NO", years=year))
