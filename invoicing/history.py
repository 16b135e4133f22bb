"""What happened to an invoice, and the invoices that belong together."""

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from drawing import wording
from invoicing.models import FileDownload, Handling, Invoice, PaymentBatch


def events(invoice: Invoice) -> list[dict[str, Any]]:
    """Return who did what with an invoice and its packet, newest first, for the timeline."""
    found = [*_issued(invoice), *_handlings(invoice), *_postponements(invoice), *_paid(invoice)]
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


def _paid(invoice: Invoice) -> list[dict[str, Any]]:
    payment = getattr(invoice, "payment", None)
    if payment is None:
        return []
    batch = payment.batch
    address = reverse("invoicing:batch", args=[batch.uuid])
    words = {"title": _("Payment released"), "who": batch.by_name, "tone": "good"}
    return [words | {"at": batch.at, "url": address, "link": str(batch)}]


def downloads(batch: PaymentBatch) -> list[dict[str, Any]]:
    """Return who released a batch and who took its files, newest first, for the timeline."""
    taken = FileDownload.objects.filter(file__batch=batch).select_related("file")
    rows = [
        {
            "at": each.at,
            "title": _("File downloaded"),
            "who": each.by_name,
            "text": each.file.get_kind_display(),
        }
        for each in taken.order_by("-at", "-pk")
    ]
    made = {"at": batch.at, "title": _("Released"), "who": batch.by_name, "tone": "good"}
    return [*rows, made]


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
