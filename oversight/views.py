"""The status page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.mandates import ADMINISTRATOR, AUDITOR, current_schemes, requires
from oversight.status import status
from schemes import clock

READERS = (ADMINISTRATOR, AUDITOR)


@require_safe
@requires(*READERS)
def page(request: HttpRequest) -> HttpResponse:
    """Show how the house is; of findings those in the schemes that the person answers for."""
    context = status(schemes=current_schemes(request.user, *READERS), at=clock.now())
    return render(request, "oversight/status.html", context)
