"""The ledger of the pools is written for good, and PostgreSQL itself keeps a pool within its budget."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from schemes import services
from schemes.models import LedgerEntry
from schemes.registry import SCHEMES
from tests import factories
from tests.factories import APRIL, again
from tests.role import as_owner

pytestmark = pytest.mark.django_db


def run(sql, *values):
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        # What still waits for the commit would stop a TRUNCATE before our guard does.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(sql, values)


def refused(sql, *values, saying):
    with pytest.raises(DatabaseError, match=saying):
        run(sql, *values)


@pytest.mark.parametrize(
    "verb", ["UPDATE {} SET amount = amount", "DELETE FROM {}", "TRUNCATE {} CASCADE"]
)
def test_r27_no_movement_of_a_pool_is_changed_or_removed(verb):
    factories.approved()
    refused(verb.format("schemes_ledgerentry"), saying="Cannot|never")


@pytest.mark.parametrize("committed", ["budget + 1", "-1"])
def test_r27_no_pool_is_granted_beyond_its_budget_or_below_nothing(committed):
    pool = factories.approved().pool
    refused(
        f"UPDATE schemes_pool SET committed = {committed} WHERE id = %s",
        pool.pk,
        saying="pool_never_overspent",
    )
    assert again(pool).committed == pool.committed


def test_r27_no_budget_sinks_below_what_is_granted():
    pool = factories.approved().pool
    refused(
        "UPDATE schemes_pool SET budget = committed - 1 WHERE id = %s",
        pool.pk,
        saying="pool_never_overspent",
    )


@pytest.fixture
def pools():
    """The two half-years of RFR and the appropriation of the refunds."""
    days = (APRIL.date(), date(2026, 9, 1), APRIL.date())
    schemes = (SCHEMES[0], *SCHEMES)
    return [
        services.pool_for(scheme=scheme, on=day, at=APRIL)
        for scheme, day in zip(schemes, days, strict=True)
    ]


@pytest.fixture
def told():
    """Who moves budget, when and why."""
    return {"by": factories.appointed("administrator"), "at": APRIL, "note": "Beslut 12."}


def moved():
    found = LedgerEntry.objects.exclude(kind="budget", note="").order_by("pk")
    return list(found.values_list("pool__key", "amount"))


@pytest.mark.parametrize("amount", [1, 1_750_000])
def test_r27_budget_is_moved_as_long_as_it_is_not_granted(pools, told, amount):
    spring, autumn, _refunds = pools
    services.transfer(source=spring, target=autumn, amount=amount, **told)
    assert moved() == [("2026-H1", -amount), ("2026-H2", amount)]
    assert again(spring).budget == 1_750_000 - amount
    assert again(autumn).budget == 1_750_000 + amount


def test_r27_what_is_granted_is_not_moved(pools, told):
    spring, autumn, _refunds = pools
    granted = factories.approved().granted
    with pytest.raises(services.PoolTooSmall):
        services.transfer(source=spring, target=autumn, amount=1_750_001 - granted, **told)
    assert [again(each).budget for each in (spring, autumn)] == [1_750_000, 1_750_000]


@pytest.mark.parametrize(
    ("to", "wrong"),
    [
        (0, {}),
        (2, {}),
        (1, {"amount": 0}),
        (1, {"amount": -1}),
        (1, {"by": None}),
        (1, {"note": " "}),
    ],
)
def test_r27_budget_is_moved_between_two_pools_of_a_scheme_by_somebody_who_says_why(
    pools, told, to, wrong
):
    with pytest.raises(ValueError, match=r"\.$"):
        services.transfer(source=pools[0], target=pools[to], **{"amount": 1} | told | wrong)
    assert moved() == []


def test_r27_a_budget_sinks_to_what_is_granted_and_the_same_one_is_no_movement(told):
    application = factories.approved()
    pool, granted = application.pool, application.granted
    for _time in range(2):
        services.set_budget(pool=pool, budget=granted, **told)
    assert moved()[1:] == [("2026-H1", granted - 1_750_000)]
    with pytest.raises(services.PoolTooSmall):
        services.set_budget(pool=pool, budget=granted - 1, **told)
    assert again(pool).budget == granted


@pytest.mark.parametrize("wrong", [{"by": None}, {"note": " "}])
def test_r27_a_budget_is_changed_by_somebody_who_says_why(pools, told, wrong):
    with pytest.raises(ValueError, match="says why"):
        services.set_budget(pool=pools[0], budget=1, **told | wrong)
    assert again(pools[0]).budget == 1_750_000
