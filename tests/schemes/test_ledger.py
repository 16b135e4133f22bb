"""The ledger of the pools is written for good, and PostgreSQL itself keeps a pool within its budget."""

import pytest
from django.db import DatabaseError, connection, transaction

from tests import factories
from tests.factories import again
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
