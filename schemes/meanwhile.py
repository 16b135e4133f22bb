"""Has PostgreSQL add a row and put it safely on disk while Python does something else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus

from schemes.prepared import prepared_by_postgresql


@dataclass(frozen=True)
class Addition:
    """A row that is to be added to a table, by the names of its columns."""

    table: str
    row: Mapping[str, Any]

    def __call__(self) -> None:
        """Add the row, and wait for it."""
        with prepared_by_postgresql(), connection.cursor() as cursor:
            cursor.execute(self._statement("%s".format), [*self.row.values()])

    def under_way(self) -> "UnderWay":
        """Have PostgreSQL add the row, and return what waits for it.

        The row is a transaction of its own: the one that is open ends before it. Raises DatabaseError where
        PostgreSQL cannot be told.
        """
        session = connection.connection
        adapting = Transformer(session)
        values = adapting.dump_sequence([*self.row.values()], [PyFormat.AUTO] * len(self.row))
        statement = self._statement("${}".format).encode()
        with connection.wrap_database_errors:
            session.commit()
            session.pgconn.send_query_params(statement, values, adapting.types, adapting.formats)
            session.pgconn.flush()
        return UnderWay()

    def _statement(self, place: Callable[[int], str]) -> str:
        columns = ", ".join(self.row)
        places = ", ".join(place(nth) for nth in range(1, len(self.row) + 1))
        return f"INSERT INTO {self.table} ({columns}) VALUES ({places})"  # noqa: S608  # nosec B608


class UnderWay:
    """A row that PostgreSQL was told to add, and nobody has waited for yet.

    Whatever else is asked through its connection waits for it first.
    """

    def __init__(self) -> None:
        self._told = connection.connection.pgconn
        connection.execute_wrappers.append(self)

    def __call__(self, execute: Callable[..., Any], *asked: Any) -> Any:
        """Wait for the row before something else is executed."""
        self.finish()
        return execute(*asked)

    def finish(self) -> None:
        """Wait for the row, once. Raises DatabaseError if it was not added."""
        if self not in connection.execute_wrappers:
            return
        connection.execute_wrappers.remove(self)
        with connection.wrap_database_errors:
            for result in [*iter(self._told.get_result, None)]:
                if result.status != ExecStatus.COMMAND_OK:
                    raise error_from_result(result)
