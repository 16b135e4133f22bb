"""The verbs of the money: open an invoice, credit, correct, hand over, settle."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import Max, Sum
from django.utils import translation
from django.utils.translation import gettext as _

from applications.assessment import facts_of
from applications.models import Application, Event, State
from applications.nudge import nudge
from applications.services import NotAllowed, move, notify, notify_applicant, record
from invoicing import statement
from invoicing.models import Handling, Invoice, Packet, Postponement, Series, Settlement
from schemes import services as pools
from schemes.wording import amount as figure

# Issuing


def open_invoice(
    *,
    application: Application,
    decided_on: date,
    at: datetime,
    by: Any,
    decision: Mapping[str, Any],
) -> Invoice:
    """Issue the clearing invoice of a grant in the caller's transaction and return it (R34, R35).

    Takes the decision as plain JSON in the scheme's language; the packet states it. The grant must
    be saved and the application locked. Adds the invoice with the next number of the
    administration's year, its packet and a row of history. Raises RuntimeError outside a
    transaction; PostgreSQL refuses a second invoice of the same decision.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("An invoice is opened in the transaction that grants.")
    issued_on = _local_date(application, at)
    due_on = application.rules.due_on(starts_on=application.starts_on, decided_on=decided_on)
    series, number = _next(application, issued_on)
    figures = {"amount": application.granted, "issued_on": issued_on, "due_on": due_on}
    snapshot = statement.of_grant(
        application,
        series=series,
        number=number,
        buyer=_buyer(application, decision, at=at),
        decision=decision,
        **figures,
    )
    return _issue(application, series, number, figures, snapshot, at=at, by=by)


@transaction.atomic
def credit(
    *, invoice: Invoice, reason: str, by: Any, at: datetime, amount: Decimal | None = None
) -> Invoice:
    """Take back an amount of an invoice, or all that is left, and return the credit invoice.

    Adds a credit invoice with its own number and packet, and a row of history. The pool is the
    caller's matter. Raises NotAllowed without a reason or when less than the amount is left.
    """
    application = _locked(invoice.application)
    left = left_of(invoice)
    amount = left if amount is None else amount
    if not reason.strip():
        raise NotAllowed(_("Say why the invoice is credited."))
    if invoice.kind != Invoice.Kind.INVOICE or not 0 < amount <= left:
        raise NotAllowed(_("This invoice has already been credited by as much."))
    return _credit(application, invoice, amount, reason.strip(), at=at, by=by)


def _credit(
    application: Application,
    invoice: Invoice,
    amount: Decimal,
    reason: str,
    *,
    at: datetime,
    by: Any,
) -> Invoice:
    issued_on = _local_date(application, at)
    series, number = _next(application, issued_on)
    figures = {"amount": amount, "issued_on": issued_on}
    snapshot = statement.of_credit(invoice, series=series, number=number, reason=reason, **figures)
    figures |= {"kind": Invoice.Kind.CREDIT, "credits": invoice}
    return _issue(application, series, number, figures, snapshot, at=at, by=by)


def credit_rest(*, application: Application, reason: str, by: Any, at: datetime) -> Invoice | None:
    """Credit all that is left of an application's invoice, when the grant ends (R22).

    Returns the credit invoice, or None where nothing is left.
    """
    invoice = current(application)
    if invoice is None or not left_of(invoice):
        return None
    return credit(invoice=invoice, reason=reason, by=by, at=at)


@transaction.atomic
def correct(*, invoice: Invoice, reason: str, by: Any, at: datetime) -> Invoice:
    """Credit an invoice in full and issue a new one of the same amount; return the new one.

    The new one states today's buyer, contact and names. Raises NotAllowed without a reason, when
    nothing is left, or when the due date has passed and no administrator has set a later one (R34).
    """
    application = _locked(invoice.application)
    left, due_on = left_of(invoice), due_date(invoice)
    _require_in_time(due_on, _local_date(application, at))
    credit(invoice=invoice, reason=reason, by=by, at=at)
    series, number = _next(application, _local_date(application, at))
    figures = {"amount": left, "issued_on": _local_date(application, at), "due_on": due_on}
    snapshot = statement.of_correction(
        invoice,
        series=series,
        number=number,
        buyer=_buyer(application, invoice.snapshot["decision"], at=at),
        reason=reason.strip(),
        **figures,
    )
    figures |= {"replaces": invoice}
    return _issue(application, series, number, figures, snapshot, at=at, by=by)


def _issue(
    application: Application,
    series: Series,
    number: int,
    figures: dict[str, Any],
    snapshot: dict[str, Any],
    *,
    at: datetime,
    by: Any,
) -> Invoice:
    invoice = Invoice.objects.create(
        application=application,
        series=series,
        number=number,
        snapshot=snapshot,
        issued_at=at,
        **figures,
    )
    packet = Packet.objects.create(invoice=invoice)
    nudge("invoicing.render_packet", packet.pk)
    credited = invoice.kind == Invoice.Kind.CREDIT
    kind = Event.Kind.CREDITED if credited else Event.Kind.INVOICED
    record(application, kind, at=at, by=by, text=str(invoice))
    return invoice


def _next(application: Application, issued_on: date) -> tuple[Series, int]:
    """Return the locked series and its next number; a rollback gives the number back."""
    series, _created = Series.objects.get_or_create(
        organisation=application.organisation, year=issued_on.year
    )
    Series.objects.select_for_update(no_key=True).get(pk=series.pk)
    last = Invoice.objects.filter(series=series).aggregate(last=Max("number"))["last"]
    return series, (last or 0) + 1


def _buyer(
    application: Application, decision: Mapping[str, Any], *, at: datetime
) -> dict[str, str]:
    # By the terms in force now: an address that changed counts for what is issued from now on.
    scheme = application.rules
    facts = facts_of(application, on=_local_date(application, at), at=at)
    return scheme.buyer(scheme.terms(facts))


# What stands


def current(application: Application) -> Invoice | None:
    """Return the application's invoice that counts now: the last that was not replaced."""
    return application.invoices.filter(kind=Invoice.Kind.INVOICE, replaced_by=None).first()


def left_of(invoice: Invoice) -> Decimal:
    """Return what an invoice still claims, after what was credited of it."""
    credited = invoice.credited_by.aggregate(sum=Sum("amount"))["sum"]
    return invoice.amount - (credited or 0)


def due_date(invoice: Invoice) -> date | None:
    """Return by when an invoice must go out: the last postponement, else as it states (R34).

    A credit invoice has no such day.
    """
    last = invoice.postponements.order_by("-pk").first()
    return last.due_on if last else invoice.due_on


@transaction.atomic
def postpone(*, invoice: Invoice, due_on: date, reason: str, by: Any, at: datetime) -> Postponement:
    """Let an invoice go out until a later day, with a reason (R34), and return the row.

    Raises NotAllowed without a reason, or when the day is not later.
    """
    _locked(invoice.application)
    if invoice.kind != Invoice.Kind.INVOICE:
        raise NotAllowed(_("A credit invoice has no due date."))
    if not reason.strip() or due_on <= due_date(invoice):
        raise NotAllowed(_("Give a later day and say why."))
    return Postponement.objects.create(
        invoice=invoice, due_on=due_on, reason=reason.strip(), at=at, by=by, by_name=str(by)
    )


def _require_in_time(due_on: date | None, today: date) -> None:
    if due_on and today > due_on:
        raise NotAllowed(
            _("The due date has passed. An administrator must first set a later one and say why.")
        )


# Handing over


@dataclass(frozen=True)
class Handed:
    """How one invoice of several came out: `obstacle` says why it did not go, else it is empty."""

    invoice: Invoice
    obstacle: str = ""


def mark_sent(*, invoices: Iterable[Invoice], by: Any, at: datetime) -> list[Handed]:
    """Note that packets were sent, each in a transaction of its own; return how each came out.

    Adds a row of handling and one of history, which the applicant sees.
    """
    return [_one(_mark_sent, invoice, by=by, at=at) for invoice in invoices]


def mail(*, invoices: Iterable[Invoice], to: str, by: Any, at: datetime) -> list[Handed]:
    """Mail packets to finance's box `to`, each in a letter of its own; return how each came out.

    Writes the letters (the worker sends them) and marks the packets as sent.
    """
    return [_one(_mail, invoice, to=to, by=by, at=at) for invoice in invoices]


def record_download(*, invoices: Iterable[Invoice], by: Any, at: datetime) -> None:
    """Note who downloaded which packets and when."""
    kind = Handling.Kind.DOWNLOADED
    rows = [Handling(invoice=each, kind=kind, at=at, by=by, by_name=str(by)) for each in invoices]
    Handling.objects.bulk_create(rows)


def _one(verb: Any, invoice: Invoice, **rest: Any) -> Handed:
    try:
        with transaction.atomic():
            verb(invoice, **rest)
    except NotAllowed as obstacle:
        return Handed(invoice, str(obstacle))
    return Handed(invoice)


def _mark_sent(invoice: Invoice, *, by: Any, at: datetime) -> None:
    application = _locked(invoice.application)
    if is_sent(invoice):
        raise NotAllowed(_("It has already been marked as sent."))
    _require_ready(invoice, application, at=at)
    _handle(invoice, Handling.Kind.SENT, by=by, at=at)
    record(application, Event.Kind.SENT, by=by, at=at, text=str(invoice))


def _mail(invoice: Invoice, *, to: str, by: Any, at: datetime) -> None:
    application = _locked(invoice.application)
    _require_ready(invoice, application, at=at)
    packet = invoice.packet
    attachment = {"name": f"{invoice}.pdf", "path": packet.file.name, "type": "application/pdf"}
    language = application.rules.language
    notify(
        application, "packet", to=to, language=language, at=at, files=[attachment], invoice=invoice
    )
    _handle(invoice, Handling.Kind.MAILED, by=by, at=at, note=to)
    if not is_sent(invoice):
        _mark_sent(invoice, by=by, at=at)


def _require_ready(invoice: Invoice, application: Application, *, at: datetime) -> None:
    if Packet.objects.filter(invoice=invoice, rendered_at=None).exists():
        raise NotAllowed(_("The packet is still being made. Try again in a moment."))
    if not is_sent(invoice):
        _require_in_time(due_date(invoice), _local_date(application, at))


def is_sent(invoice: Invoice) -> bool:
    """Tell whether the invoice has gone out."""
    return invoice.handlings.filter(kind=Handling.Kind.SENT).exists()


def _handle(invoice: Invoice, kind: str, *, by: Any, at: datetime, note: str = "") -> None:
    Handling.objects.create(invoice=invoice, kind=kind, at=at, by=by, by_name=str(by), note=note)


# Settling


def payable(application: Application, *, actual_cost: Decimal, at: datetime) -> Decimal:
    """Return what is paid when the course really cost `actual_cost`, in the scheme's currency.

    Reckoned by the terms that the decision stored; never above the grant.
    """
    scheme = application.rules
    facts = facts_of(application, on=_local_date(application, at), at=at)
    invoice = current(application)
    stored = invoice.snapshot["decision"].get("terms") if invoice else None
    terms = scheme.terms_from_snapshot(stored) if stored else scheme.terms(facts)
    return scheme.payable(facts, terms, granted=application.granted, actual_cost=actual_cost)


@transaction.atomic
def settle(*, application: Application, actual_cost: Decimal, by: Any, at: datetime) -> Settlement:
    """Settle a grant by what the course really cost and return the settlement.

    What is not needed goes back to the pool and is credited on the invoice; the state becomes
    settled and the applicant is told. Raises NotAllowed unless the application is granted.
    """
    application = _locked(application)
    if application.state != State.APPROVED:
        raise NotAllowed(_("Only a grant that is neither ended nor settled can be settled."))
    due = payable(application, actual_cost=actual_cost, at=at)
    settlement = Settlement.objects.create(
        application=application,
        actual_cost=actual_cost,
        granted=application.granted,
        payable=due,
        at=at,
        by=by,
        by_name=str(by),
    )
    _give_back(application, due, by=by, at=at)
    words = f"{figure(due)} {application.rules.currency}"
    move(application, State.SETTLED, kind=Event.Kind.SETTLED, by=by, at=at, text=words)
    notify_applicant(application, "settled", at=at, settlement=settlement)
    return settlement


def _give_back(application: Application, due: Decimal, *, by: Any, at: datetime) -> None:
    # The pool before the series: everybody takes the locks in this order.
    with translation.override(application.rules.language):
        reason = _("The course cost less than was granted.")
    if spare := application.granted - due:
        pools.release(
            pool=application.pool,
            amount=spare,
            subject=application.uuid,
            at=at,
            by=by,
            note=reason,
        )
    invoice = current(application)
    if invoice and (over := left_of(invoice) - due) > 0:
        credit(invoice=invoice, amount=over, reason=reason, by=by, at=at)


def _locked(application: Application) -> Application:
    locked = Application.objects.select_for_update(no_key=True, of=["self"])
    return locked.select_related("organisation").get(pk=application.pk)


def _local_date(application: Application, at: datetime) -> date:
    return at.astimezone(ZoneInfo(application.rules.time_zone)).date()
