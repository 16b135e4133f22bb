"""How often something may be tried from one place: the rest is told to wait.

Signing in, signing up and asking for a new password have limits of their own in the library; here are those
of the links to heads of unit, and of files. All are counted in the database, and by the address that our
own proxies tell (`TRUSTED_PROXIES`), never by what a visitor claims.
"""

from collections.abc import Callable

from allauth.core.internal.ratelimit import consume, parse_rates, respond_429
from django.conf import settings
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
    limits = settings.RATE_LIMITS
    return bool(consume(request, app="accounts", action=action, config=limits, limit_get=True))


def _name(request: HttpRequest) -> str:
    try:
        return resolve(request.path_info).view_name
    except Resolver404:
        return ""
