"""Issuing: open an invoice or a statement, take it back, correct it, postpone when it must go out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from applications.assessment import facts_of
from applications.models import Application, Event
from applications.nudge import nudge
from applications.services import NotAllowed, locked, record
from invoicing import statement
from invoicing.models import Invoice, Packet, Postponement, Series
from schemes.base import Payee

# Sent together. The second reads anew what was committed while the first waited for the series.
_SERIES = """
FROM invoicing_series WHERE scheme = %(scheme)s AND year = %(year)s
    AND organisation_id IS NOT DISTINCT FROM %(organisation_id)s
"""
NEXT = f"""
SELECT id {_SERIES} FOR NO KEY UPDATE;
SELECT coalesce(max(number), 0) + 1 FROM invoicing_invoice WHERE series_id = (SELECT id {_SERIES})
"""  # noqa: S608, nothing in it comes from outside


@dataclass(frozen=True)
class Draft:
    """All that an invoice will be but its number: `figures` are its columns, `snapshot` what it states."""

    application: Application
    figures: dict[str, Any]
    snapshot: dict[str, Any]


def draw_up(
    *,
    application: Application,
    amount: Decimal,
    decided_on: date,
    at: datetime,
    decision: Mapping[str, Any],
    terms: Any,
) -> Draft:
    """Return the clearing invoice of a grant before it has its number (R34, R35); nothing is written.

    A scheme that pays out has a settlement statement instead. Takes the decision as plain JSON in
    the scheme's language, which the packet states, and the terms that count for it.
    """
    scheme, issued_on = application.rules, application.rules.local_day(at)
    due_on = scheme.due_on(starts_on=application.starts_on, decided_on=decided_on)
    figures = {"amount": amount, "issued_on": issued_on, "due_on": due_on}
    if scheme.pays_out:
        payee = payee_of(application)
        stated = statement.of_payout(application, payee=payee, decision=decision, **figures)
        return Draft(application, figures | {"kind": Invoice.Kind.STATEMENT}, stated)
    buyer = scheme.buyer(terms)
    stated = statement.of_grant(application, buyer=buyer, decision=decision, **figures)
    return Draft(application, figures, stated)


def open_invoice(*, draft: Draft, at: datetime, by: Any) -> Invoice:
    """Issue the invoice of a grant in the caller's transaction and return it (R34, R35).

    The grant must be saved and the application locked. Holds the series from here on.
    Adds the invoice with the next number of the administration's year, its packet and a row of
    history. Raises RuntimeError outside a transaction; PostgreSQL refuses a second invoice of the
    same decision.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("An invoice is opened in the transaction that grants.")
    return _issue(draft, at=at, by=by)


def payee_of(application: Application) -> Payee:
    """Return who is paid for an application, as its answers name them: the account is in clear.

    Raises NotAllowed when they name nobody.
    """
    payee = application.rules.payee(application.answers_in_clear())
    if payee is None or not payee.account:
        raise NotAllowed(
            _("The application names no account to pay to. Ask the applicant for one.")
        )
    return payee


@transaction.atomic
def credit(
    *, invoice: Invoice, reason: str, by: Any, at: datetime, amount: Decimal | None = None
) -> Invoice:
    """Take back an amount of an invoice, or all that is left, and return the credit invoice.

    Adds a credit invoice with its own number and packet, and a row of history. The pool is the
    caller's matter. Raises NotAllowed without a reason or when less than the amount is left.
    """
    application = locked(invoice.application)
    left = left_of(invoice)
    amount = left if amount is None else amount
    if not reason.strip():
        raise NotAllowed(_("Say why the invoice is credited."))
    if invoice.kind == Invoice.Kind.CREDIT or not 0 < amount <= left:
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
    issued_on = application.rules.local_day(at)
    figures = {"amount": amount, "issued_on": issued_on}
    snapshot = statement.of_credit(invoice, reason=reason, **figures)
    figures |= {"kind": Invoice.Kind.CREDIT, "credits": invoice}
    return _issue(Draft(application, figures, snapshot), at=at, by=by)


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
    application = locked(invoice.application)
    if application.rules.pays_out:
        raise NotAllowed(_("A settlement statement is not corrected: its answers are decided on."))
    left, due_on = left_of(invoice), due_date(invoice)
    require_in_time(due_on, application.rules.local_day(at))
    credit(invoice=invoice, reason=reason, by=by, at=at)
    figures = {"amount": left, "issued_on": application.rules.local_day(at), "due_on": due_on}
    snapshot = statement.of_correction(
        invoice,
        administration=application.organisation.name,
        buyer=application.rules.buyer(_terms(application, at=at)),
        reason=reason.strip(),
        **figures,
    )
    figures |= {"replaces": invoice}
    return _issue(Draft(application, figures, snapshot), at=at, by=by)


def _issue(draft: Draft, *, at: datetime, by: Any) -> Invoice:
    application = draft.application
    series, number = _next(application, draft.figures["issued_on"])
    invoice = Invoice.objects.create(
        application=application,
        series=series,
        number=number,
        snapshot=draft.snapshot | {"number": statement.number_in_words(series, number)},
        issued_at=at,
        **draft.figures,
    )
    packet = Packet.objects.create(invoice=invoice)
    nudge("invoicing.render_packet", packet.pk)
    record(application, _event(invoice, application), at=at, by=by, text=str(invoice))
    return invoice


def _event(invoice: Invoice, application: Application) -> str:
    if invoice.kind == Invoice.Kind.CREDIT:
        paid_out = application.rules.pays_out
        return Event.Kind.UNSTATED if paid_out else Event.Kind.CREDITED
    return {
        Invoice.Kind.INVOICE: Event.Kind.INVOICED,
        Invoice.Kind.STATEMENT: Event.Kind.STATED,
    }[invoice.kind]


def _next(application: Application, issued_on: date) -> tuple[Series, int]:
    """Return the locked series and its next number; a rollback gives the number back."""
    known = {"scheme": application.scheme, "year": issued_on.year}
    series = Series(organisation=application.organisation, **known)
    known |= {"organisation_id": application.organisation_id}
    # Beside values that travel by themselves PostgreSQL takes one statement only.
    both = connection.ops.compose_sql(NEXT, known)
    with connection.cursor() as cursor:
        cursor.execute(both)
        if not cursor.rowcount:
            Series.objects.get_or_create(**known)
            cursor.execute(both)
        (series.pk,) = cursor.fetchone()
        cursor.nextset()
        return series, cursor.fetchone()[0]


def _terms(application: Application, *, at: datetime) -> Any:
    # Those in force now: an address that changed counts for what is issued from now on.
    facts = facts_of(application, on=application.rules.local_day(at), at=at)
    return application.rules.terms(facts)


# What stands


def current(application: Application) -> Invoice | None:
    """Return the application's invoice that counts now: the last that was not replaced."""
    return application.invoices.exclude(kind=Invoice.Kind.CREDIT).filter(replaced_by=None).first()


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
    locked(invoice.application)
    if invoice.kind != Invoice.Kind.INVOICE:
        raise NotAllowed(_("Only an invoice has a due date that can be moved."))
    if not reason.strip() or due_on <= due_date(invoice):
        raise NotAllowed(_("Give a later day and say why."))
    return Postponement.objects.create(
        invoice=invoice, due_on=due_on, reason=reason.strip(), at=at, by=by, by_name=str(by)
    )


def require_in_time(due_on: date | None, today: date) -> None:
    """Raise NotAllowed when the due date has passed and nobody has set a later one (R34)."""
    if due_on and today > due_on:
        raise NotAllowed(
            _("The due date has passed. An administrator must first set a later one and say why.")
        )
