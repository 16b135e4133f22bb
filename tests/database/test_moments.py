"""A moment is read from PostgreSQL as Django reads it, only sooner."""

from datetime import UTC, datetime

import psycopg
import pytest
from django.db import DataError, connection
from django.db.backends.postgresql.psycopg_any import BaseTzLoader
from hypothesis import given
from hypothesis import strategies as st
from psycopg.postgres import types
from psycopg.pq import Format

TIMESTAMPTZ = types["timestamptz"].oid


def loader():
    """Return what reads moments for the connection of the tests."""
    connection.ensure_connection()
    return connection.connection.adapters.get_loader(TIMESTAMPTZ, Format.TEXT)


def read(written):
    """Return a moment as it comes of what PostgreSQL is asked to make of some text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", [written])
        return cursor.fetchone()[0]


@pytest.mark.django_db
@given(st.datetimes())
def test_whatever_moment_is_written_comes_back_in_utc(moment):
    moment = moment.replace(tzinfo=UTC)
    found = read(moment.isoformat())
    assert (found, found.tzinfo) == (moment, UTC)


@pytest.mark.django_db
def test_none_of_it_is_left_to_the_slower_way(monkeypatch):
    def slower(self, data):
        raise AssertionError(f"{data} was read as Django reads it")

    monkeypatch.setattr(BaseTzLoader, "load", slower)
    assert read("2026-11-23T08:15:00.5+01") == datetime(2026, 11, 23, 7, 15, 0, 500_000, tzinfo=UTC)


@pytest.mark.django_db
@pytest.mark.parametrize("written", ["infinity", "0044-03-15 12:00 BC", "12026-11-23 08:15"])
def test_what_python_has_no_moment_for_is_refused_as_before(written):
    with pytest.raises((DataError, psycopg.DataError)):
        read(written)


@pytest.mark.django_db
def test_django_keeps_it_for_each_of_its_cursors():
    with connection.cursor() as cursor:
        assert cursor.adapters.get_loader(TIMESTAMPTZ, Format.TEXT) is loader()
    assert loader().__name__ == "Moments"
