"""What the applicant does after a decision: say that the course was cancelled (R22)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import navigation
from accounts.once import form_page
from applications.models import Application, State
from decisions import services
from decisions.forms import CancelForm
from decisions.services import NotAllowed
from schemes import clock


@form_page
def cancel(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take the word that the course was cancelled or not attended: the grant ends (R22)."""
    own = Application.objects.of(request.user).filter(state=State.APPROVED)
    application = get_object_or_404(own, uuid=uuid)
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _end(request, application, form.cleaned_data["reason"])
    context = {"application": application, "scheme": application.rules, "form": form}
    # By its address it would stand among what is to be decided.
    context["navigation"] = navigation.menu(request.user, reverse("applications:overview"))
    return render(request, "decisions/cancel.html", context)


def _end(request: HttpRequest, application: Application, reason: str) -> HttpResponse:
    try:
        services.end(application=application, reason=reason, by=request.user, at=clock.now())
        messages.success(request, _("The grant has ended. Thank you for telling us."))
    except NotAllowed as obstacle:
        messages.warning(request, str(obstacle))
    return redirect("applications:case", application.uuid)
