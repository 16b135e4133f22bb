"""When things happened in the demo: days that have passed, outside of breaks, whatever today is.

Decided cases lie in two halves of the year. The later one is that of today, or the one before while today's
has had less than two weeks of office days (early January, July and August); the earlier one is the
half before. So on most days from late August on both are of the current year, and nothing ever lies ahead.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from schemes.rfr import days

ENOUGH = 10  # office days
LAST_START = (12, 30)


@dataclass(frozen=True)
class DemoCalendar:
    """Today, and the office days of the two halves on which something could be decided."""

    today: date
    earlier_days: tuple[date, ...]
    later_days: tuple[date, ...]
    open_on: Callable[[date], bool]

    def earlier(self, part: float) -> date:
        """Return an office day of the earlier half: 0 is its first, 1 its last."""
        return self.earlier_days[int(part * (len(self.earlier_days) - 1))]

    def later(self, part: float) -> date:
        """Return an office day of the later half that has passed."""
        return self.later_days[int(part * (len(self.later_days) - 1))]

    def ago(self, number: int) -> date:
        """Return a day some days ago, the Friday before where it is on a weekend."""
        day = self.today - timedelta(days=number)
        return day - timedelta(days=max(0, day.weekday() - 4))

    def soon(self, number: int) -> date:
        """Return a day ahead; still in this year while something can be decided in it (R31)."""
        day, last = self.today + timedelta(days=number), date(self.today.year, *LAST_START)
        room = (last - self.today).days - 5
        if day <= last or room < 1 or not self._decides_before(last):
            return day
        return self.today + timedelta(days=5 + number % room)

    def _decides_before(self, last: date) -> bool:
        ahead = (self.today + timedelta(days=each) for each in range((last - self.today).days))
        return sum(self.open_on(day) for day in ahead) >= ENOUGH // 2


def calendar(today: date, *, open_on: Callable[[date], bool]) -> DemoCalendar:
    """Return the demo's calendar for a day; `open_on` tells on which days one may decide (R29)."""
    later = _office_days(days.half_year(today), today, open_on)
    first = days.half_year(today)[0]
    if len(later) < ENOUGH:
        first, last = days.half_year(first - days.ONE_DAY)
        later = _office_days((first, last), today, open_on)
    earlier = _office_days(days.half_year(first - days.ONE_DAY), today, open_on)
    return DemoCalendar(today, earlier, later, open_on)


def _office_days(
    half: tuple[date, date], today: date, open_on: Callable[[date], bool]
) -> tuple[date, ...]:
    number = (half[1] - half[0]).days + 1
    every = (half[0] + timedelta(days=each) for each in range(number))
    return tuple(day for day in every if day < today and day.weekday() < 5 and open_on(day))
