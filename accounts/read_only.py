"""Looking changes nothing: while a page is fetched, PostgreSQL itself refuses every write.

So a link, a preview or a search engine can never change a case, whatever a view does by mistake.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

LOOKING = {"GET", "HEAD", "OPTIONS"}
# The addresses that write when they are fetched, each with the reason why.
EXCEPTIONS = {
    "openid_connect_callback": "the provider sends the browser back here, signed in",
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
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        yield


def _name(request: HttpRequest) -> str:
    try:
        return resolve(request.path_info).url_name or ""
    except Resolver404:
        return ""
