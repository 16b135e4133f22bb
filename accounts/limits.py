"""How often something may be tried from one place: the rest is told to wait.

Signing in, signing up and asking for a new password have limits of their own in the library; here are those
of the links to heads of unit, and of files. All are counted in the database, and by the address that our
own proxies tell (`TRUSTED_PROXIES`), never by what a visitor claims.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from allauth.core.internal.ratelimit import consume, get_cache_key, parse_rates, respond_429
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve


class Limits:
    """Answers 429 where something was tried too often."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        action = _action(request)
        if not action or _may(request, action):
            return self.get_response(request)
        response = respond_429(request)
        longest = max(rate.duration for rate in parse_rates(settings.RATE_LIMITS[action]))
        response["Retry-After"] = str(int(longest))
        return response


def _action(request: HttpRequest) -> str:
    """Return what is limited here, or "" where nothing is."""
    if request.method == "POST" and request.content_type == "multipart/form-data":
        return "upload" if request.user.is_authenticated else "upload_unknown"
    return settings.LIMITED_ADDRESSES.get(_name(request), "")


def _may(request: HttpRequest, action: str) -> bool:
    told = {"app": "accounts", "action": action}
    rates = parse_rates(settings.RATE_LIMITS[action])
    with _in_turn([get_cache_key(request, rate=rate, **told) for rate in rates]):
        return bool(consume(request, config=settings.RATE_LIMITS, limit_get=True, **told))


@contextmanager
def _in_turn(keys: list[str]) -> Iterator[None]:
    """Let what comes at once from one place be counted one after the other.

    The library waits a second for its turn and takes a longer wait for a try too many: who sent eight
    files at once was told to come back later.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        for key in keys:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
        yield


def _name(request: HttpRequest) -> str:
    try:
        return resolve(request.path_info).view_name
    except Resolver404:
        return ""
