"""Tells PostgreSQL what it must know of each scheme to guard its decisions by itself.

Only the tables' owner may: it happens after every migration.
"""

from collections.abc import Iterable
from typing import Any

from django.conf import settings

from schemes.base import Scheme

# Stands for the year in the key within which a person may hold one grant.
A_YEAR = 9999
KNOWN = """
SELECT EXISTS (SELECT FROM information_schema.columns
    WHERE table_name = 'schemes_charter' AND column_name = 'time_zone')
"""
WRITE = """
INSERT INTO schemes_charter (scheme, capacities, exclusive, allowance, time_zone)
VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (scheme) DO UPDATE SET capacities = excluded.capacities,
    exclusive = excluded.exclusive, allowance = excluded.allowance, time_zone = excluded.time_zone
"""
# What is signed and decided is of now. Where the clock can be held (development, tests) it is of any day.
CLOCK = """
CREATE OR REPLACE FUNCTION public.clock_can_be_held() RETURNS boolean
LANGUAGE sql STABLE AS 'SELECT {held}'
"""


def write_charters(cursor: Any, schemes: Iterable[Scheme]) -> None:
    """Write down for each scheme who must sign, what makes a grant exclusive, any allowance, its zone.

    Nothing is written before the table is there as it is now.
    """
    cursor.execute(KNOWN)
    if not cursor.fetchone()[0]:
        return
    for scheme in schemes:
        exclusive = scheme.exclusive_key(A_YEAR) or ""
        known = [[*scheme.signing], exclusive, scheme.allowance_sql, scheme.time_zone]
        cursor.execute(WRITE, [scheme.slug, *known])


def write_clock(cursor: Any) -> None:
    """Let PostgreSQL refuse what is decided on another day than today, unless this is a development."""
    cursor.execute(CLOCK.format(held="true" if settings.DEVELOPMENT else "false"))
