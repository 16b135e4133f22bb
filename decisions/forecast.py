"""Where a pool is heading: what was granted, what waits, and how far it goes at the pace so far.

The pace is plain: what was granted in the half-year so far, or in the year of a pool that lasts longer,
divided by its days so far. In its first thirty days that of the half-year or year before is taken.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from decisions import funds
from schemes import spending
from schemes.base import Scheme
from schemes.spending import Spending

TOO_SHORT = 30  # days after which a half-year has a pace of its own
DAY = timedelta(days=1)
NOTHING = Decimal(0)
WHOLE = Decimal(1)


@dataclass(frozen=True)
class Pace:
    """So much was granted in so many days, from a first one on."""

    granted: Decimal
    days: int
    since: date

    def after(self, days: int) -> Decimal:
        """Return what is granted in so many days at this pace, in whole kronor."""
        amount = self.granted * days / self.days
        return max(amount, NOTHING).quantize(WHOLE, ROUND_HALF_UP)


@dataclass(frozen=True)
class Step:
    """A month, or a year of a pool that lasts: what is granted by its end, and what only expected."""

    first: date
    granted: Decimal
    expected: Decimal

    @property
    def total(self) -> Decimal:
        """What is or will be granted by its end."""
        return self.granted + self.expected


@dataclass(frozen=True)
class Forecast:
    """The pool that pays today: amounts in the scheme's currency, step by step until `last`."""

    title: str
    budget: Decimal
    granted: Decimal
    waiting: Decimal
    last: date
    pace: Pace
    by_year: bool
    steps: tuple[Step, ...]

    @property
    def at_end(self) -> Decimal:
        """What will have been granted on the last day at this pace."""
        return self.steps[-1].total

    @property
    def spare(self) -> Decimal:
        """What would be left of the budget then; below 0 when it does not suffice."""
        return self.budget - self.at_end

    @property
    def short(self) -> Decimal:
        """What would be missing then; below 0 when something is left."""
        return -self.spare


def forecast(scheme: Scheme, *, on: date) -> Forecast:
    """Return where the pool that pays on a day is heading until the end of its half-year or year."""
    pools = spending.of_scheme(scheme, on=on)
    place = next(place for place, each in enumerate(pools) if each.current)
    pool, before = pools[place], [each for each in pools[place + 1 :] if not each.by_year]
    last = date(on.year, 12, 31) if pool.by_year else pool.ends_on
    pace = _pace(pool, before, on)
    return Forecast(
        title=pool.title,
        budget=pool.budget,
        granted=pool.granted,
        waiting=funds.waiting(scheme.slug, on=on).amount,
        last=last,
        pace=pace,
        by_year=pool.by_year,
        steps=tuple(_steps(pool, pace, on, last)),
    )


def _pace(pool: Spending, before: list[Spending], on: date) -> Pace:
    first = max(pool.starts_on, date(on.year, 1, 1)) if pool.by_year else pool.starts_on
    now = pool.periods[-1].granted if pool.by_year else pool.granted
    days = (on - first).days + 1
    earlier = _year_before(pool, on) if pool.by_year else _pool_before(before)
    return earlier if earlier and days <= TOO_SHORT else Pace(now, days, first)


def _pool_before(before: list[Spending]) -> Pace | None:
    if not before:
        return None
    days = (before[0].ends_on - before[0].starts_on).days + 1
    return Pace(before[0].granted, days, before[0].starts_on)


def _year_before(pool: Spending, on: date) -> Pace | None:
    first = date(on.year - 1, 1, 1)
    found = [each for each in pool.periods if each.first == first]
    return Pace(found[0].granted, (date(on.year, 1, 1) - first).days, first) if found else None


def _steps(pool: Spending, pace: Pace, on: date, last: date) -> Iterator[Step]:
    for each in pool.periods[:-1]:
        yield Step(each.first, each.so_far, NOTHING)
    first = pool.periods[-1].first
    while first <= last:
        following = date(first.year + (first.month == 12), first.month % 12 + 1, 1)
        end = last if pool.by_year else min(following - DAY, last)
        yield Step(first, pool.granted, pace.after((end - on).days))
        first = end + DAY
