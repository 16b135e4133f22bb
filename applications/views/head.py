"""The page of a head of unit: no account, one signed link, one answer."""

from contextlib import suppress
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from accounts.once import form_page
from applications import head_link, services
from applications.assessment import assess
from applications.forms import ConfirmForm, DeclineForm
from applications.head_link import Standing
from applications.models import HeadRequest
from applications.summary import sections_for_others
from schemes import clock

Answer = HeadRequest.Answer
FORMS: dict[str, type[Form]] = {Answer.CONFIRMED: ConfirmForm, Answer.DECLINED: DeclineForm}
PAGES = {
    Standing.OPEN: ("applications/head_answer.html", 200),
    Standing.ANSWERED: ("applications/head_answered.html", 200),
}
GONE = ("applications/head_gone.html", 410)


@login_not_required
@never_cache
@form_page
def head(request: HttpRequest, token: str) -> HttpResponse:
    """Show what is to be confirmed and take the answer. Only a POST answers: scanners open links."""
    asked = head_link.find(token)
    if asked is None:
        return _shown(request, "applications/head_unknown.html", status=404)
    if request.method == "POST":
        return _answer(request, token, asked)
    return _page(request, asked, confirm=ConfirmForm(), decline=DeclineForm())


def _answer(request: HttpRequest, token: str, asked: HeadRequest) -> HttpResponse:
    answer = request.POST.get("answer")
    forms = {name: form(request.POST if name == answer else None) for name, form in FORMS.items()}
    if answer not in forms or not forms[answer].is_valid():
        return _page(
            request, asked, confirm=forms[Answer.CONFIRMED], decline=forms[Answer.DECLINED]
        )
    # Where it is not allowed, the page they are sent to says why, in the words that fit.
    with suppress(services.NotAllowed):
        services.answer_as_head(
            request=asked, answer=answer, at=clock.now(), **forms[answer].cleaned_data
        )
    return redirect("applications:head", token)


def _page(request: HttpRequest, asked: HeadRequest, **forms: Form) -> HttpResponse:
    standing = head_link.standing(asked, at=clock.now())
    template, status = PAGES.get(standing, GONE)
    context = _read(asked) if standing == Standing.OPEN else {}
    application = asked.application
    context |= {"asked": asked, "application": application, "standing": standing.value}
    return _shown(request, template, status=status, scheme=application.rules, **context, **forms)


def _read(asked: HeadRequest) -> dict[str, Any]:
    """Return what the head of unit reads before answering: the sum, and the answers."""
    application, scheme = asked.application, asked.application.rules
    on = clock.today(scheme.time_zone)
    answers = sections_for_others(application)
    return {
        "assessment": assess(application, on=on, at=clock.now()),
        "sections": answers,
        "first": [
            row
            for section in answers
            for row in section.rows
            if f"{section.slug}.{row['name']}" in scheme.head_reads
        ],
    }


def _shown(request: HttpRequest, template: str, *, status: int, **context: Any) -> HttpResponse:
    response = render(request, template, context, status=status)
    # The address itself is the key: tell it to no other site. ("no-referrer" would make browsers
    # send the origin "null" with the answer, which Django rightly refuses.)
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex"
    return response
