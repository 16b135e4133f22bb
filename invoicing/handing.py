"""Handing packets over to finance: download, mail, mark as sent."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from applications.models import Application, Event
from applications.services import NotAllowed, locked, notify, record
from invoicing.issuing import due_date, require_in_time
from invoicing.models import Handling, Invoice, Packet


@dataclass(frozen=True)
class Handed:
    """How one invoice of several came out: `obstacle` says why it did not go, else it is empty."""

    invoice: Invoice
    obstacle: str = ""


def mark_sent(*, invoices: Iterable[Invoice], by: Any, at: datetime) -> list[Handed]:
    """Note that packets were sent, each by itself; return how each came out, as they were given.

    What hinders one leaves the others. Adds a row of handling and one of history, which the
    applicant sees.
    """
    return _each(_mark_sent, invoices, by=by, at=at)


def mail(*, invoices: Iterable[Invoice], to: str, by: Any, at: datetime) -> list[Handed]:
    """Mail packets to finance's box `to`, each in a letter of its own; return how each came out.

    What hinders one leaves the others. Writes the letters (the worker sends them) and marks the
    packets as sent.
    """
    return _each(_mail, invoices, to=to, by=by, at=at)


def is_taken(invoice: Invoice) -> bool:
    """Tell whether somebody has had the packet in their hands: downloaded or mailed."""
    taken = (Handling.Kind.DOWNLOADED, Handling.Kind.MAILED)
    return invoice.handlings.filter(kind__in=taken).exists()


def record_download(*, invoices: Iterable[Invoice], by: Any, at: datetime) -> None:
    """Note who downloaded which packets and when."""
    kind = Handling.Kind.DOWNLOADED
    rows = [
        Handling(invoice=each, kind=kind, at=at, by=by, by_name=str(by))
        for each in _by_case(invoices)
    ]
    Handling.objects.bulk_create(rows)


def _by_case(invoices: Iterable[Invoice]) -> list[Invoice]:
    # Each row's link locks its case, until the whole form is done: in the order of their keys, as
    # whoever locks several.
    return sorted(invoices, key=lambda invoice: invoice.application_id)


def _each(verb: Callable[..., None], invoices: Iterable[Invoice], **rest: Any) -> list[Handed]:
    given = list(invoices)
    handed = {each.pk: _one(verb, each, **rest) for each in _by_case(given)}
    return [handed[each.pk] for each in given]


def _one(verb: Callable[..., None], invoice: Invoice, **rest: Any) -> Handed:
    try:
        with transaction.atomic():
            verb(invoice, **rest)
    except NotAllowed as obstacle:
        return Handed(invoice, str(obstacle))
    return Handed(invoice)


def _mark_sent(invoice: Invoice, *, by: Any, at: datetime) -> None:
    application = locked(invoice.application)
    if is_sent(invoice):
        raise NotAllowed(_("It has already been marked as sent."))
    _require_ready(invoice, application, at=at)
    _handle(invoice, Handling.Kind.SENT, by=by, at=at)
    record(application, Event.Kind.SENT, by=by, at=at, text=str(invoice))


def _mail(invoice: Invoice, *, to: str, by: Any, at: datetime) -> None:
    application = locked(invoice.application)
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
    if application.rules.pays_out:
        raise NotAllowed(_("A settlement statement is not sent: its payment is released."))
    if Packet.objects.filter(invoice=invoice, rendered_at=None).exists():
        raise NotAllowed(_("The packet is still being made. Try again in a moment."))
    if not is_sent(invoice):
        require_in_time(due_date(invoice), application.rules.local_day(at))


def is_sent(invoice: Invoice) -> bool:
    """Tell whether the invoice has gone out."""
    return invoice.handlings.filter(kind=Handling.Kind.SENT).exists()


def _handle(invoice: Invoice, kind: str, *, by: Any, at: datetime, note: str = "") -> None:
    Handling.objects.create(invoice=invoice, kind=kind, at=at, by=by, by_name=str(by), note=note)
