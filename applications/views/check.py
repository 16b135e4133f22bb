"""The page on which an application is read once more and sent in, and the receipt after it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.once import form_page
from applications import outlook, pages, services
from applications.assessment import assess
from applications.forms import DeclarationForm
from applications.models import Application, Document, State
from applications.several import is_for_others
from schemes import clock
from schemes import services as pools
from schemes.findings import Level, Outcome
from schemes.pages import Step


@never_cache
@form_page
def check(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show every answer, finding and sum before it is sent in; on POST, send it in."""
    application = _own(request, uuid)
    if not application.editable:
        return redirect(_after(application), application.uuid)
    form = DeclarationForm(request.POST or None, head=application.head_name)
    if request.method == "POST" and form.is_valid():
        return _submit(request, application, form)
    return _page(request, application, form)


def _submit(request: HttpRequest, application: Application, form: DeclarationForm) -> HttpResponse:
    read = form.cleaned_data["revision"]
    at = clock.now()
    try:
        services.submit(application=application, by=request.user, at=at, revision=read)
    except services.Stale as stale:
        words = _("The answers were changed elsewhere after you opened this page. Read them again.")
        messages.warning(request, words)
        return redirect("applications:check", stale.application.uuid)
    except services.Incomplete:
        return _page(request, application, form)
    except services.NotAllowed as refused:
        messages.error(request, str(refused))
        return redirect("applications:check", application.uuid)
    return redirect("applications:receipt", application.uuid)


@never_cache
@require_safe
def receipt(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Say that it has come in, what happens next and by when an answer can be expected."""
    found = outlook.fetched(Application.objects.of(request.user))
    application = get_object_or_404(found, uuid=uuid)
    if not application.submitted_at:
        return redirect("applications:check", application.uuid)
    on, at = clock.today(application.rules.time_zone), clock.now()
    confirmations = application.documents.filter(kind=Document.Kind.CONFIRMATION)
    context = {
        "application": application,
        "scheme": application.rules,
        "outlook": outlook.outlook(application, on=on, at=at),
        "confirmation": confirmations.last(),
        "asked": application.head_requests.last(),
        "answered": application.questions.exists(),
        "for_others": is_for_others(application),
        "today": on,
    }
    return render(request, "applications/receipt.html", context)


def _page(request: HttpRequest, application: Application, form: DeclarationForm) -> HttpResponse:
    scheme, at = application.rules, clock.now()
    on = clock.today(scheme.time_zone)
    forms = pages.read_forms(application, on=on, own_email=request.user.email)
    missing = services.missing(application, at=at)
    assessment = assess(application, on=on, at=at)
    context = {
        "application": application,
        "scheme": scheme,
        "form": form,
        "steps": pages.stepper(application, forms, here="check"),
        "sections": _sections(application, forms),
        "tasks": [
            _task(application, step, missing) for step in scheme.steps if step.slug in missing
        ],
        "findings": assessment.at(Level.REFUSE, Level.WAIT, Level.LOOK, Level.OPEN),
        "met": assessment.at(Level.MET),
        "card": pages.amount_card(application, assessment) | {"findings": ()},
        "against": assessment.at(Level.REFUSE),
        "refused": assessment.outcome == Outcome.REFUSE,
        "question": services.open_question(application),
        "for_others": application.state == State.DRAFT and is_for_others(application),
        "closing": application.state == State.DRAFT and pools.closed(scheme=scheme, at=at),
    }
    return render(request, "applications/check.html", context)


def _sections(application: Application, forms: pages.Forms) -> list[dict[str, Any]]:
    changeable = services.open_steps(application)
    papers = list(application.papers.all())
    return [
        {
            "title": step.title,
            "rows": pages.rows(application, step, forms[step.slug], change=step.slug in changeable),
            "papers": pages.paper_groups(step.papers, papers),
            "url": pages.address(application, step) if step.slug in changeable else "",
        }
        for step in application.rules.steps
    ]


def _task(application: Application, step: Step, missing: dict[str, list[str]]) -> dict[str, Any]:
    return {
        "title": step.title,
        "url": pages.address(application, step) + "?missing",
        "hint": " ".join(missing[step.slug]),
        "label": _("Not ready"),
        "tone": "warn",
    }


def _after(application: Application) -> str:
    sent = application.state == State.SUBMITTED
    return "applications:receipt" if sent else "applications:case"


def _own(request: HttpRequest, uuid: UUID) -> Application:
    own = Application.objects.of(request.user).select_related("applicant")
    return get_object_or_404(own, uuid=uuid)
