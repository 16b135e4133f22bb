"""Tells PostgreSQL what it must know of each scheme to guard its decisions by itself.

Only the tables' owner may: it happens after every migration.
"""

from collections.abc import Iterable
from typing import Any

from django.conf import settings

from schemes.base import Scheme

# Stands for the year in the key within which a person may hold one grant.
A_YEAR = 9999
KNOWN = "SELECT to_regclass('schemes_charter') IS NOT NULL"
WRITE = """
INSERT INTO schemes_charter (scheme, capacities, exclusive, allowance) VALUES (%s, %s, %s, %s)
ON CONFLICT (scheme) DO UPDATE SET capacities = excluded.capacities,
    exclusive = excluded.exclusive, allowance = excluded.allowance
"""
# What is signed and decided is of now. Where the clock can be held (development, tests) it is of any day.
CLOCK = """
CREATE OR REPLACE FUNCTION public.clock_can_be_held() RETURNS boolean
LANGUAGE sql STABLE AS 'SELECT {held}'
"""


def write_charters(cursor: Any, schemes: Iterable[Scheme]) -> None:
    """Write down for each scheme who must sign, what makes a grant exclusive, and any allowance.

    Nothing is written before the table is there.
    """
    cursor.execute(KNOWN)
    if not cursor.fetchone()[0]:
        return
    for scheme in schemes:
        capacities = [capacity.slug for capacity in scheme.capacities]
        exclusive = scheme.exclusive_key(A_YEAR) or ""
        cursor.execute(WRITE, [scheme.slug, capacities, exclusive, scheme.allowance_sql])


def write_clock(cursor: Any) -> None:
    """Let PostgreSQL refuse what is decided on another day than today, unless this is a development."""
    cursor.execute(CLOCK.format(held="true" if settings.DEVELOPMENT else "false"))
