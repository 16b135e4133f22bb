"""The lists of the cases of the office: what waits, and what was decided."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.mandates import SIGNATORY, current_schemes, requires
from accounts.office import OFFICE, ask_to_tick, in_scheme, scheme_of, schemes_tabs
from accounts.once import in_parts
from accounts.session_ends import after_recent_sign_in
from applications import readings
from applications.handing_out import asked_as_table
from applications.models import DECIDED, Application, Reading, holds
from database import paging
from decisions import funds, services, tables
from decisions import queue as waiting
from decisions.forms import SearchForm
from decisions.line import around
from decisions.views import remembered, rows
from drawing.spreadsheet import Table
from schemes import clock
from schemes.base import Scheme
from schemes.reading import ticked_keys

A_PAGE = 50


@require_safe
@requires(*OFFICE)
def queue(request: HttpRequest) -> HttpResponse:
    """Show what waits in a scheme: first what waits for the person who looks."""
    scheme = scheme_of(request, *OFFICE)
    if again := remembered.follow(request, scheme):
        return redirect(again)
    on = clock.today(scheme.time_zone)
    form = SearchForm(request.GET or None, hint=_sought(scheme))
    found = waiting.Queue(scheme, request.user, on, _words(form))
    places = found.counts()
    place, sort = _chosen_place(request, places), request.GET.get("sort", "arrived")
    everything = partial(found.whole, place, sort)
    if file := _file(request, "waiting", scheme, tables.waiting, everything):
        return file
    number = places.get(place, 0) if place else sum(places.values())
    asked, order = request.GET.get("page"), waiting.order(sort)
    page = paging.page(found.listed(place), order, asked, size=A_PAGE, number=number)
    readings.of_list(request, Reading.What.QUEUE, page.rows, scheme=scheme.slug)
    signs = scheme.slug in current_schemes(request.user, SIGNATORY)
    tick = signs and place == waiting.Place.MINE
    context = {
        "scheme": scheme,
        "sort": sort,
        "params": request.GET,
        "form": form,
        "schemes": schemes_tabs(request, scheme, *OFFICE),
        "tabs": _tabs(request, waiting.places(scheme, places, on=on, signs=signs), places, place),
        "waits_for_me": places.get(waiting.Place.MINE, 0),
        "signs": signs,
        "page": page,
        "tick": tick,
        "lines": _lines(request, scheme, page, on=on, tick=tick),
    }
    context |= _cards(scheme, on=on) | remembered.shown(request, scheme)
    return TemplateResponse(request, "decisions/queue.html", context)


def _lines(
    request: HttpRequest, scheme: Scheme, page: paging.Page, *, on: date, tick: bool
) -> SafeString:
    cases = waiting.cases(page.rows, request.user)
    nearby = around(scheme, cases, on=on, at=clock.now())
    return rows.drawn_queue(cases, nearby, tick=tick)


def _cards(scheme: Scheme, *, on: date) -> dict[str, Any]:
    """Return what the cards above the queue show: the pools, and the break before which to decide."""
    return {
        "today": on,
        "pools": funds.of_year(scheme, on=on),
        "funds_of": in_scheme("decisions:funds", scheme),
        "pause": scheme.next_break(on),
        "must": waiting.must_be_decided(scheme, on=on),
    }


@after_recent_sign_in
@in_parts
@require_POST
@requires(SIGNATORY)
def sign_many(request: HttpRequest) -> HttpResponse:
    """Sign those that were ticked and have nothing to judge; say row by row what came of it."""
    scheme = scheme_of(request, SIGNATORY)
    ticked = ticked_keys(request.POST.getlist("application"))[:A_PAGE]
    chosen = Application.objects.in_schemes([scheme.slug]).filter(pk__in=ticked)
    if not chosen:
        ask_to_tick(request, _("Tick the applications that you want to sign."))
    in_line = waiting.ordered(chosen, "arrived")
    for application, result in services.sign_many(
        applications=in_line, by=request.user, at=clock.now()
    ):
        say(request, application, result)
    return redirect(_back_to_queue(request))


@require_safe
@requires(*OFFICE)
def decided(request: HttpRequest) -> HttpResponse:
    """Show what was decided in a scheme, newest first."""
    scheme = scheme_of(request, *OFFICE)
    form = SearchForm(request.GET or None, hint=_sought(scheme))
    found = Application.objects.filter(
        scheme=scheme.slug, state__in=DECIDED, decided_at__isnull=False
    )
    state = request.GET.get("state", "")
    if state in DECIDED:
        found = found.filter(state=state)
    found, words = waiting.shown(found).defer("facts"), _words(form)
    everything = partial(_newest, found, words)
    if file := _file(request, "decided", scheme, tables.decided, everything):
        return file
    page = _page_of_decided(request, found, words)
    readings.of_list(request, Reading.What.DECIDED, page.rows, scheme=scheme.slug)
    context = {
        "scheme": scheme,
        "schemes": schemes_tabs(request, scheme, *OFFICE),
        "form": form,
        "tabs": _state_tabs(request, state),
        "page": page,
        "lines": rows.drawn_decided(page.rows),
        "params": request.GET,
    }
    return TemplateResponse(request, "decisions/decided.html", context)


def _page_of_decided(request: HttpRequest, found: QuerySet[Application], words: str) -> paging.Page:
    return paging.page(
        found,
        ["-decided_at"],
        request.GET.get("page"),
        size=A_PAGE,
        never_null=["decided_at"],
        most=paging.COUNTED_BY_WORDS if words else None,
        words=holds(words) if words else None,
    )


def _newest(found: QuerySet[Application], words: str) -> QuerySet[Application]:
    return found.filter(holds(words)).order_by("-decided_at", "-pk")


def _file(
    request: HttpRequest,
    name: str,
    scheme: Scheme,
    table: Callable[..., Table],
    find: Callable[[], QuerySet[Application]],
) -> HttpResponse | None:
    """Return the whole list of cases as a file, where one is asked for, and note who took it."""

    def noted() -> Table:
        cases = find()
        readings.of_cases(request, cases, Reading.What.LIST)
        return table(cases, scheme)

    return asked_as_table(request, name=f"{scheme.slug}-{name}", table=noted)


def say(request: HttpRequest, application: Application, result: services.Result | str) -> None:
    """Tell the signatory what came of a signature, as one message."""
    if isinstance(result, str):
        messages.warning(request, f"{application.course_title}: {result}")
    elif result.obstacle:
        messages.warning(request, f"{application.course_title}: {result.obstacle.sentence}")
    elif result.decision:
        words = {
            "course": application.course_title,
            "outcome": result.decision.get_outcome_display(),
        }
        messages.success(request, _("%(course)s: decided. %(outcome)s.") % words)
    else:
        words = {"course": application.course_title}
        messages.success(request, _("%(course)s: signed. It waits for another signatory.") % words)


def _sought(scheme: Scheme) -> str:
    """Return by what one finds a case: not every scheme pays an organisation, for a unit."""
    if scheme.pays_out:
        return _("Course or participant")
    return _("Course, participant, unit or administration")


def _words(form: SearchForm) -> str:
    return form.cleaned_data["q"] if form.is_valid() else ""


def _chosen_place(request: HttpRequest, places: dict[str, int]) -> str:
    """Return the place asked for; without one my own, if anything waits there, else all."""
    mine = waiting.Place.MINE.value
    asked = request.GET.get("place", mine if places.get(mine) else "")
    return asked if asked in waiting.Place.values else ""


def _tabs(
    request: HttpRequest, places: list[waiting.Place], counted: dict[str, int], current: str
) -> list[dict[str, Any]]:
    labels = [(place.value, place.label, counted.get(place.value, 0)) for place in places]
    everything = ("", _("All"), sum(counted.values()))
    return [
        {
            "label": label,
            "url": paging.first_page(request.GET, place=value),
            "current": value == current,
            "count": count,
        }
        for value, label, count in [*labels, everything]
    ]


def _state_tabs(request: HttpRequest, current: str) -> list[dict[str, Any]]:
    labels = [("", _("All")), *((state.value, state.label) for state in DECIDED)]
    return [
        {
            "label": label,
            "url": paging.first_page(request.GET, state=value),
            "current": value == current,
        }
        for value, label in labels
    ]


def _back_to_queue(request: HttpRequest) -> str:
    return f"{reverse('decisions:queue')}?{request.GET.urlencode()}"
