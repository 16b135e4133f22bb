"""One invoice: what it states, who did what with it, and what finance does next."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.mandates import ADMINISTRATOR, FINANCE, requires
from accounts.once import form_page
from applications import readings
from applications.handing_out import attachment
from applications.models import Reading, State
from applications.services import NotAllowed
from invoicing import bundle, history, register, services
from invoicing.forms import CorrectForm, CostForm, PostponeForm
from invoicing.models import Invoice
from invoicing.views.lists import READERS
from invoicing.views.rows import standing_of
from schemes import clock, registry


@require_safe
@requires(*READERS)
def invoice(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show one invoice with its related ones, its handling and the next thing to do."""
    found = _invoice(register.seen_by(request.user), uuid)
    on = clock.today(found.application.rules.time_zone)
    found.standing = found.entry.standing(on)
    left = services.left_of(found)
    context = _context(request, found) | standing_of(found.entry, on)
    context |= _doable(found, request.user, unsent=context["unsent"], left=left)
    context |= {
        "today": on,
        "payment": getattr(found, "payment", None),
        "taken": services.is_taken(found),
        "left": left,
        "related": history.related(found),
        "events": history.events(found),
        "mailbox": settings.FINANCE_MAILBOX,
    }
    return TemplateResponse(request, "invoicing/invoice.html", context)


@require_POST
@requires(*READERS)
def packet(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Hand out the packet and note who took it."""
    found = _invoice(register.seen_by(request.user), uuid)
    if not found.packet.rendered_at:
        messages.warning(request, _("The packet is still being made. Try again in a moment."))
        return redirect("invoicing:invoice", found.uuid)
    services.record_download(invoices=[found], by=request.user, at=clock.now())
    readings.of_case(request, found.application, Reading.What.PACKET)
    name = bundle.file_name(found)
    return attachment(found.packet.file, name=name, content_type="application/pdf")


@form_page
@requires(FINANCE)
def settle(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Enter what the course really cost: first shown what will be paid, then settled."""
    found = _invoiced(register.handled_by(request.user), uuid)
    typed = request.POST if request.method == "POST" else request.GET
    form = CostForm(typed or None)
    known = form.is_bound and form.is_valid()
    if request.method == "POST" and known:
        given = {"application": found.application, **form.cleaned_data}
        return _do(request, found, services.settle, _("The grant is settled."), **given)
    context = _context(request, found) | {"form": form, "granted": found.application.granted}
    if known:
        context |= _preview(found, form) | {"cost": typed["actual_cost"]}
    return render(request, "invoicing/settle.html", context)


@form_page
@requires(FINANCE)
def correct(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Credit an invoice in full and issue it anew."""
    found = _invoiced(register.handled_by(request.user), uuid)
    form = CorrectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = _("The invoice is credited and a new one is issued.")
        return _do(request, found, services.correct, said, invoice=found, **form.cleaned_data)
    return render(request, "invoicing/correct.html", _context(request, found) | {"form": form})


@form_page
@requires(ADMINISTRATOR)
def postpone(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Let an invoice go out later than its due date, with a reason (R34)."""
    mine = register.administered_by(request.user)
    found = _invoice(mine, uuid, kind=Invoice.Kind.INVOICE)
    form = PostponeForm(request.POST or None, after=services.due_date(found))
    if request.method == "POST" and form.is_valid():
        said = _("The due date is postponed.")
        return _do(request, found, services.postpone, said, invoice=found, **form.cleaned_data)
    return render(request, "invoicing/postpone.html", _context(request, found) | {"form": form})


def _doable(found: Invoice, user: Any, *, unsent: bool, left: Decimal) -> dict[str, Any]:
    """Return whether a person handles an invoice, and what its state leaves to be done with it."""
    credit = found.kind == Invoice.Kind.CREDIT
    application = found.application
    settleable = application.state == State.APPROVED and not application.rules.pays_out
    correctable = settleable and left > 0 and not credit
    administers = register.administered_by(user).filter(pk=found.pk).exists()
    return {
        "handles": register.handled_by(user).filter(pk=found.pk).exists(),
        "settleable": settleable,
        "correctable": correctable,
        # What was sent keeps its day, but to correct it a later one may be needed (R34).
        "movable": administers and not credit and (unsent or correctable),
    }


def _invoiced(invoices: QuerySet[Invoice], uuid: UUID) -> Invoice:
    """Return an invoice of a scheme that is paid by invoices: statements are paid otherwise."""
    billed = [scheme.slug for scheme in registry.SCHEMES if not scheme.pays_out]
    return _invoice(invoices, uuid, application__scheme__in=billed)


def _invoice(invoices: QuerySet[Invoice], uuid: UUID, **more: Any) -> Invoice:
    of_case = ("application__organisation", "application__pool")
    invoices = register.described(invoices).select_related(*register.RELATED, *of_case)
    return get_object_or_404(invoices, uuid=uuid, **more)


def _context(request: HttpRequest, found: Invoice) -> dict[str, Any]:
    """Return what each page about an invoice shows, and note who reads it, also on a form with errors."""
    application = found.application
    readings.of_case(request, application, Reading.What.INVOICE)
    return {"invoice": found, "application": application, "scheme": application.rules}


def _preview(found: Invoice, form: CostForm) -> dict[str, Decimal]:
    cost = form.cleaned_data["actual_cost"]
    due = services.payable(found.application, actual_cost=cost, at=clock.now())
    return {"due": due, "spare": found.application.granted - due}


def _do(
    request: HttpRequest, found: Invoice, verb: Callable, said: str, **given: Any
) -> HttpResponse:
    try:
        verb(by=request.user, at=clock.now(), **given)
        messages.success(request, said)
    except NotAllowed as obstacle:
        messages.warning(request, str(obstacle))
    return redirect("invoicing:invoice", found.uuid)
