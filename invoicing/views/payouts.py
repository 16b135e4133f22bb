"""Paying out: what is ready, the release in two steps, and each batch with its files."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST, require_safe

from accounts.mandates import ADMINISTRATOR, AUDITOR, FINANCE, current_schemes, requires
from accounts.office import ask_to_tick
from accounts.session_ends import after_recent_sign_in
from applications import readings
from applications.handing_out import GUARDED, asked_as_table, attachment
from applications.models import Reading
from applications.services import NotAllowed
from database import paging
from drawing.spreadsheet import Table
from invoicing import history, paying, payouts, register, tables
from invoicing.entries import Entry
from invoicing.models import Invoice, PaymentBatch, PaymentFile
from invoicing.register import Part
from invoicing.seen import seen
from invoicing.views import rows
from schemes import clock, secrets
from schemes.base import Scheme
from schemes.registry import get
from schemes.templatetags.kursmedel import money

A_PAGE = 100
CONTENT_TYPES = {PaymentFile.Kind.PAIN: "application/xml", PaymentFile.Kind.CSV: "text/csv"}
ENDINGS = {PaymentFile.Kind.PAIN: "xml", PaymentFile.Kind.CSV: "csv"}


def overview(request: HttpRequest, scheme: Scheme, schemes: list[dict[str, Any]]) -> HttpResponse:
    """Show what is ready to be paid in a scheme, or the batches that were released."""
    on = clock.today(scheme.time_zone)
    mine = seen(request.user, scheme.slug)
    waiting, sums = payouts.waiting(mine.entries()), payouts.sums(mine.alike())
    batches = payouts.batches_seen_by(request.user).filter(scheme=scheme.slug)
    released = request.GET.get("tab") == "released"
    if file := _file(request, scheme, batches if released else waiting):
        return file
    number = _number(sums)
    context = {
        "scheme": scheme,
        "schemes": schemes,
        "tabs": _tabs(scheme, number, batches, released),
        "figures": _figures(scheme, sums, batches),
        "released": released,
        "payer": paying.payer(scheme, on=on),
        "params": request.GET,
    }
    context |= (
        _released(request, batches) if released else _ready(request, scheme, waiting, number, on)
    )
    return TemplateResponse(request, "invoicing/payouts.html", context)


def _released(request: HttpRequest, batches: QuerySet[PaymentBatch]) -> dict[str, Any]:
    page = paging.page(batches, ["-pk"], request.GET.get("page"), size=A_PAGE)
    return {"page": page, "lines": rows.drawn_batches(page.rows)}


def _ready(
    request: HttpRequest, scheme: Scheme, waiting: QuerySet[Entry], number: int, on: date
) -> dict[str, Any]:
    shown, asked = payouts.shown(waiting), request.GET.get("page")
    page = paging.page(shown, ["falls"], asked, size=A_PAGE, number=number)
    readings.of_list(request, Reading.What.PAYOUTS, page.rows, scheme=scheme.slug)
    handles, ticked = scheme.slug in current_schemes(request.user, FINANCE), "all" in request.GET
    found = _rows(request, page.rows, on)
    lines = rows.drawn_payouts(found, scheme, on, handles=handles, ticked=ticked)
    return {"page": page, "lines": lines, "handles": handles, "all": ticked}


def _file(
    request: HttpRequest, scheme: Scheme, found: QuerySet[Entry] | QuerySet[PaymentBatch]
) -> HttpResponse | None:
    """Return the whole list as a file, where one is asked for."""
    paid = found.model is PaymentBatch

    def table() -> Table:
        if paid:
            return tables.batches(found, scheme)
        statements = register.invoices_of(found)
        readings.of_cases(request, [each.application for each in statements], Reading.What.LIST)
        return tables.payable(statements, scheme)

    name = f"{scheme.slug}-{'batches' if paid else 'payments'}"
    return asked_as_table(request, name=name, table=table)


def _rows(request: HttpRequest, entries: Sequence[Entry], on: date) -> list[dict[str, Any]]:
    decided = paying.decided_by(request.user, [each.application_id for each in entries])
    return [
        {
            "entry": each,
            "made": each.made,
            "decided": each.application_id in decided,
            "late": each.due is not None and each.due < on,
        }
        for each in entries
    ]


def _tabs(
    scheme: Scheme, waiting: int, batches: QuerySet[PaymentBatch], released: bool
) -> list[dict[str, Any]]:
    address = _list(scheme.slug)
    return [
        {
            "label": _("Ready to be paid"),
            "url": address,
            "current": not released,
            "count": waiting,
        },
        {
            "label": pgettext("several", "Released"),
            "url": f"{address}&tab=released",
            "current": released,
            "count": paging.counted_so_far(batches),
        },
    ]


def _figures(
    scheme: Scheme, sums: dict[str, Part], batches: QuerySet[PaymentBatch]
) -> list[dict[str, Any]]:
    latest = batches.first()
    figures = [
        {
            "label": _("Ready to be paid"),
            "value": money(sums["ready"].sum, scheme.currency),
            "note": _payments(sums["ready"].number),
            "tone": "accent" if sums["ready"].number else "neutral",
        },
        {
            "label": _("Statements being made"),
            "value": money(sums["making"].sum, scheme.currency),
            "note": _payments(sums["making"].number),
        },
    ]
    if latest:
        released = {"value": money(latest.total, scheme.currency), "note": _payments(latest.number)}
        address = reverse("invoicing:batch", args=[latest.uuid])
        figures.append({"label": _("Released last"), "url": address, "tone": "good"} | released)
    return figures


def _number(sums: dict[str, Part]) -> int:
    return sum(each.number for each in sums.values())


def _payments(number: int) -> str:
    return ngettext("%(n)s payment", "%(n)s payments", number) % {"n": number}


@after_recent_sign_in
@require_POST
@requires(FINANCE)
def release(request: HttpRequest) -> HttpResponse:
    """Show what is about to be paid; when that is sent, release it."""
    mine = register.handled_by(request.user).filter(kind=Invoice.Kind.STATEMENT)
    statements = payouts.ticked(mine, request.POST.getlist("invoice")[:A_PAGE])
    if not statements:
        ask_to_tick(request, _("Tick the payments first."))
        return redirect(_list(request.POST.get("scheme", "")))
    if batch := request.POST.get("batch"):
        return _release(request, statements, batch)
    return _review(request, statements)


def _review(request: HttpRequest, statements: list[Invoice]) -> HttpResponse:
    scheme = statements[0].application.rules
    readings.of_cases(request, [each.application for each in statements], Reading.What.PAYMENTS)
    applications = {each.application_id: each.application for each in statements}
    found = paying.obstacles(statements, applications, request.user)
    context = {
        "scheme": scheme,
        "statements": statements,
        "obstacles": [{"invoice": each, "words": words} for each, words in found],
        "total": sum(each.amount for each in statements),
        "payer": paying.payer(scheme, on=clock.today(scheme.time_zone)),
        "batch": uuid4(),
    }
    return render(request, "invoicing/release.html", context)


def _release(request: HttpRequest, statements: list[Invoice], batch: str) -> HttpResponse:
    scheme, at = statements[0].application.rules, clock.now()
    try:
        made = paying.release(
            statements=statements,
            batch=_identity(batch),
            payer=paying.payer(scheme, on=scheme.local_day(at)),
            by=request.user,
            at=at,
        )
    except NotAllowed as obstacle:
        messages.warning(request, str(obstacle))
        return redirect(_list(scheme.slug))
    words = ngettext(
        "%(n)s payment is released. Now give the file to the bank.",
        "%(n)s payments are released. Now give the file to the bank.",
        made.number,
    )
    messages.success(request, words % {"n": made.number})
    return redirect("invoicing:batch", made.uuid)


def _identity(batch: str) -> UUID:
    try:
        return UUID(batch)
    except ValueError:
        raise Http404 from None


def _list(scheme: str) -> str:
    return f"{reverse('invoicing:overview')}?scheme={scheme}"


@require_safe
@requires(FINANCE, ADMINISTRATOR, AUDITOR)
def batch(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show one batch: its payments, its files and who took them."""
    found = get_object_or_404(payouts.batches_seen_by(request.user), uuid=uuid)
    paid = _paid(found)
    readings.of_cases(request, [each.application for each in paid], Reading.What.PAYMENTS)
    context = {
        "batch": found,
        "scheme": get(found.scheme),
        "statements": paid,
        "files": found.files.defer("content"),
        "events": history.downloads(found),
        "handles": payouts.batches_handled_by(request.user).filter(pk=found.pk).exists(),
        "back": f"{_list(found.scheme)}&tab=released",
    }
    return render(request, "invoicing/batch.html", context)


def _paid(batch: PaymentBatch) -> QuerySet[Invoice]:
    paid = Invoice.objects.filter(payment__batch=batch)
    return paid.select_related("application").order_by("payment__pk")


@after_recent_sign_in
@require_POST
@requires(FINANCE)
def file(request: HttpRequest, uuid: UUID, kind: str) -> HttpResponse:
    """Hand out a file of a batch, with accounts in clear, and note who took it."""
    found = get_object_or_404(payouts.batches_handled_by(request.user), uuid=uuid)
    wanted = get_object_or_404(found.files.exclude(content=secrets.REMOVED), kind=kind)
    content = paying.opened(file=wanted, by=request.user, at=clock.now())
    readings.of_cases(request, [each.application for each in _paid(found)], Reading.What.FILE)
    name = f'attachment; filename="{found}.{ENDINGS[wanted.kind]}"'
    headers = GUARDED | {"Content-Disposition": name}
    return HttpResponse(content, content_type=CONTENT_TYPES[wanted.kind], headers=headers)


@require_safe
def statement(request: HttpRequest, uuid: UUID) -> FileResponse:
    """Hand the applicant the statement of what was paid."""
    own = Invoice.objects.filter(
        kind=Invoice.Kind.STATEMENT,
        application__applicant=request.user,
        payment__isnull=False,
    )
    found = get_object_or_404(own.select_related("packet"), uuid=uuid)
    return attachment(found.packet.file, name=f"{found}.pdf", content_type="application/pdf")
