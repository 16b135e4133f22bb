"""The tests' database: its owner makes and migrates it, then every test works as the application's role.

What Kursmedel cannot do, its tests cannot do either; who forces something says so with `as_owner()`.
After each test that really commits everything is put back as it was migrated. Django's own way (flush)
does not do: our tables refuse to be truncated, and it would take the figures that the migrations bring.
So the rows that are there at the start are kept in a schema of their own.
"""

from contextlib import contextmanager

import pytest
from django.db import connection
from django.test import TransactionTestCase
from psycopg.pq import TransactionStatus

from database.rights import grant_rights
from schemes import registry
from schemes.charters import write_charters

KEPT = "as_migrated"
ROLE = "kursmedel_app_tests"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Keep what the migrations brought, put it back instead of flushing, and step down."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        seeded = _keep(cursor)
        grant_rights(role=ROLE, password=connection.settings_dict["PASSWORD"] or None)
    patch = pytest.MonkeyPatch()
    patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: _put_back(seeded))
    with django_db_blocker.unblock():
        step_down()
    yield
    with django_db_blocker.unblock():
        step_up()
    patch.undo()


def step_down():
    """Let every connection from now on, of whatever thread, work as the application's role."""
    connection.close()
    connection.settings_dict["OPTIONS"]["options"] = f"-c role={ROLE}"


def step_up():
    """Let every connection from now on work as the owner again."""
    connection.close()
    connection.settings_dict["OPTIONS"].pop("options")


@contextmanager
def as_owner():
    """Be the database's owner on this connection; what is done is done by force."""
    _execute("SET ROLE NONE")
    try:
        yield
    finally:
        # A transaction that has failed takes the role back itself, with everything else.
        if connection.connection.info.transaction_status != TransactionStatus.INERROR:
            _execute("RESET ROLE")


@contextmanager
def registered(scheme):
    """Let a scheme be in the registry, and PostgreSQL know it, while the block lasts."""
    # Into the list itself: others hold it by its name.
    registry.SCHEMES.append(scheme)
    try:
        _known_to_postgres(scheme)
        yield scheme
    finally:
        registry.SCHEMES.remove(scheme)


def _known_to_postgres(scheme):
    with as_owner(), connection.cursor() as cursor:
        write_charters(cursor, [scheme])


def aside(table, *guards):
    """Switch off some triggers of a table until the test ends."""
    with as_owner(), connection.cursor() as cursor:
        # What still waits for the commit would be in the way.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass", [table])
        for (name,) in cursor.fetchall():
            if name.startswith(tuple(f"pgtrigger_{guard}_" for guard in guards)):
                cursor.execute(f'ALTER TABLE {table} DISABLE TRIGGER "{name}"')


def _execute(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _keep(cursor):
    cursor.execute(f"DROP SCHEMA IF EXISTS {KEPT} CASCADE; CREATE SCHEMA {KEPT}")
    seeded = [table for table in _tables() if _has_rows(cursor, table)]
    for table in seeded:
        cursor.execute(f'CREATE TABLE {KEPT}."{table}" AS TABLE "{table}"')
    return seeded


def _put_back(seeded):
    connection.rollback()
    tables = _tables()
    with as_owner(), connection.cursor() as cursor:
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
