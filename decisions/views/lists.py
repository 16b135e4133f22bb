"""The lists of the office: what waits, what was decided, and the money."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.mandates import ADMINISTRATOR, AUDITOR, SIGNATORY, current_schemes, requires
from applications.models import Application, State
from decisions import funds as pools
from decisions import queue as waiting
from decisions import services
from decisions.forms import SearchForm, TransferForm
from decisions.services import Result
from schemes import clock
from schemes import services as money
from schemes.base import Scheme
from schemes.models import LedgerEntry
from schemes.registry import SCHEMES
from schemes.wording import amount as figure

A_PAGE = 50
DECIDED = (State.APPROVED, State.REFUSED, State.ENDED, State.SETTLED)
OFFICE = (SIGNATORY, ADMINISTRATOR, AUDITOR)
form_page = require_http_methods(["GET", "HEAD", "POST"])


def scheme_of(request: HttpRequest, *capacities: str) -> Scheme:
    """Return the scheme that is asked for, or the first that the person works in; else 404."""
    held = current_schemes(request.user, *capacities)
    mine = [scheme for scheme in SCHEMES if scheme.slug in held]
    wanted = request.GET.get("scheme") or (mine[0].slug if mine else "")
    found = [scheme for scheme in mine if scheme.slug == wanted]
    if not found:
        raise Http404
    return found[0]


@require_safe
@requires(*OFFICE)
def queue(request: HttpRequest) -> HttpResponse:
    """Show what waits in a scheme: first what waits for the person who looks."""
    scheme, on = scheme_of(request, *OFFICE), clock.today_of(request)
    undecided = waiting.undecided(scheme, request.user, on=on)
    form = SearchForm(request.GET or None)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    found = waiting.search(undecided, words)
    places = waiting.counts(found)
    place = _chosen_place(request, places)
    return render(
        request,
        "decisions/queue.html",
        {
            "form": form,
            "place": place,
            "tabs": _tabs(request, places, place),
            "waits_for_me": places.get(waiting.Place.MINE, 0),
            "pools": pools.of_year(scheme, on=on),
            "pause": scheme.next_break(on),
            "must": waiting.must_be_decided(scheme, on=on),
            **_page(request, found.filter(place=place) if place else found, scheme, on=on),
        },
    )


def _chosen_place(request: HttpRequest, places: dict[str, int]) -> str:
    """Return the place asked for; without one, my own if anything waits there, else all."""
    default = waiting.Place.MINE.value if places.get(waiting.Place.MINE) else ""
    asked = request.GET.get("place", default)
    return asked if asked in waiting.Place.values else ""
