"""The forms with which a person keeps and removes views of the queue."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.mandates import requires
from accounts.office import OFFICE, in_scheme, scheme_of
from decisions import saved
from decisions.forms import ViewForm
from decisions.services import NotAllowed
from decisions.views import remembered
from schemes.base import Scheme


@require_POST
@requires(*OFFICE)
def save_view(request: HttpRequest) -> HttpResponse:
    """Save how the queue is filtered now under a name."""
    scheme, form = scheme_of(request, *OFFICE), ViewForm(request.POST)
    query = remembered.filters(request.GET)
    if not query:
        messages.warning(request, _("Choose a tab, search or sort first: that is what is saved."))
    elif form.is_valid():
        _save(request, scheme, form.cleaned_data["name"], query)
    else:
        messages.warning(request, _("Give the view a name of at most 60 characters."))
    return redirect(f"{in_scheme('decisions:queue', scheme)}&{query}")


def _save(request: HttpRequest, scheme: Scheme, name: str, query: str) -> None:
    try:
        saved.save_view(user=request.user, scheme=scheme.slug, name=name, query=query)
    except NotAllowed as obstacle:
        messages.warning(request, str(obstacle))
    else:
        messages.success(request, _("The view “%(name)s” is saved.") % {"name": name})


@require_POST
@requires(*OFFICE)
def remove_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove one of the person's own views."""
    scheme = scheme_of(request, *OFFICE)
    if saved.remove_view(user=request.user, pk=pk):
        messages.success(request, _("The view is removed."))
    query = remembered.filters(request.GET)
    return redirect(f"{in_scheme('decisions:queue', scheme)}&{query}")
