"""Our own pages for what goes wrong: each says what happened and what to do next.

The pages for faults of ours (500, 503) and for what cannot be read (400, 413) ask neither the database nor
who is signed in: they work when nothing else does.
"""

import sys
from collections.abc import Callable

from django.core.exceptions import (
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from config.storage import Unreachable

TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
# Answers that our views and Django's decorators give without a page.
BARE = {403: "403.html", 405: "405.html", 413: "413.html", 429: "429.html"}
RETRY_AFTER = "60"  # seconds


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what cannot be read: 413 where it is too much at once, else 400."""
    status = 413 if isinstance(exception, TOO_MUCH) else 400
    return HttpResponse(render_to_string(f"{status}.html"), status=status)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a fault of ours: 503 where the database or the files cannot be reached, else 500."""
    if not isinstance(sys.exc_info()[1], OperationalError | InterfaceError | Unreachable):
        return HttpResponse(render_to_string("500.html"), status=500)
    return HttpResponse(
        render_to_string("503.html"), status=503, headers={"Retry-After": RETRY_AFTER}
    )


class OwnPages:
    """Gives answers without a page their own page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # No address or link of ours has one, no browser types one, and PostgreSQL takes none.
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            raise SuspiciousOperation("NUL in the address")
        response = self.get_response(request)
        template = BARE.get(response.status_code)
        if not template or response.streaming or response.content:
            return response
        response.content = render_to_string(template, request=request)
        response["Content-Type"] = "text/html; charset=utf-8"
        return response
