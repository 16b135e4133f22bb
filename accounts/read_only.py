"""Looking changes nothing: while a page is fetched, PostgreSQL itself refuses every write.

So a link, a preview or a search engine can never change a case, whatever a view does by mistake.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from psycopg.pq import TransactionStatus

from database.meanwhile import Addition, UnderWay

LOOKING = {"GET", "HEAD", "OPTIONS"}
# The addresses that write when they are fetched, each with the reason why.
EXCEPTIONS = {
    "openid_connect_callback": "the provider sends the browser back here, signed in",
    "mfa_view_recovery_codes": "the library notes that they were shown, and shows them once",
    "mfa_download_recovery_codes": "the same, as a file",
    "health": "must answer when the database does not",
}


class LookingChangesNothing:
    """Runs each GET in a transaction that only reads; what must be noted about it is another one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in LOOKING or _name(request) in EXCEPTIONS:
            return self.get_response(request)
        request.look = look = Look()
        with look.reading():
            response = self.get_response(request)
        look.write()
        return response

    def process_template_response(
        self, request: HttpRequest, response: HttpResponse
    ) -> HttpResponse:
        """End the transaction before the page is drawn."""
        if hasattr(request, "look"):
            request.look.end()
        return response


def note(request: HttpRequest, write: Callable[[], None]) -> None:
    """Have *write* run before the page is sent; with a form, at once.

    For what must be written because somebody looked: who read a case. Where it fails, nobody gets to see
    the page. It runs once the page is drawn; a single row that is added (`Addition`) PostgreSQL writes while
    a `TemplateResponse` is drawn, so that one that cannot be drawn has been noted all the same.
    """
    if hasattr(request, "look"):
        request.look.to_write.append(write)
    else:
        write()


class Look:
    """What is read for one page, and what is to be written because of it."""

    def __init__(self) -> None:
        self.to_write: list[Callable[[], None]] = []
        self._apart = not connection.in_atomic_block
        self._under_way: UnderWay | None = None

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Let PostgreSQL refuse every write within the block, also inside a transaction that may write."""
        with self._of_its_own() if self._apart else _within_another():
            yield

    def end(self) -> None:
        """Have PostgreSQL end the transaction, and write one row if that is all there is to write.

        Nobody waits for it yet. What is read all the same begins another transaction that only reads.
        """
        match self._apart, self.to_write:
            case True, [Addition() as row]:
                self.to_write = []
                self._tell(f"COMMIT; {row}")
            case True, _:
                self._tell("COMMIT")

    def write(self) -> None:
        """Write what is left to write."""
        for write in self.to_write:
            write()

    @contextmanager
    def _of_its_own(self) -> Iterator[None]:
        """Begin and end a transaction that only reads; the driver knows, should it have to begin another."""
        connection.ensure_connection()
        session = connection.connection
        session.read_only = True
        try:
            with transaction.atomic():
                self._tell("BEGIN READ ONLY")
                try:
                    yield
                finally:
                    self._under_way.finish()
        finally:
            if not session.closed:
                session.read_only = None

    def _tell(self, statements: str) -> None:
        if self._under_way:
            self._under_way.finish()
        self._under_way = UnderWay(statements)


@contextmanager
def _within_another() -> Iterator[None]:
    """Only read until the savepoint is given up, as within a test.

    Said to the driver itself, so that a test that counts what a page asks counts the same as outside.
    """
    session = connection.connection
    session.execute("SAVEPOINT looking; SET TRANSACTION READ ONLY")
    try:
        yield
    finally:
        failed = session.info.transaction_status == TransactionStatus.INERROR
        session.execute("ROLLBACK TO looking" if failed else "RELEASE looking")


def _name(request: HttpRequest) -> str:
    try:
        return resolve(request.path_info).url_name or ""
    except Resolver404:
        return ""
