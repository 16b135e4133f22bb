"""Puts a query together once in a process, and asks it again and again with other values.

Django puts a query together anew each time, which takes it several times as long as PostgreSQL takes to
answer what a page asks; and of PostgreSQL's time a third to two thirds are reading and planning it. Worth it
for what is asked with every page; elsewhere a query set is plainer.
"""

import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from functools import reduce
from inspect import Parameter, signature
from operator import getitem
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler

PLACEHOLDER = re.compile("%[s%]")
# A query as it was put together, and what asks it with values
Made = tuple[QuerySet, Callable[[Mapping[str, Any]], SQLCompiler]]


class Given(Expression):
    """A value that is known only when the query is asked; of several under one name, one of them."""

    def __init__(self, *path: Any) -> None:
        super().__init__()
        self.path = path

    def __getitem__(self, key: Any) -> "Given":
        return Given(*self.path, key)

    def as_sql(self, _compiler: SQLCompiler, _connection: Any) -> tuple[str, list[Any]]:
        """Stand among the values of the query, where the given one goes."""
        return "%s", [self]

    def among(self, values: Mapping[str, Any]) -> Any:
        """Return the value, out of those that are given."""
        return reduce(getitem, self.path, values)


class Prepared:
    """A query that is put together when it is asked first, once for each shape that it has.

    Takes what puts it together: a function, and others that do more to what came of the one before.
    Their arguments stand for values, which are compared with columns, arrays with `finding.Among`; their
    arguments by keyword only are the shape. What else it depends on must be the same for everybody, in
    whatever language.
    """

    def __init__(self, *parts: Callable[..., QuerySet]) -> None:
        self._parts = [_Part(each, nth > 0) for nth, each in enumerate(parts)]
        self._further: dict[Callable[..., QuerySet], Prepared] = {}
        self._made: dict[tuple[tuple[str, Hashable], ...], Made] = {}

    def __call__(self, **said: Any) -> list[Any]:
        """Return the rows that are found with some values, as the query set would give them."""
        found, asked_with = self._of(said)
        rows = found.all()
        rows.query.get_compiler = lambda *_args, **_kwargs: asked_with(said)
        with prepared_by_postgresql():
            return list(rows)

    def like(self, **said: Any) -> QuerySet:
        """Return the query set as it was put together."""
        return self._of(said)[0]

    def first(self, **said: Any) -> Any | None:
        """Return the first row that is found with some values, or None."""
        return next(iter(self(**said)), None)

    def on(self, **said: Any) -> "Asked":
        """Return the query with its values; it is asked when somebody wants its rows."""
        return Asked(self, said)

    def then(self, part: Callable[..., QuerySet]) -> "Prepared":
        """Return the query with more done to it by a function that takes it first."""
        if part not in self._further:
            self._further[part] = Prepared(*(each.put_together for each in self._parts), part)
        return self._further[part]

    def _of(self, said: Mapping[str, Any]) -> Made:
        shape = {name: said[name] for each in self._parts for name in each.shape}
        key = tuple(shape.items())
        if key not in self._made:
            found = reduce(lambda before, part: part(before, shape), self._parts, None)
            self._made[key] = found, _asks(found)
        return self._made[key]


@dataclass(frozen=True)
class Asked:
    """A prepared query with its values: a list of which somebody wants a part."""

    query: Prepared
    said: dict[str, Any]

    def then(self, part: Callable[..., QuerySet], **said: Any) -> list[Any]:
        """Return the rows after more was done to the query by a function that takes it first."""
        return self.query.then(part)(**self.said, **said)

    @property
    def model(self) -> type[Model]:
        """The model of the rows."""
        return self.query.like(**self.said).model


def prepared(put_together: Callable[..., QuerySet]) -> Prepared:
    """Return what asks a query, by the arguments of the function that puts it together."""
    return Prepared(put_together)


@contextmanager
def prepared_by_postgresql() -> Iterator[None]:
    """Have PostgreSQL keep what is asked within a block parsed and planned, as long as its connection lasts.

    It does once the same was asked `DATABASE_PREPARE` times.
    """
    connection.ensure_connection()
    session = connection.connection
    before, session.prepare_threshold = session.prepare_threshold, settings.DATABASE_PREPARE or None
    try:
        yield
    finally:
        session.prepare_threshold = before


class _Part:
    """One of the functions that put a query together, its values standing in for what will be given."""

    def __init__(self, put_together: Callable[..., QuerySet], follows: bool) -> None:
        self.put_together, self.follows = put_together, follows
        names = [*signature(put_together).parameters.values()][follows:]
        self.shape = [each.name for each in names if each.kind == Parameter.KEYWORD_ONLY]
        self.given = {each.name: Given(each.name) for each in names if each.name not in self.shape}

    def __call__(self, before: QuerySet | None, shape: Mapping[str, Hashable]) -> QuerySet:
        of_it = {name: shape[name] for name in self.shape}
        came = (before,) if self.follows else ()
        return self.put_together(*came, **self.given, **of_it)


def _asks(found: QuerySet) -> Callable[[Mapping[str, Any]], SQLCompiler]:
    """Return what asks a query with some values, each time through the connection of its thread."""
    made = found.query.get_compiler(DEFAULT_DB_ALIAS)
    sql, places = _with_constants(*made.as_sql())
    converters = made.get_converters([expression for expression, *_of_it in made.select])

    def with_values(said: Mapping[str, Any]) -> SQLCompiler:
        asking = copy(made)
        asking.connection = connections[DEFAULT_DB_ALIAS]
        asking.execute_sql = lambda *_args, **_kwargs: [_fetched(asking.connection, sql, filled)]
        asking.get_converters = lambda _expressions: converters
        filled = [each.among(said) for each in places]
        return asking

    return with_values


def _fetched(connection: BaseDatabaseWrapper, sql: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def _with_constants(sql: str, places: Sequence[Any]) -> tuple[str, list[Given]]:
    """Write what is the same each time into a statement; return it with the values that are not.

    So PostgreSQL knows it when it plans for whatever values, and finds no plan for some of them better.
    """
    left = iter(places)
    given: list[Given] = []

    def stand(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return found[0]
        value = next(left)
        if isinstance(value, Given):
            given.append(value)
            return found[0]
        return connection.ops.compose_sql("%s", [value]).replace("%", "%%")

    return PLACEHOLDER.sub(stand, sql), given
