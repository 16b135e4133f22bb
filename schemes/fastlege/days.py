"""Norway's working days: neither Saturday, nor Sunday, nor a red day of the calendar (L7)."""

from datetime import date, timedelta
from functools import cache

from dateutil.easter import easter

SATURDAY, SUNDAY = 5, 6
# New Year's Day and both days of Christmas; Labour Day and Constitution Day (two Acts, of 1947 and 1995)
FIXED = ((1, 1), (5, 1), (5, 17), (12, 25), (12, 26))
# Days after Easter Sunday: Maundy Thursday to Easter Monday, Ascension Day, Whit Sunday and Monday
AFTER_EASTER = (-3, -2, 0, 1, 39, 49, 50)


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
    # A calendar of the whole world would take a worker 16 MB; a test compares each day with one.
    movable = (easter(year) + timedelta(days) for days in AFTER_EASTER)
    return frozenset((*movable, *(date(year, month, day) for month, day in FIXED)))
