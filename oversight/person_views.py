"""Hands out everything that is kept about a person: to the person, or by the administrator for them."""

from typing import Any

from django import forms
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.mandates import ADMINISTRATOR, current_schemes, requires
from accounts.models import User
from accounts.once import form_page
from accounts.session_ends import after_recent_sign_in
from applications import readings
from applications.handing_out import GUARDED
from applications.models import Reading
from drawing.fields import required
from oversight.takeout import takeout


class WhyForm(forms.Form):
    """Why an administrator takes out somebody's data; the auditor reads it."""

    reason = forms.CharField(
        label=_("Why?"),
        help_text=_("For example the person's request and its date. The auditor reads this."),
        max_length=300,
        error_messages=required(_("Write why you take out the person's data.")),
    )


@after_recent_sign_in
@require_POST
def own(request: HttpRequest) -> FileResponse:
    """Hand out everything about whoever is signed in."""
    return _handed_out(request.user)


@after_recent_sign_in
@form_page
@requires(ADMINISTRATOR)
def for_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out what the administrator's schemes keep about an applicant, and note why."""
    schemes = current_schemes(request.user, ADMINISTRATOR)
    applicants = User.objects.filter(applications__scheme__in=schemes).distinct()
    person, form = get_object_or_404(applicants, pk=pk), WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        readings.of_person(request, person, Reading.What.EXPORT, reason=reason)
        return _handed_out(person, schemes=schemes)
    return render(request, "oversight/takeout.html", {"person": person, "form": form})


def _handed_out(person: User, **limits: Any) -> FileResponse:
    return FileResponse(
        takeout(person=person, **limits),
        as_attachment=True,
        filename="kursmedel.zip",
        content_type="application/zip",
        headers=GUARDED,
    )
