"""What new terms would have meant for the pools of an earlier year; nothing is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Model

from schemes.base import PoolPlan, Scheme
from schemes.services import opened

ByDay = Mapping[date, Decimal]  # amounts by the day of the decision
DAY = timedelta(days=1)


@dataclass(frozen=True)
class PoolEffect:
    """One pool under the terms of then and under the new ones, in the scheme's currency.

    `others` is what it has granted beside the applications that were looked at.
    """

    title: str
    others: Decimal
    before: Decimal
    after: Decimal
    budget_before: Decimal
    budget_after: Decimal

    @property
    def left_before(self) -> Decimal:
        """What the terms of then leave of the pool; below 0 when they give more than there was."""
        return self.budget_before - self.others - self.before

    @property
    def left_after(self) -> Decimal:
        """What the new terms would leave of the pool; below 0 when it would not have sufficed."""
        return self.budget_after - self.others - self.after


def on_pools(
    scheme: Scheme, rows: Sequence[Model], *, on: date, before: ByDay, after: ByDay, really: ByDay
) -> list[PoolEffect]:
    """Return each pool that paid on a day of the decisions, in order.

    Takes the rows of the new terms, the day of today and, by day, what the terms of then and the new
    ones give, and what was really granted. As many queries as there are pools.
    """
    days = sorted(before)
    plans = _plans(scheme, days[0], days[-1]) if days else []
    return [
        _effect(scheme, plan, scheme.budget_with(plan, rows, on=on), before, after, really)
        for plan in plans
    ]


def _plans(scheme: Scheme, first: date, last: date) -> list[PoolPlan]:
    plans = [scheme.pool_on(first)]
    while plans[-1].ends_on < last:
        plans.append(scheme.pool_on(plans[-1].ends_on + DAY))
    return plans


def _effect(
    scheme: Scheme,
    plan: PoolPlan,
    budget: Decimal,
    before: ByDay,
    after: ByDay,
    really: ByDay,
) -> PoolEffect:
    pool = opened(scheme.slug).get(plan.key)
    return PoolEffect(
        title=scheme.pool_title(plan.key),
        others=(pool.committed if pool else Decimal(0)) - _within(plan, really),
        before=_within(plan, before),
        after=_within(plan, after),
        budget_before=pool.budget if pool else plan.budget,
        budget_after=budget,
    )


def _within(plan: PoolPlan, amounts: ByDay) -> Decimal:
    inside = (sum_ for day, sum_ in amounts.items() if plan.starts_on <= day <= plan.ends_on)
    return sum(inside, Decimal(0))
