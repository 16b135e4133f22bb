"""The packet of an invoice or a statement: all its papers as one PDF (R35)."""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from applications import outbox
from applications.models import Paper
from drawing import pdf
from invoicing.models import Invoice, Packet

# What a scheme's packet may be made of, in the order that the scheme names.
PARTS = {
    "invoice": "invoicing/invoice_part.html",
    "confirmation": "invoicing/confirmation_part.html",
    "application": "invoicing/granted_part.html",
    "credit": "invoicing/credit_part.html",
    "statement": "invoicing/statement_part.html",
    "withdrawn": "invoicing/withdrawn_part.html",
}


def unrendered() -> QuerySet[Packet]:
    """Return the packets whose PDF must still be made."""
    return Packet.objects.filter(rendered_at=None).select_related("invoice")


def render(pk: int, *, at: datetime) -> bool:
    """Make a packet unless it is there; return whether it was made now.

    Raises pdf.CannotRender; the row is then tried again later. Making it twice gives the same.
    """
    packet = outbox.lease(unrendered(), pk)
    if packet is None:
        return False
    made = build(packet.invoice)
    outbox.keep(packet, made, at=at, size=len(made))
    return True


def build(invoice: Invoice) -> bytes:
    """Return the packet of an invoice, made of its snapshot only; the same bytes every time.

    Embedded are the uploads and a JSON file of the same figures. Raises pdf.CannotRender.
    """
    stated = invoice.snapshot
    language = stated["scheme"]["language"]
    with translation.override(language):
        plain = (
            _("Credit invoice") if invoice.kind == Invoice.Kind.CREDIT else _("Clearing invoice")
        )
        kind = stated.get("title") or plain
        attachments = [_figures(stated), *_uploads(stated)]
    return pdf.render(
        "invoicing/packet.html",
        stated | {"templates": [PARTS[part] for part in stated["parts"]]},
        title=f"{kind} {stated['number']}",
        language=language,
        at=invoice.issued_at,
        attachments=attachments,
    )


def _figures(stated: dict[str, Any]) -> pdf.Attachment:
    text = json.dumps(stated, ensure_ascii=False, sort_keys=True)
    name = f"{stated['number']}.json"
    return pdf.Attachment(name, text.encode(), _("The same figures for machines"), "Data")


def _uploads(stated: dict[str, Any]) -> list[pdf.Attachment]:
    # A statement says itself what was attached when it was issued: papers may come late.
    papers = stated.get("papers", stated.get("confirmation", {}).get("papers", []))
    return [pdf.Attachment(each["name"], _content(each), each["label"]) for each in papers]


def _content(paper: dict[str, Any]) -> bytes:
    try:
        with Paper.objects.get(uuid=paper["uuid"]).file.open() as file:
            content = file.read()
    except (Paper.DoesNotExist, OSError) as error:
        raise pdf.CannotRender(f"The paper {paper['uuid']} cannot be read.") from error
    if hashlib.sha256(content).hexdigest() != paper["sha256"]:
        raise pdf.CannotRender(f"The paper {paper['uuid']} is not what was sent in.")
    return content
