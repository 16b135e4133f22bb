"""The pre-check: what one can get and why, without signing in."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from applications import pages
from applications.pre_check import PreCheckForm, assessment
from applications.views.landing import pool_card
from schemes import clock
from schemes.base import Scheme
from schemes.findings import Level


@login_not_required
@require_safe
def pre_check(request: HttpRequest, scheme: str) -> HttpResponse:
    """Ask a few questions, and answer at once what the rules give, from which pool, and by when."""
    chosen = pages.scheme_asked_for(scheme, offering="pre_check")
    form = asked(chosen, request.GET or None)
    context = {
        "scheme": chosen,
        "form": form,
        "lead": chosen.lead(on=form.on),
        "at_hand": pages.at_hand(chosen),
    }
    answer = _answer(chosen, form) if form.is_bound and form.is_valid() else {}
    return render(request, "applications/pre_check.html", context | answer)


def asked(scheme: Scheme, data: QueryDict | None) -> PreCheckForm:
    """Return the questions of a scheme's pre-check, with the answers in an address or a form."""
    return PreCheckForm(data, scheme=scheme, on=clock.today(scheme.time_zone))


def _answer(scheme: Scheme, form: PreCheckForm) -> dict[str, Any]:
    on = form.on
    application, found = assessment(scheme, form.answers(), on=on, at=clock.now())
    pause = scheme.next_break(on)
    return {
        "card": pages.amount_card(application, found) | {"note": scheme.pre_check.note},
        "against": found.at(Level.REFUSE),
        "pool": pool_card(scheme, on=on),
        "answer_on": scheme.answer_expected_on(submitted_on=on, starts_on=form.value("starts_on")),
        "pause": pause if pause and pause[0] <= on else None,
        "apply": reverse("applications:start", args=[scheme.slug]) + "?" + form.data.urlencode(),
    }
