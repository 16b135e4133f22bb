"""The auditor's page about who has read whose data."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.mandates import AUDITOR, requires
from applications import readings, tables
from applications.forms import ReadingsForm
from applications.handing_out import asked_as_table
from applications.models import Reading
from database import paging

A_PAGE = 50
MOST_ROWS = 50_000  # rows of a file: more than that is made by narrowing the list, period by period


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
    if file := _file(request, found):
        return file
    most = paging.COUNTED_BY_WORDS if asked.get("whose") or asked.get("who") else None
    page = readings.page(found, request.GET.get("page"), size=A_PAGE, most=most)
    context = {"form": form, "page": page, "params": request.GET}
    return render(request, "applications/readings.html", context)


def _file(request: HttpRequest, found: QuerySet[Reading]) -> HttpResponse | None:
    """Return the whole list as a file, where one is asked for and it is not too long for one."""
    if "file" not in request.GET:
        return None
    rows = list(readings.with_whose(found).order_by("-at", "-pk")[: MOST_ROWS + 1])
    if len(rows) > MOST_ROWS:
        messages.warning(request, _("The list is too long for one file. Narrow it by days first."))
        return None
    return asked_as_table(request, name="readings", table=lambda: tables.readings(rows))
