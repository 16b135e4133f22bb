"""Finance's months at a glance, and a month's packets as one ZIP: asked for, watched, downloaded."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.mandates import requires
from accounts.office import in_scheme, scheme_of, schemes_tabs
from applications import readings
from applications.handing_out import asked_as_table, attachment
from applications.models import Reading
from invoicing import months, register, services, tables
from invoicing.models import Bundle
from invoicing.seen import seen
from invoicing.views.lists import READERS
from schemes import clock
from schemes.reading import LAST_YEAR
from schemes.registry import get

# What is noted of a case whose packet is taken, and all that is fetched of it.
NOTED = ("application__scheme", "application__applicant")


@require_safe
@requires(*READERS)
def overview(request: HttpRequest) -> HttpResponse:
    """Show for each month how the invoices stand that the person may see, with their sum."""
    scheme = scheme_of(request, *READERS)
    mine = seen(request.user, scheme.slug).tallies()
    rows = months.months(mine, on=clock.today(scheme.time_zone))
    name = f"{scheme.slug}-months"
    if file := asked_as_table(request, name=name, table=lambda: tables.months(rows, scheme)):
        return file
    context = {
        "scheme": scheme,
        "schemes": schemes_tabs(request, scheme, *READERS),
        "months": rows,
        "params": request.GET,
    }
    return render(request, "invoicing/months.html", context)


@require_POST
@requires(*READERS)
def ask(request: HttpRequest) -> HttpResponse:
    """Have a month's packets put into a ZIP."""
    scheme, month = scheme_of(request, *READERS), _month(request)
    mine = register.seen_by(request.user).filter(entry__scheme=scheme.slug)
    invoices = months.issued_in(mine, month)
    if not invoices:
        messages.warning(request, _("No packet of this month has been made yet."))
        return redirect(in_scheme("invoicing:months", scheme))
    asked = months.ask_for(
        invoices=invoices, scheme=scheme.slug, month=month, by=request.user, at=clock.now()
    )
    return redirect("invoicing:bundle", asked.uuid)


@require_safe
@requires(*READERS)
def bundle(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show how far a ZIP is that the person asked for; then there is the button to download it."""
    found = _own(request, uuid)
    scheme = get(found.scheme)
    back = in_scheme("invoicing:months", scheme)
    context = {"bundle": found, "scheme": scheme, "back": back}
    return render(request, "invoicing/bundle.html", context)


@require_POST
@requires(*READERS)
def bundle_file(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Hand out the ZIP and note of each packet who took it, if the person may still see them all."""
    found = _own(request, uuid)
    if not found.made_at:
        messages.warning(request, _("The ZIP is still being made. Look again in a moment."))
        return redirect("invoicing:bundle", found.uuid)
    seen = register.seen_by(request.user).filter(pk__in=found.invoices)
    taken = list(seen.select_related("application").only("application", *NOTED))
    if len(taken) != found.total:
        raise Http404
    services.record_download(invoices=taken, by=request.user, at=clock.now())
    readings.of_cases(request, [each.application for each in taken], Reading.What.PACKET)
    name = _("packets") + f"-{found}.zip"
    return attachment(found.file, name=name, content_type="application/zip")


def _own(request: HttpRequest, uuid: UUID) -> Bundle:
    return get_object_or_404(Bundle.objects.filter(by=request.user), uuid=uuid)


def _month(request: HttpRequest) -> date:
    try:
        month = date.fromisoformat(f"{request.POST.get('month', '')}-01")
    except ValueError:
        raise Http404 from None
    if month.year > LAST_YEAR:  # the month after the last one there is has no day
        raise Http404
    return month
