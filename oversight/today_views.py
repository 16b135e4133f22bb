"""The page on which each person of the office begins the day."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.mandates import ADMINISTRATOR, AUDITOR, FINANCE, SIGNATORY, requires
from oversight.today import cards
from schemes import clock


@require_safe
@requires(SIGNATORY, FINANCE, ADMINISTRATOR, AUDITOR)
def today(request: HttpRequest) -> HttpResponse:
    """Show what waits today for the person, in each of their capacities."""
    at = clock.now()
    context = {"cards": cards(request.user, at=at), "today": clock.office_today()}
    return render(request, "oversight/today.html", context)
