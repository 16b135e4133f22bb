"""When things happened in the demo: on working days that have passed, whatever today is."""

from dataclasses import dataclass
from datetime import date, timedelta

from schemes.fastlege.days import SATURDAY, is_working_day

DAY = timedelta(days=1)
# Until then the current year has had too few days to tell a story of.
ENOUGH_BY = 5


@dataclass(frozen=True)
class DemoCalendar:
    """Today, and the working days of the year so far (early in the year since the July before)."""

    today: date
    working_days: tuple[date, ...]

    def at(self, part: float) -> date:
        """Return a working day: 0 is the first, 1 was the last one before today."""
        return self.working_days[int(part * (len(self.working_days) - 1))]

    def ago(self, number: int) -> date:
        """Return a day some days ago, the working day before where it was not one."""
        day = self.today - number * DAY
        while not is_working_day(day):
            day -= DAY
        return day


def calendar(today: date) -> DemoCalendar:
    """Return the demo's calendar for a day."""
    first = date(today.year, 1, 1)
    if today.month < ENOUGH_BY:
        first = date(today.year - 1, 7, 1)
    every = (first + number * DAY for number in range((today - first).days))
    return DemoCalendar(today, tuple(day for day in every if is_working_day(day)))


def course_days(earliest: date, number: int) -> list[date]:
    """Return so many days in a row for a course, all of them working days."""
    day = earliest
    while True:
        found = [day + each * DAY for each in range(number)]
        if all(map(is_working_day, found)):
            return found
        day += DAY


def over_a_weekend(earliest: date) -> list[date]:
    """Return a Friday that is a working day and the Saturday after it."""
    day = earliest
    while not is_working_day(day) or (day + DAY).weekday() != SATURDAY:
        day += DAY
    return [day, day + DAY]
