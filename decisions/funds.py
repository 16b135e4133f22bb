"""The pools as people look at them: budget, granted, waiting, left."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Sum

from applications.models import Application, State
from schemes.base import PoolPlan, Scheme
from schemes.models import Pool
from schemes.services import opened

WAITING = (State.SUBMITTED, State.RETURNED)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Funds:
    """One pool in figures, in the scheme's currency. `waiting` is what the rules would give."""

    title: str
    budget: Decimal
    granted: Decimal
    waiting: Decimal
    current: bool

    @property
    def remaining(self) -> Decimal:
        """What is left of the budget."""
        return self.budget - self.granted

    @property
    def after_waiting(self) -> Decimal:
        """What would be left after all that wait; below 0 when they ask for more than there is."""
        return self.remaining - self.waiting


def left_on(scheme: Scheme, *, on: date) -> Decimal:
    """Return what is left in the pool that pays on a day, also while it is not opened yet."""
    plan = scheme.pool_on(on)
    pool = opened(scheme.slug).get(plan.key)
    return pool.remaining if pool else plan.budget


def of_year(scheme: Scheme, *, on: date) -> list[Funds]:
    """Return the pools of the year that holds a day, in order. Two queries."""
    pools = opened(scheme.slug)
    return [_funds(scheme, plan, pools, on=on) for plan in _plans(scheme, on=on)]


def _plans(scheme: Scheme, *, on: date) -> list[PoolPlan]:
    """Return the pools one after the other, as far as they begin in the year."""
    plans = [scheme.pool_on(date(on.year, 1, 1))]
    while (following := plans[-1].ends_on + DAY).year == on.year:
        plans.append(scheme.pool_on(following))
    return plans


def _funds(scheme: Scheme, plan: PoolPlan, pools: dict[str, Pool], *, on: date) -> Funds:
    pool = pools.get(plan.key)
    pays_now = plan.starts_on <= on <= plan.ends_on
    return Funds(
        title=scheme.pool_title(plan.key),
        budget=pool.budget if pool else plan.budget,
        granted=pool.committed if pool else Decimal(0),
        waiting=_waiting(scheme, on=on) if pays_now else Decimal(0),
        current=pays_now,
    )


def _waiting(scheme: Scheme, *, on: date) -> Decimal:
    waiting = Application.objects.filter(scheme=scheme.slug, state__in=WAITING, year__lte=on.year)
    return waiting.aggregate(sum=Sum("assessed"))["sum"] or Decimal(0)
