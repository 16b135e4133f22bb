"""Do many who approve at once overspend a pool? python -m benchmarks.approvals

200 applications wait for the last signature, the pool pays for 120; 64 clients sign at once. The control
binds the money by reading, adding and writing back, and does not lock the pool before it decides.
"""

from decimal import Decimal
from unittest.mock import patch

from benchmarks import stage, waiting

TITLE = "64 clients, 200 approvals, money for 120"
CLIENTS, CASES, ENOUGH_FOR, AMOUNT = 64, 200, 120, 6000


def ours():
    """Count approvals, and by how much the pool is overspent."""
    from tests.factories import signatory, signed

    representative, pool = signatory("representative"), _pool()
    cases = waiting.grants(CASES, signed_by=signatory("chair"))
    counted = stage.crowd(lambda each: signed(each, by=representative).decision, cases, CLIENTS)
    return _counts(pool, counted)


def control():
    """The same without the locks and triggers that guard the pool."""
    from decisions import writing
    from schemes.models import Pool

    plain = patch.object(Pool.objects, "select_for_update", lambda **_: Pool.objects)
    adding = patch.object(writing.pools, "bind", add_in_python)
    off, on = stage.guards_off("schemes_pool", "schemes_ledgerentry")
    with stage.without(plain, adding, down=off, undo=on):
        return ours()


def add_in_python(*, pool, amount, subject, at, by):
    """Bind as one would without a guard: the CHECK on the total holds, and the money is gone."""
    from schemes.models import LedgerEntry, Pool
    from schemes.services import PoolTooSmall

    read = Pool.objects.get(pk=pool.pk)
    if read.remaining < amount:
        raise PoolTooSmall(read)
    Pool.objects.filter(pk=pool.pk).update(committed=read.committed + amount)
    pool = Pool.objects.get(pk=pool.pk)
    return LedgerEntry.objects.create(
        pool=pool, kind="grant", amount=amount, subject=subject, at=at, by=by
    )


def _pool():
    from schemes import services as pools
    from tests.factories import APRIL, SCHEME, person

    waiting.forget()
    pool = pools.pool_for(scheme=SCHEME, on=APRIL.date(), at=APRIL)
    said = {"budget": Decimal(ENOUGH_FOR * AMOUNT + AMOUNT - 1), "note": "Benchmark"}
    pools.set_budget(pool=pool, at=APRIL, by=person(), **said)
    return pool


def _counts(pool, counted):
    from decisions.models import Decision

    bound, budget = stage.sql(
        "SELECT sum(l.amount) FILTER (WHERE l.kind = 'grant'), p.budget FROM schemes_pool p"
        " JOIN schemes_ledgerentry l ON l.pool_id = p.id WHERE p.id = %s GROUP BY p.id",
        [pool.pk],
    )[0]
    overspent = max(Decimal(0), bound - budget)
    return {"approved": Decision.objects.count(), "overspent by": f"{overspent:.0f}", **counted}


if __name__ == "__main__":
    from benchmarks import approvals

    stage.play(approvals)
