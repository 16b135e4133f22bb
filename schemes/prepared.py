"""Puts a query together once in a process, and asks it again and again with other values.

Django puts a query together anew each time, which takes it several times as long as PostgreSQL takes to
answer what a page asks. Worth it for what is asked with every page; elsewhere a query set is plainer.
"""

from collections.abc import Callable, Hashable, Mapping
from copy import copy
from functools import reduce
from inspect import Parameter, signature
from operator import getitem
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Expression, QuerySet
from django.db.models.sql.compiler import SQLCompiler

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

    Takes what puts it together. Its arguments stand for values, which are compared with columns, arrays
    with `finding.Among`; its arguments by keyword only are the shape. What else it depends on must be
    the same for everybody, in whatever language.
    """

    def __init__(self, put_together: Callable[..., QuerySet]) -> None:
        self._put_together = put_together
        kinds = signature(put_together).parameters.values()
        self._given = {each.name: Given(each.name) for each in kinds if not _is_shape(each)}
        self._made: dict[tuple[tuple[str, Hashable], ...], Made] = {}

    def __call__(self, **values: Any) -> list[Any]:
        """Return the rows that are found with the values, as the query set would give them."""
        shape = {name: values[name] for name in values.keys() - self._given.keys()}
        made, asked_with = self._of(shape)
        found = made.all()
        found.query.get_compiler = lambda *_args, **_kwargs: asked_with(values)
        return list(found)

    def _of(self, shape: dict[str, Hashable]) -> Made:
        key = tuple(sorted(shape.items()))
        if key not in self._made:
            found = self._put_together(**self._given, **shape)
            self._made[key] = found, _asks(found)
        return self._made[key]


def prepared(put_together: Callable[..., QuerySet]) -> Prepared:
    """Return what asks a query, by the arguments of the function that puts it together."""
    return Prepared(put_together)


def _is_shape(parameter: Parameter) -> bool:
    return parameter.kind == Parameter.KEYWORD_ONLY


def _asks(found: QuerySet) -> Callable[[Mapping[str, Any]], SQLCompiler]:
    """Return what asks a query with some values, each time through the connection of its thread."""
    made = found.query.get_compiler(DEFAULT_DB_ALIAS)
    sql, places = made.as_sql()

    def compiler(values: Mapping[str, Any]) -> SQLCompiler:
        asking = copy(made)
        asking.connection = connections[DEFAULT_DB_ALIAS]
        filled = [each.among(values) if isinstance(each, Given) else each for each in places]
        asking.as_sql = lambda *_args, **_kwargs: (sql, filled)
        return asking

    return compiler
