"""What a scheme has granted over time, pool by pool, for everybody to see."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from schemes.base import PoolPlan, Scheme
from schemes.models import Pool, Spent

SHOWN = 4  # pools, the latest ones
A_YEAR = timedelta(days=366)
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Period:
    """A month of a pool, or a year of one that lasts for long; amounts in the scheme's currency.

    `granted` is what was granted in it less what came back; `so_far` the same since the pool began.
    """

    first: date
    granted: Decimal
    so_far: Decimal


@dataclass(frozen=True)
class Spending:
    """One pool, and what was granted from it period by period until a day."""

    title: str
    starts_on: date
    ends_on: date
    budget: Decimal
    by_year: bool
    current: bool
    periods: tuple[Period, ...]

    @property
    def granted(self) -> Decimal:
        """What is granted by now."""
        return self.periods[-1].so_far

    @property
    def left(self) -> Decimal:
        """What is left of the budget."""
        return self.budget - self.granted


def of_scheme(scheme: Scheme, *, on: date) -> list[Spending]:
    """Return the latest pools that have begun, the one that pays today first. Two queries."""
    now = scheme.pool_on(on)
    begun = Pool.objects.filter(scheme=scheme.slug, starts_on__lte=on).order_by("-starts_on")
    pools = list(begun[:SHOWN])
    moves = _by_month(pools)
    found = [_spending(scheme, _plan(pool), moves[pool.pk], on=on) for pool in pools]
    if now.key not in {pool.key for pool in pools}:
        found = [_spending(scheme, now, {}, on=on), *found]
    return found


def _plan(pool: Pool) -> PoolPlan:
    return PoolPlan(pool.key, pool.starts_on, pool.ends_on, pool.budget)


def _by_month(pools: list[Pool]) -> Mapping[int, dict[date, Decimal]]:
    found: dict[int, dict[date, Decimal]] = defaultdict(dict)
    for pool, month, amount in Spent.objects.filter(pool__in=pools).values_list(
        "pool", "month", "amount"
    ):
        found[pool][month] = amount
    return found


def _spending(
    scheme: Scheme, plan: PoolPlan, moves: Mapping[date, Decimal], *, on: date
) -> Spending:
    by_year = plan.ends_on - plan.starts_on > A_YEAR
    return Spending(
        title=scheme.pool_title(plan.key),
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        budget=plan.budget,
        by_year=by_year,
        current=plan.starts_on <= on <= plan.ends_on,
        periods=tuple(_periods(plan, moves, until=min(on, plan.ends_on), by_year=by_year)),
    )


def _periods(
    plan: PoolPlan, moves: Mapping[date, Decimal], *, until: date, by_year: bool
) -> Iterator[Period]:
    so_far = NOTHING
    first = _first_of(plan.starts_on, by_year=by_year)
    while first <= until:
        following = _first_of(first + (A_YEAR if by_year else timedelta(days=31)), by_year=by_year)
        granted = sum((moves[each] for each in moves if first <= each < following), NOTHING)
        so_far += granted
        yield Period(first, granted, so_far)
        first = following


def _first_of(day: date, *, by_year: bool) -> date:
    return day.replace(month=1, day=1) if by_year else day.replace(day=1)
