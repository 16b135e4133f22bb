"""Reads small tables, such as the terms, once for each page that is fetched."""

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.http import HttpRequest, HttpResponse

Given, Found = ParamSpec("Given"), TypeVar("Found")
_shelf: ContextVar[dict[Any, Any] | None] = ContextVar("shelf", default=None)


def read_once(read: Callable[Given, Found]) -> Callable[Given, Found]:
    """Return a reader that reads the same thing once while a page is fetched, each time otherwise.

    Fetching a page changes nothing, so what was read stays true; a sent form, a task and a command
    read anew, since they may have changed it.
    """

    @wraps(read)
    def once(*args: Given.args, **kwargs: Given.kwargs) -> Found:
        shelf = _shelf.get()
        if shelf is None:
            return read(*args, **kwargs)
        key = (read, args, tuple(sorted(kwargs.items())))
        if key not in shelf:
            shelf[key] = read(*args, **kwargs)
        return shelf[key]

    return once


class ReadsOnce:
    """Keeps what was read until the page is made."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        fetched = _shelf.set({})
        try:
            return self.get_response(request)
        finally:
            _shelf.reset(fetched)
