"""Finds rows by the words that somebody typed, through an index of PostgreSQL (pg_trgm), not row by row."""

from collections.abc import Callable

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db.models import BooleanField, F, Func, Q, QuerySet, TextField
from django.db.models.functions import Upper

SHORT = 3  # letters; the index holds pieces as long as this


class Texts(Func):
    """Several columns that are never null as one text, each with a space before it."""

    template = "(' ' || %(expressions)s)"
    arg_joiner = " || ' ' || "
    output_field = TextField()


class Among(Func):
    """Whether a key is one of those that a query of its own finds first: then an index leads to them."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()


def index(*columns: str, name: str) -> GinIndex:
    """Return the index by which words in these columns are found."""
    return GinIndex(OpClass(Upper(Texts(*columns)), name="gin_trgm_ops"), name=name)


def holding(
    rows: QuerySet, columns: tuple[str, ...], words: str, **others: Callable[[str], QuerySet]
) -> QuerySet:
    """Return the rows that hold every word in one of the columns, or point to a row that does.

    Takes the columns as they stand in their `index`, and by the name of a foreign key what finds the
    rows of its table that hold a word. A word of one or two letters is found where a word begins.
    """
    rows = rows.alias(texts=Texts(*columns))
    for word in words.split():
        found = Q(texts__icontains=word if len(word) >= SHORT else f" {word}")
        for key, find in others.items():
            found |= among(key, find(word))
        rows = rows.filter(found)
    return rows


def among(key: str, rows: QuerySet) -> Q:
    """Return the condition that a foreign key is of one of the rows."""
    return Q(Among(F(key), ArraySubquery(rows.order_by().values("pk"))))
