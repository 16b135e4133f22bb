"""How many grants a second one pool takes, and by how much it is overspent: python -m benchmarks.pool

Starts a PostgreSQL of its own with full durability, lets 1 to 64 processes bind money at once, and compares
our one conditional statement with reading, adding and writing back, and with a locked row. The last crowd
is of 64 clients who try 200 grants each.
"""

from decimal import Decimal
from uuid import uuid4

from benchmarks import stage
from benchmarks.stage import say

AMOUNT = Decimal(5000)
# Clients, and how many grants all of them try together
CROWDS = {1: 640, 8: 640, 32: 640, 64: 64 * 200}


def main():
    with stage.server() as url:
        stage.set_up(url)
        measure()


def measure():
    for_no_case()
    say("way                clients  grants/s   bound of budget")
    for name, bind in ways().items():
        if name == "read, add, write":
            look_away()
        for clients, grants in CROWDS.items():
            report(name, clients, *run(bind, clients, grants))


def for_no_case():
    """Let money be bound although no application is granted it."""
    from django.db import connection

    from oversight.models import Movement

    (guard,) = (t for t in Movement._meta.triggers if t.name == "movement_follows_state")
    with connection.cursor() as cursor:
        name = guard.get_pgid(Movement)
        cursor.execute(f"ALTER TABLE schemes_ledgerentry DISABLE TRIGGER {name}")


def look_away():
    """Switch off what refuses at commit that pool and ledger differ, for the control."""
    from django.db import connection

    with connection.cursor() as cursor:
        for table in ("schemes_pool", "schemes_ledgerentry"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")


def ways():
    """Return the ways to bind money, ours first."""
    from django.db import transaction

    from schemes.models import Pool
    from schemes.services import PoolTooSmall, bind

    def write(pool, committed, rest):
        from schemes.models import LedgerEntry

        if committed + rest["amount"] > pool.budget:
            raise PoolTooSmall(pool)
        Pool.objects.filter(pk=pool.pk).update(committed=committed + rest["amount"])
        LedgerEntry.objects.create(pool=pool, kind="grant", **rest)

    def read_add_write(*, pool, **rest):
        read = Pool.objects.get(pk=pool.pk)
        write(pool, read.committed, rest)

    @transaction.atomic
    def locked(*, pool, **rest):
        read = Pool.objects.select_for_update(no_key=True).get(pk=pool.pk)
        write(pool, read.committed, rest)

    return {"one statement": bind, "locked row": locked, "read, add, write": read_add_write}


def run(bind, clients, grants):
    """Let clients try twice as many grants as the pool can pay; return seconds, bound and budget."""
    from django.db import transaction
    from django.db.models import Sum
    from django.utils import timezone

    from schemes.models import LedgerEntry, Pool
    from schemes.services import PoolTooSmall

    at, budget = timezone.now(), grants * AMOUNT / 2
    with transaction.atomic():
        pool = Pool.objects.create(
            scheme="benchmark",
            key=str(Pool.objects.count()),
            starts_on=at.date(),
            ends_on=at.date(),
            budget=budget,
        )
        LedgerEntry.objects.create(pool=pool, kind="budget", amount=budget, at=at)

    def client(tries):
        for _ in range(tries):
            try:
                bind(pool=pool, amount=AMOUNT, subject=uuid4(), at=at, by=None)
            except PoolTooSmall:
                continue

    _done, seconds = stage.apart(client, [grants // clients] * clients)
    bound = LedgerEntry.objects.filter(pool=pool, kind="grant").aggregate(sum=Sum("amount"))["sum"]
    return seconds, bound, budget


def report(name, clients, seconds, bound, budget):
    grants = bound / AMOUNT
    say(f"{name:18} {clients:7} {float(grants) / seconds:9.0f} {bound / budget:16.0%}")


if __name__ == "__main__":
    main()
