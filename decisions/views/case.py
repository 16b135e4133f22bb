"""One case before the signatories: all of it on one page, and one page for each thing to be done."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Exists, F, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import navigation
from accounts.mandates import AUDITOR, SIGNATORY, current_schemes, requires
from accounts.office import OFFICE, in_scheme
from accounts.once import form_page
from accounts.session_ends import after_recent_sign_in
from applications import readings
from applications.models import Application, Hold, Reading, State
from database import paging
from database.finding import Among
from database.prepared import Given, prepared
from database.reads import edition, reading_once, take_as_read
from decisions import dossier, services
from decisions.forms import (
    AskForm,
    JudgeForm,
    LowerForm,
    NoteForm,
    RecuseForm,
    RefuseForm,
    SignForm,
)
from decisions.models import GRANT, REFUSE
from decisions.services import NotAllowed, Stale
from decisions.views.lists import say
from schemes import clock


@require_safe
@requires(*OFFICE)
def case(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show one case: answers, papers, findings, the person's other cases, the pool, the history."""
    application = case_of(request, uuid, *OFFICE)
    readings.of_case(request, application, Reading.What.CASE)
    if application.anonymised_at:
        return _anonymised(request, application)
    on = clock.today(application.rules.time_zone)
    found = dossier.open_for(application, request.user, on=on, at=clock.now())
    context = {"application": application, "scheme": application.rules, "case": found}
    context["sign_form"] = SignForm(
        initial={"revision": application.revision, "amount": found.offer.amount}
    )
    context["note_form"] = NoteForm()
    context["readers"] = _readers(request, application)
    context["holds"] = _holds(application)
    context["judge_form"] = JudgeForm(application=application, judged=found.judged)
    return TemplateResponse(request, "decisions/case.html", context | _place(request, application))


@after_recent_sign_in
@require_POST
@requires(SIGNATORY)
def sign(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Sign to grant what was shown; then go on to the next case that waits for me (R21)."""
    application, form = case_of(request, uuid), SignForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Read the case again, and sign it from this page."))
        return redirect("decisions:case", application.uuid)
    return _sign(request, application, outcome=GRANT, **form.cleaned_data)


@after_recent_sign_in
@form_page
@requires(SIGNATORY)
def refuse(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Sign to refuse, with coded reasons and words for the letter (R21)."""
    application = case_of(request, uuid)
    initial = {"revision": application.revision, "reasons": _broken_rules(application)}
    form = RefuseForm(request.POST or None, initial=initial, scheme=application.rules)
    if request.method == "POST" and form.is_valid():
        return _sign(request, application, outcome=REFUSE, **form.cleaned_data)
    return form_to_prepare(request, application, "refuse", form)


@form_page
@requires(SIGNATORY)
def ask_back(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ask the applicant something, limited to some steps."""
    application = case_of(request, uuid)
    form = AskForm(request.POST or None, scheme=application.rules)
    if request.method == "POST" and form.is_valid():
        said = _("The applicant has been asked.")
        return _do(request, application, services.ask_back, said, **form.cleaned_data)
    return form_to_prepare(request, application, "ask_back", form)


@form_page
@requires(SIGNATORY)
def lower(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Lower the amount, with a reason; signatures so far no longer count."""
    application = case_of(request, uuid)
    on = clock.today(application.rules.time_zone)
    offer = services.offer(application, on=on, at=clock.now())
    form = LowerForm(request.POST or None, highest=offer.amount)
    if request.method == "POST" and form.is_valid():
        said = _("The amount has been lowered. It must be signed anew.")
        return _do(request, application, services.lower, said, **form.cleaned_data)
    return form_to_prepare(request, application, "lower", form)


@form_page
@requires(SIGNATORY)
def recuse(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Stand aside in this case because of a bias (R21)."""
    application, form = case_of(request, uuid), RecuseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = _("Your bias is noted. Others decide this case.")
        return _do(request, application, services.recuse, said, **form.cleaned_data)
    try:
        services.require_undecided(application)
    except NotAllowed as obstacle:
        return led_back(request, application, obstacle)
    return _form(request, application, "recuse", form)


@require_POST
@requires(SIGNATORY)
def note(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Keep a note for those who work with the case."""
    application, form = case_of(request, uuid), NoteForm(request.POST)
    if form.is_valid():
        said = _("The note is saved.")
        return _do(request, application, services.note, said, **form.cleaned_data)
    return _form(request, application, "note", form)


def case_of(request: HttpRequest, uuid: UUID, *capacities: str) -> Application:
    """Return the case if the person works with it in any of the capacities; else 404."""
    held = current_schemes(request.user, *(capacities or (SIGNATORY,)))
    application = _cases.first(schemes=list(held), uuid=uuid)
    if application is None:
        raise Http404
    return application


@prepared
def _cases(schemes: Given, uuid: Given) -> QuerySet[Application]:
    of_case = map(OuterRef, ("pk", "applicant", "person_key", "scheme"))
    held = Hold.objects.live().of(*of_case)
    seen = Application.objects.filter(Among(F("scheme"), schemes), uuid=uuid)
    seen = seen.exclude(submitted_at=None).annotate(held=Exists(held))
    return seen.select_related("organisation", "applicant", "pool")


def _anonymised(request: HttpRequest, application: Application) -> HttpResponse:
    context = {
        "application": application,
        "scheme": application.rules,
        "case": dossier.what_is_left(application, request.user),
        "holds": _holds(application),
        "readers": _readers(request, application),
    }
    context |= _place(request, application)
    return TemplateResponse(request, "decisions/case_anonymised.html", context)


def _place(request: HttpRequest, application: Application) -> dict[str, Any]:
    """Return the way back to the list on which the case stands, and the menu with that list marked.

    What was withdrawn stands on none: one goes back to the queue, which it has left.
    """
    decided = application.decided_at is not None
    name, label = (
        ("decisions:decided", _("Decided")) if decided else ("decisions:queue", _("To decide"))
    )
    url = in_scheme(name, application.rules)
    stands_on = "" if application.state == State.WITHDRAWN else url
    return {
        "back": {"url": url, "label": label},
        "navigation": navigation.menu(request.user, stands_on),
    }


def _holds(application: Application) -> list[Hold]:
    """Return the holds because of which nothing of the case is removed: mostly there are none."""
    return list(Hold.objects.live().on(application)) if application.held else []


def _readers(request: HttpRequest, application: Application) -> paging.Page | None:
    """Return who has read the case lately, for the auditor of its scheme; for others nothing."""
    if application.scheme not in current_schemes(request.user, AUDITOR):
        return None
    seen = readings.seen_by(request.user).filter(application=application)
    return readings.page(seen, size=10)


def _broken_rules(application: Application) -> list[str]:
    """Return the codes that today's findings give as reasons to refuse."""
    on = clock.today(application.rules.time_zone)
    offer = services.offer(application, on=on, at=clock.now())
    codes = {reason.code for reason in application.rules.refusal_reasons}
    return [rule for rule in offer.assessment.rules if rule in codes]


@reading_once()
def _sign(request: HttpRequest, application: Application, **signed: Any) -> HttpResponse:
    take_as_read(edition, found=request.user.edition)
    # Read first: once it is decided, its pool is held until the answer is there.
    following = _next(request, application)
    try:
        result = services.sign(application=application, by=request.user, at=clock.now(), **signed)
    except (NotAllowed, Stale) as obstacle:
        return led_back(request, application, obstacle)
    say(request, application, result)
    if result.obstacle:
        return redirect("decisions:case", application.uuid)
    return redirect(following)


def _next(request: HttpRequest, application: Application) -> str:
    on = clock.today(application.rules.time_zone)
    for following in dossier.following(application, request.user, on=on):
        return reverse("decisions:case", args=[following.uuid])
    return in_scheme("decisions:queue", application.rules)


def _do(
    request: HttpRequest, application: Application, verb: Any, said: str, **given: Any
) -> HttpResponse:
    try:
        verb(application=application, by=request.user, at=clock.now(), **given)
    except NotAllowed as obstacle:
        return led_back(request, application, obstacle)
    messages.success(request, said)
    return redirect("decisions:case", application.uuid)


def led_back(
    request: HttpRequest, application: Application, obstacle: NotAllowed | Stale
) -> HttpResponse:
    """Lead back to the case, and say there why something cannot be done."""
    words = str(obstacle)
    if isinstance(obstacle, Stale):
        words = _("The answers have changed since you opened the page. Read them again.")
    messages.warning(request, words)
    return redirect("decisions:case", application.uuid)


def form_to_prepare(
    request: HttpRequest, application: Application, name: str, form: Any
) -> HttpResponse:
    """Show a form that prepares the decision; who may not prepare it is led back to the case (R21)."""
    try:
        services.require_preparing(application, request.user, at=clock.now())
    except NotAllowed as obstacle:
        return led_back(request, application, obstacle)
    return _form(request, application, name, form)


def _form(request: HttpRequest, application: Application, name: str, form: Any) -> HttpResponse:
    # Sent with errors too: it shows whose case it is, and only what a form does is in the case's own history.
    readings.of_case(request, application, Reading.What.CASE)
    context = {"application": application, "scheme": application.rules, "form": form}
    return render(request, f"decisions/{name}.html", context)
