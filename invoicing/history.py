"""What happened to an invoice, and the invoices that belong together."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from invoicing.models import Handling, Invoice
from schemes import wording


def events(invoice: Invoice) -> list[dict[str, Any]]:
    """Return who did what with an invoice and its packet, newest first, for the timeline."""
    found = [*_issued(invoice), *_handlings(invoice), *_postponements(invoice)]
    return sorted(found, key=lambda event: event["at"], reverse=True)


def related(invoice: Invoice) -> list[Invoice]:
    """Return the other invoices of the same grant, oldest first."""
    return list(
        Invoice.objects.filter(application=invoice.application_id)
        .filter(~Q(pk=invoice.pk))
        .order_by("pk")
    )


def _issued(invoice: Invoice) -> list[dict[str, Any]]:
    made = invoice.packet.rendered_at
    rows = [{"at": invoice.issued_at, "title": _("Issued"), "text": invoice.snapshot.get("reason")}]
    if made:
        words = f"SHA-256 {invoice.packet.sha256}"
        rows.append({"at": made, "title": _("Packet made"), "text": words})
    return rows


def _handlings(invoice: Invoice) -> list[dict[str, Any]]:
    tones = {Handling.Kind.SENT: "good", Handling.Kind.MAILED: "good"}
    return [
        {
            "at": row.at,
            "title": row.get_kind_display(),
            "who": row.by_name,
            "text": row.note,
            "tone": tones.get(row.kind, "neutral"),
        }
        for row in invoice.handlings.all()
    ]


def _postponements(invoice: Invoice) -> list[dict[str, Any]]:
    title = _("Due date moved to %(day)s")
    return [
        {
            "at": row.at,
            "title": title % {"day": wording.day(row.due_on)},
            "who": row.by_name,
            "text": row.reason,
            "tone": "warn",
        }
        for row in invoice.postponements.all()
    ]
