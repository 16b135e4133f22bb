"""The applicant's own pages: the overview, one case, and what can be done with it."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.once import form_page
from applications import history, outlook, pages, services, tables
from applications.forms import AskHeadForm, ReportForm, WithdrawForm
from applications.handing_out import asked_as_table
from applications.models import Application, Applications, State
from applications.rights import allowances_left, concerning, rights
from applications.several import is_for_others
from applications.summary import sections
from database import paging
from database.prepared import Given, prepared
from schemes import clock
from schemes import services as pools
from schemes.base import Scheme
from schemes.registry import SCHEMES

A_PAGE = 50


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show the person's own applications, those that wait for them first.

    What is told of schemes is told of those that concern them; one can begin in every scheme.
    """
    if file := asked_as_table(request, name="applications", table=lambda: _table(request)):
        return file
    own, today = _own_cases.on(person=request.user.pk), clock.office_today()
    page = paging.page(own, ["-changed_at"], request.GET.get("page"), size=A_PAGE)
    found = outlook.outlooks(page.rows, on=today, at=clock.now())
    left = allowances_left(page.rows, on=today)
    cases = [(each, found[each.pk], left.get(each.pk, "")) for each in page.rows]
    near = concerning(page.rows)
    context = {
        "page": page,
        "cases": sorted(cases, key=lambda case: not case[1].mine),
        "rights": rights(request.user, near, on=today),
        "begins": _begins(near),
        "for_others": {each.rules for each in page.rows if is_for_others(each)},
        "today": today,
    }
    return render(request, "applications/overview.html", context)


@prepared
def _own_cases(person: Given) -> QuerySet[Application]:
    return outlook.fetched(Application.objects.filter(applicant_id=person))


def _table(request: HttpRequest) -> Any:
    return tables.own(outlook.fetched(_owned(request)).order_by("-changed_at", "-pk"))


def _begins(near: list[Scheme]) -> list[dict[str, Any]]:
    """Return what each scheme wants one to have at hand, and why it takes none now; near ones first."""
    closed = pools.all_closed(at=clock.now())
    return [
        {"scheme": each, "at_hand": pages.at_hand(each), "closing": closed.get(each.slug)}
        for each in sorted(SCHEMES, key=lambda scheme: scheme not in near)
    ]


@require_safe
def case(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show one's own application: what comes next, what happened, what was answered."""
    application = _own(request, uuid)
    answered, on = sections(application), _today_in(application)
    context = {
        "application": application,
        "scheme": application.rules,
        "outlook": outlook.outlook(application, on=on, at=clock.now()),
        "actions": _actions(application),
        "left": allowances_left([application], on=on).get(application.pk, ""),
        "sections": answered,
        "papers": [file for section in answered for file in section.files],
        "events": history.events(application),
        "documents": history.documents(application),
        "today": on,
    }
    return render(request, "applications/case.html", context)


@require_safe
def resume(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Lead to where the applicant goes on writing: the first step that is empty or lacks something."""
    application = _own(request, uuid)
    if not services.open_steps(application):
        return redirect("applications:case", application.uuid)
    step = _step_to_go_on(application)
    if step:
        return redirect("applications:step", application.uuid, step)
    return redirect("applications:check", application.uuid)


def _step_to_go_on(application: Application) -> str | None:
    opened = services.open_steps(application)
    if application.state != State.DRAFT:
        return opened[0]
    lacking = services.missing(application, at=clock.now())
    unanswered = {slug for slug in opened if not application.answers.get(slug)}
    return next((slug for slug in opened if slug in unanswered | lacking.keys()), None)


# What can be done with it


@form_page
def withdraw(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ask once more, then withdraw an application that is not decided yet."""
    application, form = _own(request, uuid), WithdrawForm(_typed(request))
    if request.method == "POST" and form.is_valid():
        said = _("The application is withdrawn.")
        return _do(request, application, services.withdraw, said, **form.cleaned_data)
    return _form(request, application, "withdraw", form)


@form_page
def report(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take the report that the content was passed on (R32)."""
    application, form = _own(request, uuid), ReportForm(_typed(request))
    if request.method == "POST" and form.is_valid():
        said = _("Thank you. Your head of unit can read the report.")
        return _do(request, application, services.report, said, **form.cleaned_data)
    return _form(request, application, "report", form)


@form_page
def ask_head(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Send the request to the head of unit again, or to a deputy (R18)."""
    application = _own(request, uuid)
    known = {"initial": _last_asked(application), "own_email": request.user.email}
    form = AskHeadForm(_typed(request), **known)
    if request.method == "POST" and form.is_valid():
        said = _("The request has been sent to %(name)s.") % form.cleaned_data
        return _do(request, application, _ask_head, said, **form.cleaned_data)
    return _form(request, application, "ask_head", form)


@require_POST
def copy(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Start a new application with the answers of this one."""
    application = _own(request, uuid)
    try:
        new = services.start(
            scheme=application.rules, applicant=request.user, at=clock.now(), copy_of=application
        )
    except services.NotAllowed as refused:
        messages.error(request, str(refused))
        return redirect("applications:case", application.uuid)
    messages.success(
        request, _("A new draft with the same answers. Check the course and its days.")
    )
    return redirect("applications:resume", new.uuid)


def _do(
    request: HttpRequest, application: Application, verb: Callable, said: str, **typed: Any
) -> HttpResponse:
    """Call a verb as the applicant and go back to the case, with what was done or why not."""
    try:
        verb(application=application, by=request.user, at=clock.now(), **typed)
    except services.NotAllowed as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)
    return redirect("applications:case", application.uuid)


def _ask_head(*, by: Any, **asked: Any) -> None:
    services.ask_head(**asked)


def _form(request: HttpRequest, application: Application, action: str, form: Form) -> HttpResponse:
    if action not in _actions(application):
        messages.info(
            request,
            _(
                "This cannot be done with the application as it is now. "
                "This page says what can be done."
            ),
        )
        return redirect("applications:case", application.uuid)
    context = {"application": application, "scheme": application.rules, "form": form}
    return render(request, f"applications/{action}.html", context)


def _typed(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _last_asked(application: Application) -> dict[str, str]:
    last = application.head_requests.last()
    return {"name": last.name, "email": last.email} if last else {}


# What the pages above share


def _owned(request: HttpRequest) -> Applications:
    return Application.objects.of(request.user)


def _own(request: HttpRequest, uuid: UUID) -> Application:
    return get_object_or_404(outlook.fetched(_owned(request)), uuid=uuid)


def _actions(application: Application) -> set[str]:
    return outlook.actions(application, on=_today_in(application))


def _today_in(application: Application) -> date:
    return clock.today(application.rules.time_zone)
