"""The auditor's page about who has read whose data."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.mandates import AUDITOR, requires
from applications import readings
from applications.forms import ReadingsForm

A_PAGE = 50


@require_safe
@requires(AUDITOR)
def listed(request: HttpRequest) -> HttpResponse:
    """Show the latest readings in the schemes that the person audits, narrowed as asked for."""
    form = ReadingsForm(request.GET or None)
    asked = form.cleaned_data if form.is_valid() else {}
    case = asked.pop("case", None)
    found = readings.narrowed(readings.seen_by(request.user), **asked)
    if case:
        found = found.filter(application__uuid=case)
    page = readings.page(found, request.GET.get("page"), size=A_PAGE)
    context = {"form": form, "page": page, "params": request.GET}
    return render(request, "applications/readings.html", context)
