"""Finds rows by the words that somebody typed, through an index of PostgreSQL (pg_trgm), not row by row."""

from collections.abc import Callable, Collection, Iterable
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import connection
from django.db.models import BigIntegerField, BooleanField, F, Func, Q, TextField, Value
from django.db.models.functions import Upper
from django.db.models.lookups import IContains

INDEXED_PIECE = 3  # letters; the index holds pieces as long as this
# A slice of a table is so many bits of keys wide: 4,096 rows side by side, 32,768, or 262,144.
SLICES = (12, 15, 18)


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


def one_of(column: str, keys: Any, *, alone: bool) -> Q:
    """Return whether a column is one of the keys of an array, or the only one where that is `alone`.

    Of an array PostgreSQL cannot know how many it holds, and would plan for a single one anew each time.
    """
    return Q((column, keys[0])) if alone else Q(Among(F(column), keys))


class Like(Func):
    """Whether a text holds every one of some `patterns`: of rows that are few enough to read them all."""

    template = "%(expressions)s)"
    arg_joiner = " ILIKE ALL ("
    output_field = BooleanField()


class Slices(Func):
    """In which slices of its table a row lies by its key, the smallest first."""

    template = "ARRAY[{}]".format(
        ", ".join(f"((%(expressions)s >> {bits}) * 4 + {nth})" for nth, bits in enumerate(SLICES))
    )
    output_field = ArrayField(BigIntegerField())


class Overlaps(Func):
    """Whether two arrays have something in common."""

    template = "%(expressions)s"
    arg_joiner = " && "
    output_field = BooleanField()


def index(*columns: str, name: str) -> GinIndex:
    """Return the index by which words in these columns are found."""
    return GinIndex(OpClass(Upper(Texts(*columns)), name="gin_trgm_ops"), name=name)


def sliced(words: Any, *, key: str, name: str) -> GinIndex:
    """Return the index by which words are found in some slices of a table, or in all of it (`spans`)."""
    return GinIndex(Slices(key), OpClass(words, name="gin_trgm_ops"), name=name)


def within(which: int, slices: Iterable[int]) -> Q:
    """Return the condition that a row lies in one of some slices of a width, by its place in `SLICES`."""
    marks = [each * 4 + which for each in slices]
    return Q(Overlaps(Slices("pk"), Value(marks, ArrayField(BigIntegerField()))))


def holds(columns: Iterable[str], words: str, **others: Callable[[str], Collection[int]]) -> Q:
    """Return the condition that a row holds every word in one of the columns, or points to a row that does.

    Takes the columns as they stand in their `index`, and by the name of a foreign key what finds the
    keys of the rows of its table that hold a word: few, so that PostgreSQL sees how few. A word of one or
    two letters is found where a word begins.
    """
    every, texts = Q(), Texts(*columns)
    for word in words.split():
        found = Q(IContains(texts, sought(word)))
        for key, find in others.items():
            found |= among(key, find(word))
        every &= found
    return every


def patterns(words: str) -> list[str]:
    """Return what `Like` compares with a text that shall hold every word."""
    return [f"%{connection.ops.prep_for_like_query(sought(each))}%" for each in words.split()]


def sought(word: str) -> str:
    """Return what is looked for: a word of one or two letters only where a word begins."""
    return word if len(word) >= INDEXED_PIECE else f" {word}"


def among(key: str, rows: Collection[int] | str) -> Q:
    """Return the condition that a column is one of these keys, or of those that `spans.keys` has found."""
    if not rows:
        return Q(pk__in=[])
    # As one value: PostgreSQL and Django read thousands of them at once.
    several = rows if isinstance(rows, str) else list(rows)
    return Q(Among(F(key), Value(several, ArrayField(BigIntegerField()))))
