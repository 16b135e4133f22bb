"""Whose pages these are: an administrator's of the scheme in the address; nobody else finds them."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from accounts.mandates import ADMINISTRATOR
from accounts.office import own_schemes
from schemes.base import Scheme

View = Callable[..., HttpResponse]


def administered(view: View) -> View:
    """Hand the scheme of the address to a view, or answer 404 to who does not administer it."""

    @wraps(view)
    def guarded(request: HttpRequest, scheme: str, *args: Any, **kwargs: Any) -> HttpResponse:
        found = own_schemes(request.user, ADMINISTRATOR).get(scheme)
        if found is None:
            raise Http404
        return view(request, found, *args, **kwargs)

    return guarded


def at(name: str, scheme: Scheme, *args: Any) -> str:
    """Return the address of one of the pages of a scheme."""
    return reverse(f"administration:{name}", args=[scheme.slug, *args])
