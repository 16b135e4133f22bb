"""Puts the database back as it was migrated after each test that really commits.

Django's own way (flush) does not do: our tables refuse to be truncated, and it would take the figures
that the migrations bring. So the rows that are there at the start are kept in a schema of their own.
"""

import pytest
from django.db import connection
from django.test import TransactionTestCase

KEPT = "as_migrated"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Keep what the migrations brought, and put it back instead of flushing."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        seeded = _keep(cursor)
    patch = pytest.MonkeyPatch()
    patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: _put_back(seeded))
    yield
    patch.undo()


def _keep(cursor):
    cursor.execute(f"DROP SCHEMA IF EXISTS {KEPT} CASCADE; CREATE SCHEMA {KEPT}")
    seeded = [table for table in _tables() if _has_rows(cursor, table)]
    for table in seeded:
        cursor.execute(f'CREATE TABLE {KEPT}."{table}" AS TABLE "{table}"')
    return seeded


def _put_back(seeded):
    connection.rollback()
    tables = _tables()
    with connection.cursor() as cursor:
        # The guards of the owner's tables stand aside in this transaction only.
        guards = [f'ALTER TABLE "{table}" {{}} TRIGGER USER' for table in tables]
        truncate = "TRUNCATE " + ", ".join(f'"{table}"' for table in tables)
        fill = [f'INSERT INTO "{table}" SELECT * FROM {KEPT}."{table}"' for table in seeded]
        steps = [each.format("DISABLE") for each in guards] + [truncate, *fill]
        steps += [each.format("ENABLE") for each in guards]
        # Constraints are checked before the guards come back: PostgreSQL wants it in this order.
        steps.insert(len(guards) + 1 + len(fill), "SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("BEGIN; " + "; ".join(steps) + "; COMMIT")


def _tables():
    return [
        table for table in connection.introspection.table_names() if table != "django_migrations"
    ]


def _has_rows(cursor, table):
    cursor.execute(f'SELECT EXISTS (SELECT 1 FROM "{table}")')
    return cursor.fetchone()[0]
