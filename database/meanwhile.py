"""Has PostgreSQL work while Python does something else, instead of waiting for its answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import Error, connection
from psycopg import ClientCursor, generators
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus

from database.prepared import prepared_by_postgresql


class UnderWay:
    """Something that PostgreSQL was told to do, and nobody has waited for yet.

    Takes one or several statements, with a semicolon between them and their values in them. Whatever else
    is asked through the connection waits for them first. Raises DatabaseError if PostgreSQL is not there.
    """

    def __init__(self, told: str) -> None:
        self._session = connection.connection
        with connection.wrap_database_errors:
            self._session.pgconn.send_query(told.encode())
            self._session.pgconn.flush()
        self._waits, self._failure = True, None
        connection.execute_wrappers.append(self)

    def __call__(self, execute: Callable[..., Any], *asked: Any) -> Any:
        """Wait before something else is executed."""
        self.finish()
        return execute(*asked)

    def finish(self) -> None:
        """Wait until it is done. Raises DatabaseError if it could not be, or the connection is lost.

        It raises that again whenever it is called: a template may keep the first to itself, as `if` does.
        """
        if self._waits:
            self._waits = False
            connection.execute_wrappers.remove(self)
            try:
                self._wait()
            except Error as failure:
                self._failure = failure
        if self._failure:
            raise self._failure

    def _wait(self) -> None:
        with connection.wrap_database_errors:
            # As the driver waits: other threads go on, and what they do may be what this waits for.
            for each in self._session.wait(generators.execute(self._session.pgconn)):
                if each.status != ExecStatus.COMMAND_OK:
                    raise error_from_result(each)


@dataclass(frozen=True)
class Addition:
    """A row that is to be added to a table, by the names of its columns."""

    table: str
    row: Mapping[str, Any]

    def __call__(self) -> None:
        """Add the row, and wait for it."""
        with prepared_by_postgresql(), connection.cursor() as cursor:
            cursor.execute(*self._statement)

    def __str__(self) -> str:
        """Return what adds the row, with its values."""
        return ClientCursor(connection.connection).mogrify(*self._statement)

    @property
    def _statement(self) -> tuple[str, list[Any]]:
        columns, places = ", ".join(self.row), ", ".join(["%s"] * len(self.row))
        adds = f"INSERT INTO {self.table} ({columns}) VALUES ({places})"  # noqa: S608  # nosec B608
        return adds, [*self.row.values()]
