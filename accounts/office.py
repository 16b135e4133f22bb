"""Which scheme somebody of the office works in just now, the way to the others, and where its lists are."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.urls import reverse

from accounts.mandates import ADMINISTRATOR, AUDITOR, SIGNATORY, current_schemes
from schemes import registry
from schemes.base import Scheme

OFFICE = (SIGNATORY, ADMINISTRATOR, AUDITOR)


def own_schemes(user: Any, *capacities: str) -> dict[str, Scheme]:
    """Return by slug the schemes in which a person holds any of the capacities today, in order."""
    held = current_schemes(user, *capacities)
    return {scheme.slug: scheme for scheme in registry.SCHEMES if scheme.slug in held}


def scheme_of(request: HttpRequest, *capacities: str) -> Scheme:
    """Return the scheme that is asked for, or the first that is the person's own; else 404."""
    own = own_schemes(request.user, *capacities)
    asked = request.GET.get("scheme") or next(iter(own), "")
    if asked not in own:
        raise Http404
    return own[asked]


def _of_this_page(scheme: Scheme) -> str:
    return f"?scheme={scheme.slug}"


def schemes_tabs(
    request: HttpRequest,
    current: Scheme,
    *capacities: str,
    at: Callable[[Scheme], str] = _of_this_page,
) -> list[dict[str, Any]]:
    """Return a tab for each scheme that is the person's own; none where there is but one.

    `at` gives the address of the page in a scheme, where that does not stand in its parameters.
    """
    own = own_schemes(request.user, *capacities).values()
    return [
        {"label": each.title, "url": at(each), "current": each.slug == current.slug}
        for each in own
        if len(own) > 1
    ]


def ask_to_tick(request: HttpRequest, words: str) -> None:
    """Say that something has to be ticked first, with a link to the rows in which one does."""
    messages.warning(request, words, extra_tags="#rows")


def in_scheme(name: str, scheme: Scheme) -> str:
    """Return the address of one of the lists, of a scheme."""
    return f"{reverse(name)}?scheme={scheme.slug}"
