"""Which scheme somebody of the office works in just now, and where its lists are."""

from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse

from accounts.mandates import ADMINISTRATOR, AUDITOR, SIGNATORY, current_schemes
from schemes.base import Scheme
from schemes.registry import SCHEMES

OFFICE = (SIGNATORY, ADMINISTRATOR, AUDITOR)


def scheme_of(request: HttpRequest, *capacities: str) -> Scheme:
    """Return the scheme that is asked for, or the first that the person works in; else 404."""
    mine = _mine(request, *capacities)
    asked = request.GET.get("scheme") or next(iter(mine), "")
    if asked not in mine:
        raise Http404
    return mine[asked]


def _mine(request: HttpRequest, *capacities: str) -> dict[str, Scheme]:
    held = current_schemes(request.user, *capacities)
    return {scheme.slug: scheme for scheme in SCHEMES if scheme.slug in held}


def schemes_tabs(request: HttpRequest, current: Scheme, *capacities: str) -> list[dict[str, Any]]:
    """Return a tab for each scheme that the person works in; none where there is but one."""
    mine = _mine(request, *capacities).values()
    return [
        {"label": each.title, "url": f"?scheme={each.slug}", "current": each.slug == current.slug}
        for each in mine
        if len(mine) > 1
    ]


def in_scheme(name: str, scheme: Scheme) -> str:
    """Return the address of one of the lists, of a scheme."""
    return f"{reverse(name)}?scheme={scheme.slug}"
