"""Reads small tables, such as the terms, once for each page, or only when somebody has changed them.

Three ways, from the shortest memory to the longest: what is `read_once` is remembered while a page is
fetched; what is `kept` until one of the tables is changed, as their `edition` tells; what is `made_once` as
well, each thing by all that it was made of, and only the last so many.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache, partial, wraps
from typing import Any, Generic, ParamSpec, TypeVar
from uuid import UUID

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language

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


@contextmanager
def reading_once() -> Iterator[None]:
    """Read the same thing once within a block; who changes such a thing in it calls `read_anew`."""
    if _shelf.get() is not None:
        yield
        return
    before = _shelf.set({})
    try:
        yield
    finally:
        _shelf.reset(before)


def take_as_read(once: Callable, *args: Any, found: Any, **kwargs: Any) -> None:
    """Remember, while a page is fetched, what a reader would read with some arguments: it came along."""
    shelf = _shelf.get()
    if shelf is not None:
        shelf[once.__wrapped__, args, tuple(sorted(kwargs.items()))] = found


def read_anew(once: Callable) -> None:
    """Forget what a reader read: it was changed, or was locked so that it cannot change from now on."""
    shelf = _shelf.get() or {}
    for key in [each for each in shelf if each[0] is once.__wrapped__]:
        del shelf[key]


@read_once
def edition() -> UUID | None:
    """Return the key that is another as soon as such a table is changed (`schemes.models.Edition`)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM schemes_edition")
        row = cursor.fetchone()
    return row[0] if row else None


def kept(read: Callable[[], Found]) -> Callable[[], Found]:
    """Return a reader that keeps what it read until any table of the edition is changed.

    What it reads must be all in tables that make a new edition (`schemes.models.told_of`), must be the
    same for everybody, in whatever language, and must not be changed by whoever gets it. The edition is
    looked up before the tables are read: what is kept may be newer than its edition, never older.
    """
    last: tuple[UUID | None, Found | None] = None, None

    @wraps(read)
    def reader() -> Found:
        nonlocal last
        now, (then, found) = edition(), last
        if now is None:
            return read()
        if now != then:
            found = read()
            last = now, found
        return found

    return reader


class Made(Generic[Given, Found]):
    """A function that keeps so many of the last things it made, each by all that it was made of."""

    def __init__(self, make: Callable[Given, Found], most: int) -> None:
        self._make, self._of_all = make, lru_cache(most)(partial(_made, make))

    def __call__(self, *args: Given.args, **kwargs: Given.kwargs) -> Found:
        """Return one thing."""
        return self._maker()(*args, **kwargs)

    def many(self, rows: Iterable[tuple[Any, ...]]) -> list[Found]:
        """Return a thing of each of some rows of arguments."""
        one = self._maker()
        return [one(*row) for row in rows]

    def _maker(self) -> Callable[Given, Found]:
        now = edition()
        if now is None:
            return self._make
        return partial(self._of_all, now, get_language(), get_current_timezone_name())


def _made(
    make: Callable[Given, Found],
    _edition: UUID,
    _language: str,
    _zone: str,
    *args: Given.args,
    **kwargs: Given.kwargs,
) -> Found:
    return make(*args, **kwargs)


def made_once(most: int) -> Callable[[Callable[Given, Found]], Made[Given, Found]]:
    """Return what keeps so many of the last things that a function made, each by all that it was made of.

    That is what the function takes, the language, the time zone, and the tables of the edition
    (`kept`); it must look at nothing else. So what is kept is never older than what it is made of.
    """
    return lambda make: Made(make, most)


class ReadsOnce:
    """Keeps what was read until the page is made."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        with reading_once():
            return self.get_response(request)
