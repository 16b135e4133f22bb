"""The verbs of the pools: bind money, give it back, move it. Nothing else touches `committed`."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from schemes.base import PoolPlan, Scheme
from schemes.models import Closing, LedgerEntry, Pool


class PoolTooSmall(Exception):
    """The pool does not suffice; `pool` is the pool as it was read afterwards."""

    def __init__(self, pool: Pool) -> None:
        super().__init__(str(pool))
        self.pool = pool


def pool_for(*, scheme: Scheme, on: date, at: datetime) -> Pool:
    """Return the pool that pays on a day, opened from the terms if it is new (R26).

    Changes: the first call for a period adds the pool and its budget row in the ledger.
    """
    plan = scheme.pool_on(on)
    found = Pool.objects.filter(scheme=scheme.slug, key=plan.key).first()
    return found or _open(scheme=scheme, plan=plan, at=at)


@transaction.atomic
def _open(*, scheme: Scheme, plan: PoolPlan, at: datetime) -> Pool:
    pool, created = Pool.objects.get_or_create(
        scheme=scheme.slug,
        key=plan.key,
        defaults={"starts_on": plan.starts_on, "ends_on": plan.ends_on, "budget": plan.budget},
    )
    if created:
        _write(pool=pool, kind=LedgerEntry.Kind.BUDGET, amount=plan.budget, at=at)
    return pool


@transaction.atomic
def bind(*, pool: Pool, amount: Decimal, subject: UUID, at: datetime, by: Any) -> LedgerEntry:
    """Bind `amount` of a pool for an application (R27) and return the ledger row.

    One conditional UPDATE: whoever comes at the same time waits for the row and sees the new sum.
    Raises PoolTooSmall when the budget does not suffice; then nothing has changed.
    """
    fits = Pool.objects.filter(pk=pool.pk, budget__gte=F("committed") + amount)
    if not fits.update(committed=F("committed") + amount):
        raise PoolTooSmall(Pool.objects.get(pk=pool.pk))
    return _write(
        pool=pool, kind=LedgerEntry.Kind.GRANT, amount=amount, subject=subject, at=at, by=by
    )


@transaction.atomic
def release(
    *, pool: Pool, amount: Decimal, subject: UUID, at: datetime, by: Any, note: str = ""
) -> LedgerEntry:
    """Give `amount` back to the pool that it came from (R22) and return the ledger row."""
    Pool.objects.filter(pk=pool.pk).update(committed=F("committed") - amount)
    return _write(
        pool=pool,
        kind=LedgerEntry.Kind.RELEASE,
        amount=-amount,
        subject=subject,
        at=at,
        by=by,
        note=note,
    )


@transaction.atomic
def transfer(
    *, source: Pool, target: Pool, amount: Decimal, at: datetime, by: Any, note: str
) -> None:
    """Move budget between two pools of a scheme: a logged act of the administrator (R27).

    Raises PoolTooSmall when the source has less than `amount` unbound, ValueError when the pools
    are of different schemes, the amount is not above 0 or no reason is given.
    """
    if source.scheme != target.scheme or source.pk == target.pk or amount <= 0 or not note.strip():
        raise ValueError("A transfer needs two pools of one scheme, an amount and a reason.")
    spare = Pool.objects.filter(pk=source.pk, budget__gte=F("committed") + amount)
    if not spare.update(budget=F("budget") - amount):
        raise PoolTooSmall(Pool.objects.get(pk=source.pk))
    Pool.objects.filter(pk=target.pk).update(budget=F("budget") + amount)
    for pool, signed in ((source, -amount), (target, amount)):
        _write(pool=pool, kind=LedgerEntry.Kind.TRANSFER, amount=signed, at=at, by=by, note=note)


def closed(*, scheme: Scheme, at: datetime) -> Closing | None:
    """Return the closing that is in force at a moment, or None while submission is open (R28)."""
    shut = Closing.objects.filter(scheme=scheme.slug, closes_at__lte=at)
    return shut.exclude(opens_at__lte=at).first()


def _write(*, pool: Pool, kind: str, amount: Decimal, at: datetime, **rest: Any) -> LedgerEntry:
    return LedgerEntry.objects.create(pool=pool, kind=kind, amount=amount, at=at, **rest)
