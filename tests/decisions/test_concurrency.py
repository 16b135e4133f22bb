"""Many sign at the same moment: real threads, each with its own connection, on a real PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection, connections, transaction
from django.db.models import Sum

from applications.models import Document, Event, Notice, State
from decisions import deciding, services
from decisions.models import Decision, Signature
from invoicing.models import Invoice
from schemes import services as pools
from schemes.models import LedgerEntry, Pool
from tests import factories
from tests.factories import APRIL, again, signatory, signed
from tests.role import as_owner, aside

pytestmark = pytest.mark.django_db(transaction=True)
CROWD = 32
AMOUNT = 6000


def all_at_once(work, items):
    """Do the work for each item in a thread of its own, all let go together; return the results."""
    items = list(items)
    start = Barrier(len(items))

    def one(item):
        try:
            start.wait(timeout=60)
            return work(item)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(items)) as crowd:
        return list(crowd.map(one, items))


def pool_with(budget):
    """Return the pool of the day with a budget."""
    pool = pools.pool_for(scheme=factories.SCHEME, on=APRIL.date(), at=APRIL)
    return factories.with_budget(pool, budget)


def waiting_for_the_last(count):
    """Return applications of different people that the chair has signed."""
    chair, found = signatory("chair"), []
    for nth in range(count):
        application = factories.confirmed(number=factories.personal_number(nth))
        signed(application, by=chair)
        found.append(again(application))
    return found


def bound(pool):
    return (
        LedgerEntry.objects.filter(pool=pool, kind="grant").aggregate(sum=Sum("amount"))["sum"] or 0
    )


def test_r27_32_signing_at_once_never_overspend_a_pool():
    representative, pool = signatory("representative"), pool_with(10 * AMOUNT + 5999)
    waiting = waiting_for_the_last(CROWD)
    results = all_at_once(lambda each: signed(each, by=representative), waiting)
    decided = [each for each in results if each.decision]
    assert len(decided) == 10
    assert again(pool).committed == bound(pool) == 10 * AMOUNT
    assert Decision.objects.count() == Invoice.objects.count() == 10
    assert sorted(Invoice.objects.values_list("number", flat=True)) == list(range(1, 11))
    for each in results:
        assert each.decision or [finding.rule for finding in each.obstacle.findings] == ["R27"]


def test_r27_32_binding_at_once_never_overspend_even_without_the_lock_of_a_decision():
    pool = pool_with(10 * AMOUNT + 5999)
    aside("schemes_ledgerentry", "movement_follows_state")
    assert sum(all_at_once(lambda _nth: binds(pools.bind, pool), range(CROWD))) == 10
    assert again(pool).committed == bound(pool) == 10 * AMOUNT


def test_r27_the_control_reading_adding_and_writing_back_does_overspend():
    pool = pool_with(10 * AMOUNT + 5999)
    # PostgreSQL would refuse at commit what does not add up: here it looks away.
    with as_owner():
        for table in ("schemes_pool", "schemes_ledgerentry"):
            connection.cursor().execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    try:
        all_at_once(lambda _nth: binds(add_in_python, pool), range(CROWD))
    finally:
        with as_owner():
            for table in ("schemes_pool", "schemes_ledgerentry"):
                connection.cursor().execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    assert bound(pool) > again(pool).budget


def binds(bind, pool):
    """Tell whether the money could be bound."""
    try:
        with transaction.atomic():
            bind(pool=pool, amount=Decimal(AMOUNT), subject=uuid4(), at=APRIL, by=None)
    except pools.PoolTooSmall:
        return False
    return True


def add_in_python(*, pool, amount, subject, at, by):
    """Bind as one would without a guard: the CHECK on the total holds, and the money is gone."""
    read = Pool.objects.get(pk=pool.pk)
    if read.remaining < amount:
        raise pools.PoolTooSmall(read)
    connection.cursor().execute("SELECT pg_sleep(0.05)")  # a decision has more to do than this
    Pool.objects.filter(pk=pool.pk).update(committed=read.committed + amount)
    LedgerEntry.objects.create(
        pool=pool, kind="grant", amount=amount, subject=subject, at=at, by=by
    )


def test_r21_both_signing_at_once_decide_exactly_once():
    chair, representative = signatory("chair"), signatory("representative")
    applications = [factories.confirmed(number=factories.personal_number(n)) for n in range(8)]
    tries = [(each, by) for each in applications for by in (chair, representative)]
    results = all_at_once(lambda each: signed(each[0], by=each[1]), tries)
    assert len([each for each in results if each.decision]) == 8
    assert Decision.objects.count() == Invoice.objects.count() == 8
    assert again(Pool.objects.get()).committed == 8 * AMOUNT


def test_r21_one_person_signing_many_times_at_once_signs_once():
    chair, application = signatory("chair"), factories.confirmed()
    all_at_once(lambda _nth: signed(application, by=chair), range(8))
    assert Signature.objects.count() == 1


def test_r23_the_same_person_and_year_twice_at_once_is_granted_once():
    representative = signatory("representative")
    chair, twins = signatory("chair"), [factories.confirmed() for _ in range(6)]
    for each in twins:
        signed(each, by=chair)
    results = all_at_once(lambda each: signed(each, by=representative), twins)
    assert len([each for each in results if each.decision]) == 1
    obstacles = [each.obstacle for each in results if each.obstacle]
    assert {finding.rule for each in obstacles for finding in each.findings} == {"R23"}
    assert again(Pool.objects.get()).committed == AMOUNT


def test_r23_the_database_alone_stops_the_second_grant_and_it_is_said_kindly(monkeypatch):
    # As if the other grant were committed only after everything here had been read.
    representative, chair = signatory("representative"), signatory("chair")
    factories.approved(chair=chair, representative=representative)
    twin = factories.confirmed()
    signed(twin, by=chair)
    monkeypatch.setattr(deciding, "_hindrance", lambda *_args, **_rest: None)
    monkeypatch.setattr(deciding, "_is_clear", lambda *_args: True)
    result = signed(twin, by=representative)
    assert [each.rule for each in result.obstacle.findings] == ["R23"]
    assert again(twin).state == State.SUBMITTED
    assert again(Pool.objects.get()).committed == AMOUNT


def test_r27_a_pool_that_was_emptied_meanwhile_is_said_kindly(monkeypatch):
    representative, pool = signatory("representative"), pool_with(AMOUNT - 1)
    (application,) = waiting_for_the_last(1)
    told = Notice.objects.latest("pk").pk
    monkeypatch.setattr(deciding, "_hindrance", lambda *_args, **_rest: None)
    result = signed(application, by=representative)
    assert [each.rule for each in result.obstacle.findings] == ["R27"]
    assert application.signatures.live().count() == 2
    assert again(pool).committed == Decision.objects.count() == Invoice.objects.count() == 0
    assert not application.documents.filter(kind=Document.Kind.LETTER).exists()
    assert not application.notices.filter(pk__gt=told).exists()
    assert application.events.latest("pk").kind == Event.Kind.SIGNED


def test_signing_and_withdrawing_at_once_leave_one_of_both():
    representative = signatory("representative")
    cases = waiting_for_the_last(6)

    def either(each):
        nth, application = each
        try:
            if nth % 2:
                return signed(application, by=representative)
            return factories.services.withdraw(
                application=application, by=application.applicant, at=APRIL
            )
        except services.NotAllowed as obstacle:
            return obstacle

    all_at_once(either, enumerate([each for each in cases for _ in range(2)]))
    for each in cases:
        application = again(each)
        assert application.state in (State.APPROVED, State.WITHDRAWN)
        assert Decision.objects.filter(application=application).exists() == (
            application.state == State.APPROVED
        )
