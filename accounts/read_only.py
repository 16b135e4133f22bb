"""Looking changes nothing: while a page is fetched, PostgreSQL itself refuses every write.

So a link, a preview or a search engine can never change a case, whatever a view does by mistake.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from psycopg.pq import TransactionStatus

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
        request.to_note = []
        with reading():
            response = self.get_response(request)
        for write in request.to_note:
            write()
        return response


def note(request: HttpRequest, write: Callable[[], None]) -> None:
    """Run *write* once the page has been made and before it is sent; with a form, at once.

    For what must be written because somebody looked: who read a case. Where it fails, nobody gets to see
    the page.
    """
    if hasattr(request, "to_note"):
        request.to_note.append(write)
    else:
        write()


@contextmanager
def reading() -> Iterator[None]:
    """Let PostgreSQL refuse every write within the block, also inside a transaction that may write."""
    around = _within_another() if connection.in_atomic_block else _of_its_own()
    with around:
        yield


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
