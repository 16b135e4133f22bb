"""Looking changes nothing: while a page is fetched, PostgreSQL itself refuses every write.

So a link, a preview or a search engine can never change a case, whatever a view does by mistake.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from psycopg.pq import TransactionStatus

from schemes.meanwhile import Addition, UnderWay

LOOKING = {"GET", "HEAD", "OPTIONS"}
# The addresses that write when they are fetched, each with the reason why.
EXCEPTIONS = {
    "openid_connect_callback": "the provider sends the browser back here, signed in",
    "mfa_view_recovery_codes": "the library notes that they were shown, and shows them once",
    "mfa_download_recovery_codes": "the same, as a file",
    "health": "must answer when the database does not",
}


class LookingChangesNothing:
    """Runs each GET in a transaction that only reads; what must be noted about it is written after."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in LOOKING or _name(request) in EXCEPTIONS:
            return self.get_response(request)
        with reading() as apart:
            request.notes = notes = Notes(apart)
            try:
                response = self.get_response(request)
            finally:
                notes.wait()
        notes.write()
        return response

    def process_template_response(
        self, request: HttpRequest, response: HttpResponse
    ) -> HttpResponse:
        """Begin to write what is noted, before the page is drawn."""
        if hasattr(request, "notes"):
            request.notes.begin()
        return response


class Notes:
    """What is to be written because somebody looks, and how far it is."""

    def __init__(self, apart: bool) -> None:
        self._apart = apart  # the look is a transaction of its own
        self._to_write: list[Callable[[], None]] = []
        self._under_way: UnderWay | None = None

    def add(self, write: Callable[[], None]) -> None:
        """Have something written before the page is sent."""
        self._to_write.append(write)

    def begin(self) -> None:
        """Have PostgreSQL write one row by itself, where that is all and the look has no other around it."""
        match self._to_write:
            case [Addition() as row] if self._apart:
                self._to_write, self._under_way = [], row.under_way()

    def wait(self) -> None:
        """Wait for what has been begun."""
        if self._under_way:
            self._under_way.finish()

    def write(self) -> None:
        """Write all the rest."""
        for write in self._to_write:
            write()


def note(request: HttpRequest, write: Callable[[], None]) -> None:
    """Have *write* run before the page is sent; with a form, at once.

    For what must be written because somebody looked: who read a case. Where it fails, nobody gets to see
    the page. It runs once the page is drawn; a single row that is added (`Addition`) PostgreSQL writes while
    a `TemplateResponse` is drawn, so that one that cannot be drawn has been noted all the same.
    """
    if hasattr(request, "notes"):
        request.notes.add(write)
    else:
        write()


@contextmanager
def reading() -> Iterator[bool]:
    """Let PostgreSQL refuse every write within the block, also inside a transaction that may write.

    Gives whether it is a transaction of its own.
    """
    apart = not connection.in_atomic_block
    with _of_its_own() if apart else _within_another():
        yield apart


@contextmanager
def _of_its_own() -> Iterator[None]:
    """Begin a transaction that only reads: two words to the database, BEGIN READ ONLY and COMMIT."""
    connection.ensure_connection()
    session = connection.connection
    session.read_only = True
    try:
        with transaction.atomic():
            yield
    finally:
        if not session.closed:
            session.read_only = None


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
