"""The verbs of pools and allowances: bind and draw, give back, move. Nothing else touches their sums."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, QuerySet, Sum

from database.prepared import Given, prepared
from database.reads import kept, read_anew, read_once
from schemes.base import Allowance, PoolPlan, Scheme
from schemes.models import AllowanceEntry, Closing, LedgerEntry, PersonalAllowance, Pool

# One statement, so that the pool is held no longer than PostgreSQL needs to write both rows.
BIND = """
WITH held AS (
    UPDATE schemes_pool SET committed = committed + %(amount)s
    WHERE id = %(pool)s AND budget >= committed + %(amount)s RETURNING *
), entry AS (
    INSERT INTO schemes_ledgerentry (pool_id, kind, amount, subject, note, at, by_id)
    SELECT id, %(kind)s, %(amount)s, %(subject)s, '', %(at)s, %(by)s FROM held RETURNING id
)
SELECT held.*, entry.id AS entry FROM held, entry
"""
# The same for an allowance, which is there from the first time that something is drawn from it. The limit
# follows the terms that count for this grant.
DRAW = """
WITH held AS (
    INSERT INTO schemes_personalallowance AS before (scheme, person_key, year, "limit", used)
    SELECT %(scheme)s, %(person_key)s, %(year)s, %(limit)s, %(units)s WHERE %(units)s <= %(limit)s
    ON CONFLICT (scheme, person_key, year) DO UPDATE
        SET used = before.used + excluded.used, "limit" = excluded."limit"
        WHERE before.used + excluded.used <= excluded."limit"
    RETURNING id
)
INSERT INTO schemes_allowanceentry (allowance_id, units, subject, at, by_id)
SELECT id, %(units)s, %(subject)s, %(at)s, %(by)s::bigint FROM held
"""


class PoolTooSmall(Exception):
    """The pool does not suffice."""


class AllowanceSpent(Exception):
    """A person's allowance does not suffice."""


def pool_for(*, scheme: Scheme, on: date, at: datetime) -> Pool:
    """Return the pool that pays on a day, opened from the terms if it is new (R26).

    Changes: the first call for a period adds the pool and its budget row in the ledger.
    """
    plan = scheme.pool_on(on)
    return opened(scheme.slug).get(plan.key) or _open(planned(scheme, plan), at=at)


def planned(scheme: Scheme, plan: PoolPlan) -> Pool:
    """Return a pool as the terms give it, which is not opened yet: it is in no table."""
    period = {"starts_on": plan.starts_on, "ends_on": plan.ends_on}
    return Pool(scheme=scheme.slug, key=plan.key, budget=plan.budget, **period)


def locked(pool: Pool) -> Pool:
    """Return a pool with its row locked: what is read of the pools from now on stays true.

    NO KEY: rows that point here may be written meanwhile, else two writers deadlock.
    """
    read_anew(opened)
    return Pool.objects.select_for_update(no_key=True).get(pk=pool.pk)


@read_once
def opened(slug: str) -> dict[str, Pool]:
    """Return the pools of a scheme that have been opened, by their keys, in order. One query."""
    return {pool.key: pool for pool in _pools(slug=slug)}


def left_on(scheme: Scheme, *, on: date) -> Decimal:
    """Return what is left in the pool that pays on a day; all of its budget while it is not opened yet."""
    plan = scheme.pool_on(on)
    pool = opened(scheme.slug).get(plan.key) or planned(scheme, plan)
    return pool.remaining


@prepared
def _pools(slug: Given) -> QuerySet[Pool]:
    return Pool.objects.filter(scheme=slug)


@transaction.atomic
def _open(new: Pool, *, at: datetime) -> Pool:
    given = {"starts_on": new.starts_on, "ends_on": new.ends_on, "budget": new.budget}
    pool, created = Pool.objects.get_or_create(scheme=new.scheme, key=new.key, defaults=given)
    if created:
        _write(pool=pool, kind=LedgerEntry.Kind.BUDGET, amount=pool.budget, at=at)
    read_anew(opened)
    return pool


def bind(*, pool: Pool, amount: Decimal, subject: UUID, at: datetime, by: Any) -> LedgerEntry:
    """Bind `amount` of a pool for an application (R27) and return the ledger row.

    One conditional statement: whoever comes at the same time waits for the row and sees the new sum. The
    pool of the ledger row is the pool with this grant; it stays locked until the transaction ends.
    Raises PoolTooSmall when the budget does not suffice; then nothing has changed.
    """
    said = {"kind": LedgerEntry.Kind.GRANT, "amount": amount, "subject": subject, "at": at}
    held = list(Pool.objects.raw(BIND, said | {"pool": pool.pk, "by": by and by.pk}))
    if not held:
        raise PoolTooSmall(pool)
    read_anew(opened)
    return LedgerEntry(pk=held[0].entry, pool=held[0], by=by, **said)


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

    One that is only `planned` is opened from the terms first (R26). Raises PoolTooSmall when the source has
    less than `amount` unbound, ValueError when the pools are of different schemes, the amount is not above 0
    or nobody says why.
    """
    if source.scheme != target.scheme or source.key == target.key or amount <= 0:
        raise ValueError("A transfer needs two pools of one scheme and an amount.")
    _require_told(by, note)
    source, target = (each if each.pk else _open(each, at=at) for each in (source, target))
    _lock(source, target)
    spare = Pool.objects.filter(pk=source.pk, budget__gte=F("committed") + amount)
    if not spare.update(budget=F("budget") - amount):
        raise PoolTooSmall(source)
    Pool.objects.filter(pk=target.pk).update(budget=F("budget") + amount)
    for pool, signed in ((source, -amount), (target, amount)):
        _write(pool=pool, kind=LedgerEntry.Kind.TRANSFER, amount=signed, at=at, by=by, note=note)


def _lock(*pools: Pool) -> None:
    # In the order of their keys: two transfers that cross never wait for each other.
    keys = [each.pk for each in pools]
    list(Pool.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))


@transaction.atomic
def set_budget(*, pool: Pool, budget: Decimal, at: datetime, by: Any, note: str) -> None:
    """Give a pool another budget: a logged act of the administrator (L5).

    Changes the pool and adds the difference to the ledger; the same budget changes nothing. Raises
    PoolTooSmall when more than `budget` is granted, ValueError when nobody says why.
    """
    _require_told(by, note)
    held = locked(pool)
    if held.committed > budget:
        raise PoolTooSmall(held)
    if held.budget == budget:
        return
    Pool.objects.filter(pk=pool.pk).update(budget=budget)
    more = budget - held.budget
    _write(pool=pool, kind=LedgerEntry.Kind.BUDGET, amount=more, at=at, by=by, note=note)


def _require_told(by: Any, note: str) -> None:
    if by is None or not note.strip():
        raise ValueError("Budget is moved by somebody who says why.")


@transaction.atomic
def draw_units(
    *,
    scheme: Scheme,
    person_key: str,
    allowances: Iterable[Allowance],
    subject: UUID,
    at: datetime,
    by: Any,
) -> None:
    """Draw the units of a grant from the person's allowances (L8).

    Call it with the pool locked: application, pool, allowance, series is the order of all locks.
    One conditional statement a year: whoever comes at the same time waits for the row and sees what is
    left. Raises AllowanceSpent when a limit does not suffice; then nothing has changed.
    """
    said = {"scheme": scheme.slug, "person_key": person_key, "subject": subject, "at": at}
    said |= {"by": by and by.pk}
    for allowance in sorted(allowances, key=lambda each: each.year):
        if allowance.units:
            _draw(allowance, said)


def _draw(allowance: Allowance, said: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(DRAW, said | vars(allowance))
        if not cursor.rowcount:
            raise AllowanceSpent(allowance)


@transaction.atomic
def return_units(*, subject: UUID, at: datetime, by: Any) -> None:
    """Give back every unit that a grant has drawn; a second time there is nothing to give back.

    Call it with the application and then the pool locked.
    """
    drawn = AllowanceEntry.objects.filter(subject=subject).order_by("allowance__year")
    for row, units in drawn.values_list("allowance").annotate(sum=Sum("units")):
        if units:
            PersonalAllowance.objects.filter(pk=row).update(used=F("used") - units)
            AllowanceEntry.objects.create(
                allowance_id=row, units=-units, subject=subject, at=at, by=by
            )


def closed(*, scheme: Scheme, at: datetime) -> Closing | None:
    """Return the closing that is in force at a moment, or None while submission is open (R28)."""
    return all_closed(at=at).get(scheme.slug)


def all_closed(*, at: datetime) -> dict[str, Closing]:
    """Return the closings that are in force at a moment, by the slugs of their schemes (R28)."""
    return {each.scheme: each for each in _closings() if each.counts_at(at)}


@kept
def _closings() -> list[Closing]:
    """Return every closing; where several count at once, the one that began first comes last."""
    return list(Closing.objects.order_by("-closes_at"))


def _write(*, pool: Pool, kind: str, amount: Decimal, at: datetime, **rest: Any) -> LedgerEntry:
    read_anew(opened)
    return LedgerEntry.objects.create(pool=pool, kind=kind, amount=amount, at=at, **rest)
