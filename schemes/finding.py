"""Finds rows by the words that somebody typed, through an index of PostgreSQL (pg_trgm), not row by row."""

from collections.abc import Callable, Collection, Iterable

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db.models import (
    BigIntegerField,
    BooleanField,
    F,
    Func,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.functions import Upper
from django.db.models.lookups import IContains

SHORT = 3  # letters; the index holds pieces as long as this
# What tells words that many rows hold from others: so many of the newest, or so many in all.
NEWEST, MANY, MOST = 1000, 30, 10_000


class Texts(Func):
    """Several columns that are never null as one text, each with a space before it."""

    template = "(' ' || %(expressions)s)"
    arg_joiner = " || ' ' || "
    output_field = TextField()


class Among(Func):
    """Whether a key is one of an array: then an index leads to their rows."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()


def index(*columns: str, name: str) -> GinIndex:
    """Return the index by which words in these columns are found."""
    return GinIndex(OpClass(Upper(Texts(*columns)), name="gin_trgm_ops"), name=name)


def holds(columns: Iterable[str], words: str, **others: Callable[[str], Collection[int]]) -> Q:
    """Return the condition that a row holds every word in one of the columns, or points to a row that does.

    Takes the columns as they stand in their `index`, and by the name of a foreign key what finds the
    keys of the rows of its table that hold a word: few, so that PostgreSQL sees how few. A word of one or
    two letters is found where a word begins.
    """
    every = Q()
    for word in words.split():
        found = Q(IContains(Texts(*columns), sought(word)))
        for key, find in others.items():
            found |= among(key, find(word))
        every &= found
    return every


def sought(word: str) -> str:
    """Return what is looked for: a word of one or two letters only where a word begins."""
    return word if len(word) >= SHORT else f" {word}"


def among(key: str, rows: Collection[int]) -> Q:
    """Return the condition that a column is one of these keys."""
    if not rows:
        return Q(pk__in=[])
    # As one value: PostgreSQL and Django read thousands of them at once.
    return Q(Among(F(key), Value(list(rows), ArrayField(BigIntegerField()))))


def keys(rows: QuerySet) -> list[int] | None:
    """Return the keys of the rows; None where many rows are found, so that a walk comes upon some soon.

    Many are three in a hundred of the newest of its table, or more in all than an index leads to at once.
    """
    newest = Subquery(rows.model.objects.order_by("-pk").values("pk")[:1]) - NEWEST
    rows = rows.order_by()
    if len(rows.filter(pk__gt=newest).values("pk")[:MANY]) == MANY:
        return None
    found = list(rows.values_list("pk", flat=True)[: MOST + 1])
    return found if len(found) <= MOST else None
