"""Puts the refund scheme's part of the demo together for a day."""

from datetime import date

from schemes.demo import Demo
from schemes.fastlege.demo.calendar import calendar
from schemes.fastlege.demo.cases import cases
from schemes.fastlege.demo.people import PEOPLE


def demo(today: date) -> Demo:
    """Return the people and what happened until yesterday; nobody of them exists."""
    # Appointed well before the first of the cases.
    return Demo(PEOPLE, cases(calendar(today)), date(today.year - 2, 1, 1))
