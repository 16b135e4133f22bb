"""The money of a scheme: its pools, every movement, and the form by which budget is moved."""

from collections.abc import Iterable
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.mandates import ADMINISTRATOR, current_schemes, requires
from accounts.office import OFFICE, in_scheme, scheme_of, schemes_tabs
from accounts.once import form_page
from accounts.session_ends import after_recent_sign_in
from applications.handing_out import asked_as_table
from applications.models import Application
from database import paging
from decisions import funds, tables
from decisions.forms import TransferForm
from decisions.views import pictures
from schemes import clock
from schemes import services as pools
from schemes.base import Scheme
from schemes.models import LedgerEntry

A_PAGE = 50


@require_safe
@requires(*OFFICE)
def overview(request: HttpRequest) -> HttpResponse:
    """Show the pools of the year and every movement of money (R26, R27)."""
    scheme = scheme_of(request, *OFFICE)
    ledger = LedgerEntry.objects.filter(pool__scheme=scheme.slug)
    ledger = ledger.select_related("pool", "by")
    name, newest = f"{scheme.slug}-movements", ledger.order_by("-pk")
    if file := asked_as_table(request, name=name, table=lambda: tables.movements(newest, scheme)):
        return file
    page = paging.page(ledger, ["-pk"], request.GET.get("page"), size=A_PAGE)
    on = clock.today(scheme.time_zone)
    context = {
        "scheme": scheme,
        "schemes": schemes_tabs(request, scheme, *OFFICE),
        "pools": funds.of_year(scheme, on=on),
        "page": page,
        "movements": _movements(page.rows, scheme),
        "params": request.GET,
        "transfer": _transfer_from(request, scheme, on=on),
    }
    return render(request, "decisions/funds.html", context | pictures.of_pool(scheme, on=on))


def _transfer_from(request: HttpRequest, scheme: Scheme, *, on: date) -> str:
    """Return where who administers the scheme moves its budget, if there is another pool to move it to."""
    administers = scheme.slug in current_schemes(request.user, ADMINISTRATOR)
    offered = administers and funds.to_move(scheme, on=on)
    return in_scheme("decisions:transfer", scheme) if offered else ""


def _movements(entries: Iterable[LedgerEntry], scheme: Scheme) -> list[LedgerEntry]:
    """Return the movements with the words for their pool and the application they belong to."""
    entries = list(entries)
    named = Application.objects.only("uuid", "scheme", "created_at")
    cases = named.in_bulk([each.subject for each in entries], field_name="uuid")
    for entry in entries:
        entry.pool_title = scheme.pool_title(entry.pool.key)
        case = cases.get(entry.subject)
        entry.reference = case.reference if case else ""
    return entries


@after_recent_sign_in
@form_page
@requires(ADMINISTRATOR)
def transfer(request: HttpRequest) -> HttpResponse:
    """Ask what budget is moved; show it once more; move it on the second press (R27)."""
    scheme = scheme_of(request, ADMINISTRATOR)
    among = funds.to_move(scheme, on=clock.today(scheme.time_zone))
    if not among:
        messages.info(request, _("There is no other pool yet that budget could be moved to."))
        return redirect(in_scheme("decisions:funds", scheme))
    form = TransferForm(request.POST or None, scheme=scheme, pools=among)
    valid = request.method == "POST" and form.is_valid()
    if valid and "confirm" in request.POST and _transfer(request, form):
        return redirect(in_scheme("decisions:funds", scheme))
    context = {"scheme": scheme, "form": form, "back": in_scheme("decisions:funds", scheme)}
    if valid and not form.errors and "change" not in request.POST:
        context["rows"] = form.in_words()
        return render(request, "decisions/transfer_check.html", context)
    return render(request, "decisions/transfer.html", context)


def _transfer(request: HttpRequest, form: TransferForm) -> bool:
    try:
        pools.transfer(**form.cleaned_data, at=clock.now(), by=request.user)
    except pools.PoolTooSmall:
        form.say_too_much()
        return False
    messages.success(request, _("The budget has been moved."))
    return True
