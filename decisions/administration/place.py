"""Whose pages these are: an administrator's of the scheme in the address; nobody else finds them."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.mandates import ADMINISTRATOR, current_schemes
from schemes.base import Scheme
from schemes.registry import SCHEMES

View = Callable[..., HttpResponse]
form_page = require_http_methods(["GET", "HEAD", "POST"])


def mine(request: HttpRequest) -> list[Scheme]:
    """Return the schemes that the person administers today."""
    held = current_schemes(request.user, ADMINISTRATOR)
    return [scheme for scheme in SCHEMES if scheme.slug in held]


def administered(view: View) -> View:
    """Hand the scheme of the address to a view, or answer 404 to who does not administer it."""

    @wraps(view)
    def guarded(request: HttpRequest, scheme: str, *args: Any, **kwargs: Any) -> HttpResponse:
        found = next((each for each in mine(request) if each.slug == scheme), None)
        if found is None:
            raise Http404
        return view(request, found, *args, **kwargs)

    return guarded


def tabs(request: HttpRequest, current: Scheme) -> list[dict[str, Any]]:
    """Return a tab for each scheme that the person administers; none where there is but one."""
    schemes = mine(request)
    return [
        {"label": each.title, "url": at("start", each), "current": each.slug == current.slug}
        for each in schemes
        if len(schemes) > 1
    ]


def at(name: str, scheme: Scheme, *args: Any) -> str:
    """Return the address of one of the pages of a scheme."""
    return reverse(f"administration:{name}", args=[scheme.slug, *args])
