"""Changes the keys of personal numbers: encrypts anew what may change, and hashes people anew at once.

What is written for good is not touched: it is encrypted with keys of its own, which are encrypted anew.
Frozen cases and guarded tables let nobody in but their owner, so this runs as the owner, like `migrate`.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.apps import apps
from django.db import connection, models, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from accounts.models import User
from applications.models import Application
from database.rights import written_for_good
from schemes import secrets
from schemes.models import PersonalAllowance

A_BATCH = 500
# What Fernet writes begins with its version, which is the same for a hundred years to come.
TOKEN = re.compile(r"enc:gAAAA[\w=-]+", re.ASCII)
LIKE = "%enc:gAAAA%"
READ = """
SELECT {key}, {column}::text FROM {table}
WHERE {column}::text LIKE %(like)s ORDER BY {key} LIMIT %(most)s FOR UPDATE
"""
WRITE = "UPDATE {table} SET {column} = %(text)s WHERE {key} = %(pk)s"
TEXTS = (models.CharField, models.TextField, models.JSONField)
HASHED = (User, Application, PersonalAllowance)


class Unreadable(Exception):
    """Something is encrypted with a key that is not among those given: nothing of its batch is changed."""


# Encrypting anew


class Column(NamedTuple):
    """A column of texts, with its table and that table's key."""

    table: str
    key: str
    column: str

    def named(self, statement: str) -> sql.Composed:
        """Return a statement with the three names in it."""
        names = {name: sql.Identifier(each) for name, each in self._asdict().items()}
        return sql.SQL(statement).format(**names)


def places() -> list[Column]:
    """Return every column that may hold something encrypted and may change."""
    for_good = {table for right, table in written_for_good() if right == "UPDATE"}
    return [
        Column(model._meta.db_table, model._meta.pk.column, field.column)
        for model in apps.get_models(include_auto_created=True)
        if not model._meta.proxy and model._meta.db_table not in for_good
        for field in model._meta.local_concrete_fields
        if isinstance(field, TEXTS) and not field.primary_key
    ]


def encrypt_anew(told: Callable[[str, int], None] = lambda place, number: None) -> int:
    """Encrypt with the first key whatever another has encrypted, and return how many texts that were.

    Each batch is a transaction: broken off, the next run goes on where this one was. `told` is
    called with each column that had some. Raises Unreadable.
    """
    total = 0
    for place in places():
        if number := _encrypt_column(place):
            told(f"{place.table}.{place.column}", number)
            total += number
    return total


def _encrypt_column(place: Column) -> int:
    last, total = None, 0
    while True:
        with transaction.atomic(), _guards_aside(place.table) as cursor:
            rows = _rows(cursor, place, after=last)
            total += sum(_write(cursor, place, pk, text) for pk, text in rows)
        if len(rows) < A_BATCH:
            return total
        last = rows[-1][0]


def _rows(cursor: CursorWrapper, place: Column, *, after: Any) -> list[tuple[Any, str]]:
    statement = READ if after is None else READ.replace("ORDER", "AND {key} > %(last)s ORDER")
    cursor.execute(place.named(statement), {"like": LIKE, "last": after, "most": A_BATCH})
    return cursor.fetchall()


def _write(cursor: CursorWrapper, place: Column, pk: Any, text: str) -> int:
    if (anew := TOKEN.sub(_anew, text)) == text:
        return 0
    cursor.execute(place.named(WRITE), {"text": anew, "pk": pk})
    return 1


def _anew(found: re.Match) -> str:
    stored = found.group()
    if secrets.is_current(stored):
        return stored
    if not (clear := secrets.decrypt(stored)):
        raise Unreadable("Something is encrypted with a key that is not in PERSON_KEYS_OLD.")
    return secrets.encrypt(clear)


@contextmanager
def _guards_aside(*tables: str) -> Iterator[CursorWrapper]:
    """Let the owner write past the guards of a table, within this transaction only."""
    with connection.cursor() as cursor:
        for verb in ("DISABLE", "ENABLE"):
            for table in tables:
                statement = sql.SQL(f"ALTER TABLE {{table}} {verb} TRIGGER USER")
                cursor.execute(statement.format(table=sql.Identifier(table)))
            if verb == "DISABLE":
                yield cursor


# Hashing anew


def hash_anew(old: str, new: str) -> tuple[int, int]:
    """Know every person by another hash, all at once, and return (people, keys that nobody fits).

    Takes both keys of the hash. A key whose number is nowhere kept any more is hashed once more over
    itself, so that it still tells its rows apart from others'. Nothing else may write meanwhile.
    """
    tables = [model._meta.db_table for model in HASHED]
    with transaction.atomic(), _guards_aside(*tables) as cursor:
        known = {secrets.person_key(each, key=old): each for each in _numbers()}
        unknown = 0
        for key in _keys():
            number = known.get(key)
            unknown += number is None
            anew = secrets.person_key(number or key, key=new)
            for table in tables:
                statement = sql.SQL("UPDATE {table} SET person_key = %s WHERE person_key = %s")
                cursor.execute(statement.format(table=sql.Identifier(table)), [anew, key])
    return len(known), unknown


def _keys() -> set[str]:
    found = (model.objects.values_list("person_key", flat=True) for model in HASHED)
    return {key for keys in found for key in keys if key}


def _numbers() -> set[str]:
    """Return every personal number that is kept, in clear."""
    own = {each.number_in_clear for each in User.objects.exclude(personal_number="")}
    stated = {_stated(each) for each in Application.objects.exclude(person_key="").iterator()}
    return (own | stated) - {""}


def _stated(application: Application) -> str:
    read = application.rules.read(application.answers_in_clear())
    return read.columns.personal_number
