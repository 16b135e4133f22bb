"""Puts RFR's part of the demo together for a day."""

from collections.abc import Callable
from datetime import date
from functools import cache

from schemes.demo import Demo
from schemes.rfr.demo.calendar import calendar
from schemes.rfr.demo.cases import cases
from schemes.rfr.demo.people import PEOPLE


def demo(today: date, *, open_on: Callable[[date], bool]) -> Demo:
    """Return the people and what happened until yesterday; nobody of them exists."""
    # Appointed well before the first of the cases.
    return Demo(PEOPLE, cases(calendar(today, open_on=cache(open_on))), date(today.year - 2, 1, 1))
