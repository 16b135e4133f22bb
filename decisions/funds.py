"""The pools as people look at them: budget, granted, waiting, left."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Aggregate, Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from applications.models import WAITING, Application, State
from database.prepared import Given, prepared
from database.reads import read_once
from schemes.base import PoolPlan, Scheme
from schemes.models import Pool
from schemes.registry import get
from schemes.services import opened, planned

DAY = timedelta(days=1)
NOTHING = Decimal(0)
IN_LINE = Q(state=State.SUBMITTED)
# The calendar years that a course touches.
YEARS = Coalesce(F("ends_on__year") - F("starts_on__year"), 0) + 1
# What those in line ask, and how many years the courses of those touch that do not say.
AT_MOST = {
    "sum": Sum("asked", filter=IN_LINE, default=NOTHING),
    "unsaid": Sum(YEARS, filter=IN_LINE & Q(asked=None), default=0),
}

SUMMED = (*AT_MOST, "amount", "of_this_year")


@dataclass(frozen=True)
class Waiting:
    """What waits in a scheme on a day: `amount` is what the rules would give for courses of the year
    or before, `of_this_year` how many of the year there are. `at_most` is what all who are in line can
    get; see `at_most`.
    """

    amount: Decimal
    at_most: Decimal | None
    of_this_year: int


@dataclass(frozen=True)
class Funds:
    """One pool in figures, in the scheme's currency. `waiting` is what the rules would give.

    `ended_on` is its last day once that has passed: what is left then is for nobody (R27).
    """

    title: str
    budget: Decimal
    granted: Decimal
    waiting: Decimal
    current: bool
    ended_on: date | None = None

    @property
    def remaining(self) -> Decimal:
        """What is left of the budget."""
        return self.budget - self.granted

    @property
    def after_waiting(self) -> Decimal:
        """What would be left after all that wait; below 0 when they ask for more than there is."""
        return self.remaining - self.waiting


def of_year(scheme: Scheme, *, on: date) -> list[Funds]:
    """Return the pools of the year that holds a day, in order. Two queries."""
    pools = opened(scheme.slug)
    return [_funds(scheme, plan, pools, on=on) for plan in _plans(scheme, on=on)]


def to_move(scheme: Scheme, *, on: date) -> list[Pool]:
    """Return the pools between which budget may be moved, in order; none where there is but one. One query.

    These are all that have been opened, and those of the year that holds the day: one that nothing has been
    granted from yet may be given what is left of another (R27).
    """
    pools = {plan.key: planned(scheme, plan) for plan in _plans(scheme, on=on)}
    pools |= opened(scheme.slug)
    return sorted(pools.values(), key=lambda pool: pool.starts_on) if len(pools) > 1 else []


def _plans(scheme: Scheme, *, on: date) -> list[PoolPlan]:
    """Return the pools one after the other, as far as they begin in the year."""
    plans = [scheme.pool_on(date(on.year, 1, 1))]
    while (following := plans[-1].ends_on + DAY).year == on.year:
        plans.append(scheme.pool_on(following))
    return plans


def _funds(scheme: Scheme, plan: PoolPlan, pools: dict[str, Pool], *, on: date) -> Funds:
    pool = pools.get(plan.key) or planned(scheme, plan)
    pays_now = plan.starts_on <= on <= plan.ends_on
    return Funds(
        title=scheme.pool_title(plan.key),
        budget=pool.budget,
        granted=pool.committed,
        waiting=waiting(scheme.slug, on=on).amount if pays_now else NOTHING,
        current=pays_now,
        ended_on=plan.ends_on if plan.ends_on < on else None,
    )


@read_once
def waiting(slug: str, *, on: date) -> Waiting:
    """Return what waits in a scheme, in one query."""
    return summed(slug, _waiting(year=on.year, scheme=slug))


@prepared
def _waiting(year: Given, *, scheme: str) -> QuerySet[Application]:
    waiting = Application.objects.filter(scheme=scheme, state__in=WAITING).order_by()
    return waiting.values("scheme").annotate(**sums(year))


def sums(year: Any) -> dict[str, Aggregate]:
    """Return what tells of applications that wait what `summed` adds up, for a year."""
    return AT_MOST | {
        "amount": Sum("assessed", filter=Q(year__lte=year), default=NOTHING),
        "of_this_year": Count("pk", filter=Q(year=year)),
    }


def summed(slug: str, rows: Iterable[Mapping[str, Any]]) -> Waiting:
    """Return what waits in a scheme, from the `sums` of all its parts."""
    rows = list(rows)
    whole = {name: sum((row[name] for row in rows), NOTHING) for name in SUMMED}
    return Waiting(whole["amount"], at_most(slug, whole), int(whole["of_this_year"]))


def at_most(slug: str, found: Mapping[str, Any]) -> Decimal | None:
    """Return what those in line can get at most, from the sums that AT_MOST names.

    Nobody gets more than was asked, nor more than the terms ever give where nothing is. None where a
    scheme names no such limit.
    """
    if not found["unsaid"]:
        return found["sum"]
    most = get(slug).most_a_year()
    return None if most is None else found["sum"] + found["unsaid"] * most
