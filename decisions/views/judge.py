"""Where a signatory accepts or returns papers, and judges a course that is on no list."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.mandates import SIGNATORY, requires
from accounts.once import form_page
from applications.models import Application
from decisions import judging, services
from decisions.forms import JudgeForm
from decisions.services import NotAllowed, Stale
from decisions.views.case import case_of, form_to_prepare, led_back
from schemes import clock


@form_page
@requires(SIGNATORY)
def judge(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Accept or return each paper, and judge the course; what nothing is said of stays (L3, L10)."""
    application = case_of(request, uuid)
    judged = judging.judged(application)
    form = JudgeForm(request.POST or None, application=application, judged=judged)
    if not form.judged:
        raise Http404
    if request.method == "POST" and form.is_valid():
        return _judge(request, application, form)
    return form_to_prepare(request, application, "judge", form)


def _judge(request: HttpRequest, application: Application, form: JudgeForm) -> HttpResponse:
    try:
        services.judge(
            application=application,
            words=form.words(),
            revision=form.cleaned_data["revision"],
            by=request.user,
            at=clock.now(),
        )
    except (NotAllowed, Stale) as obstacle:
        return led_back(request, application, obstacle)
    messages.success(request, _("Your judgement is saved."))
    return redirect("decisions:case", application.uuid)
