"""What the tables' owner sees to after every migration: back doors, functions, schemes and clock."""

from typing import Any

from django.db import connections, transaction

from database import rights
from oversight import removing
from schemes import charters, registry


def see_to(using: str, **_rest: Any) -> None:
    """Close the back doors that every migration of a trigger opens anew, and put up what guards rest on."""
    with transaction.atomic(using), connections[using].cursor() as cursor:
        rights.close_back_doors(cursor)
        removing.install(cursor)
        charters.write_charters(cursor, registry.SCHEMES)
        charters.write_clock(cursor)
