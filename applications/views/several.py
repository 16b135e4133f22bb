"""The pages on which somebody begins applications for several people, and goes through their drafts."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.once import form_page
from applications import pages, services, tables
from applications.handing_out import asked_as_table
from applications.models import Application
from applications.several import drafts_for_others, is_for_others
from applications.several_form import MOST_ROWS, SeveralForm
from database import paging
from schemes import clock
from schemes import services as pools
from schemes.base import Scheme

A_PAGE = 20


@never_cache
@form_page
def several(request: HttpRequest, scheme: str) -> HttpResponse:
    """Ask for a course and the people who took it; on POST, begin a draft for each of them."""
    return _several(request, pages.scheme_asked_for(scheme, offering="several"), copy_of=None)


@never_cache
@form_page
def several_of(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ask for more people on the course of an application; on POST, begin a draft for each."""
    application = get_object_or_404(Application.objects.of(request.user), uuid=uuid)
    if not is_for_others(application):
        raise Http404
    return _several(request, application.rules, copy_of=application)


@never_cache
@require_safe
def several_drafts(request: HttpRequest, scheme: str) -> HttpResponse:
    """List one's drafts for others, with what is missing in each."""
    chosen = pages.scheme_asked_for(scheme, offering="several")
    drafts = drafts_for_others(request.user, chosen)
    if file := asked_as_table(request, name="drafts", table=lambda: tables.own(drafts)):
        return file
    page = paging.page(drafts, ["-pk"], request.GET.get("page"), size=A_PAGE)
    context = {
        "scheme": chosen,
        "page": page,
        "tasks": [_task(draft) for draft in page.rows],
    }
    return render(request, "applications/several_drafts.html", context)


def _several(request: HttpRequest, scheme: Scheme, *, copy_of: Application | None) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    form = SeveralForm(
        scheme,
        user=request.user,
        on=clock.today(scheme.time_zone),
        posted=posted,
        copy_of=copy_of,
        more=1 if posted and "more" in posted else 0,
    )
    if form.is_valid() and _begin(request, form):
        return redirect("applications:several_drafts", scheme.slug)
    context = {
        "scheme": scheme,
        "form": form,
        "application": copy_of,
        "most": MOST_ROWS,
        "closing": pools.closed(scheme=scheme, at=clock.now()),
    }
    return render(request, "applications/several.html", context)


def _begin(request: HttpRequest, form: SeveralForm) -> bool:
    """Begin a draft for each, and tell whether that was allowed; the page says what came of it."""
    try:
        drafts = services.start_several(
            scheme=form.scheme,
            applicant=request.user,
            people=form.answers(),
            at=clock.now(),
            copy_of=form.copy_of,
        )
    except services.NotAllowed as refused:
        messages.error(request, str(refused))
        return False
    count = len(drafts)
    said = ngettext(
        "%(count)s draft has been started.", "%(count)s drafts have been started.", count
    )
    messages.success(request, said % {"count": count})
    return True


def _task(draft: Application) -> dict[str, Any]:
    missing = services.missing(draft, at=clock.now())
    wanted = {step.slug: step.title for step in draft.rules.steps}
    unanswered = [title for slug, title in wanted.items() if not draft.answers.get(slug)]
    words = [word for slug in missing if draft.answers.get(slug) for word in missing[slug]]
    if unanswered:
        lacks = ", ".join(str(title) for title in unanswered)
        words.append(_("Not filled in yet: %(steps)s.") % {"steps": lacks})
    ready = not words
    return {
        "title": f"{draft.participant or draft.reference} · {draft.course_title}".strip(" ·"),
        "url": reverse("applications:resume", args=[draft.uuid]),
        "hint": " ".join(words),
        "label": _("Ready to send in") if ready else _("Not ready"),
        "tone": "good" if ready else "warn",
    }
