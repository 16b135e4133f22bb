"""The pages on which an application is written: one for each step, saved as they are left."""

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.once import form_page
from applications import pages, services
from applications.drafting import Answers
from applications.models import Application, State
from applications.saving import seal
from applications.views.pre_check import asked
from applications.views.step_page import CHANGED_ELSEWHERE, StepPage, saved_at
from database.prepared import Given, prepared
from schemes import clock
from schemes import services as pools
from schemes.base import Scheme


@never_cache
@form_page
def start(request: HttpRequest, scheme: str) -> HttpResponse:
    """Say what is needed before one begins; on POST, begin a draft and open its first step."""
    chosen = pages.scheme_asked_for(scheme)
    known = asked(chosen, request.POST or request.GET) if chosen.pre_check else None
    if request.method == "POST":
        return _begin(request, chosen, known.answers() if known else {})
    drafts = Application.objects.of(request.user).filter(scheme=scheme, state=State.DRAFT)
    context = {
        "scheme": chosen,
        "lead": chosen.lead(on=clock.today(chosen.time_zone)),
        "at_hand": pages.at_hand(chosen),
        "closing": pools.closed(scheme=chosen, at=clock.now()),
        "drafts": drafts.order_by("-changed_at")[:5],
        "known": known if known and known.answers() else None,
    }
    return render(request, "applications/begin.html", context)


def _begin(request: HttpRequest, scheme: Scheme, given: Answers) -> HttpResponse:
    try:
        draft = services.start(scheme=scheme, applicant=request.user, at=clock.now(), given=given)
    except services.NotAllowed as refused:
        messages.error(request, str(refused))
        return redirect("applications:overview")
    return redirect("applications:step", draft.uuid, scheme.steps[0].slug)


@never_cache
@form_page
def step(request: HttpRequest, uuid: UUID, slug: str) -> HttpResponse:
    """Show one step with what was typed; on POST save it, whatever it is, and go on if it is right."""
    page = StepPage(request, _own(request, uuid), slug)
    if not page.is_open:
        return page.closed()
    return page.save() if request.method == "POST" else page.show()


@never_cache
@require_POST
def autosave(request: HttpRequest, uuid: UUID, slug: str) -> JsonResponse:
    """Save what has been typed so far; 409 when the step was changed elsewhere meanwhile."""
    page = StepPage(request, _own(request, uuid), slug)
    try:
        page.store()
    except services.Stale:
        words = _("Nothing was overwritten. Save to see both.")
        return JsonResponse({"message": f"{CHANGED_ELSEWHERE} {words}"}, status=409)
    except services.NotAllowed as refused:
        return JsonResponse({"message": str(refused)}, status=403)
    said = {"revision": page.application.revision, "seal": seal(page.application, page.step)}
    return JsonResponse(said | {"message": saved_at(page.application)})


@never_cache
@require_safe
def amount(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show only the card with the amount, as the saved answers stand now."""
    application = _own(request, uuid)
    on = clock.today(application.rules.time_zone)
    card = pages.todays_card(application, on=on, at=clock.now())
    return render(request, "applications/amount.html", {"card": card})


def _own(request: HttpRequest, uuid: UUID) -> Application:
    application = _owned.first(user=request.user.pk, uuid=uuid)
    if application is None:
        raise Http404
    return application


@prepared
def _owned(user: Given, uuid: Given) -> QuerySet[Application]:
    return Application.objects.filter(applicant_id=user, uuid=uuid)
