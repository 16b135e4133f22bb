"""What an invoice or a statement states: copied when it is issued, so it never follows anything later.

All but its number, which is added last.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import translation

from applications import confirmation
from applications.attached import attached
from applications.models import Application, Document
from invoicing.models import Invoice, Series
from schemes import secrets
from schemes.base import Payee
from schemes.reading import stated_day


def of_grant(
    application: Application, *, buyer: Mapping[str, str], **figures: Any
) -> dict[str, Any]:
    """Return everything that a clearing invoice and its packet state, in the scheme's language.

    Takes `amount`, `issued_on`, `due_on` and the `decision` besides. The one line is the grant: costs are
    background, salary and VAT are never there (R16, R17, R35).
    """
    with translation.override(application.rules.language):
        return _of_both(application, Invoice.Kind.INVOICE, **figures) | {
            "seller": {"name": application.organisation.name, "unit": application.workplace},
            "buyer": dict(buyer),
            "contact": contact(),
            "confirmation": _confirmation(application),
        }


def of_payout(application: Application, *, payee: Payee, **figures: Any) -> dict[str, Any]:
    """Return everything that a settlement statement and its packet state, in the scheme's language.

    Takes `amount`, `issued_on`, `due_on` and the `decision` besides. The account is there by its last digits
    only, no personal number at all, and what was answered only where the packet shows it.
    """
    scheme = application.rules
    with translation.override(scheme.language):
        stated = _of_both(application, Invoice.Kind.STATEMENT, **figures) | {
            "title": str(scheme.statement.title),
            "payee": payee_in_words(payee),
            "contact": contact() | {"email": _address(application, on=figures["issued_on"])},
            "papers": confirmation.papers_of(application, attached(application.pk)),
        }
        if "confirmation" in scheme.packet_parts:
            stated["confirmation"] = _confirmation(application)
        return stated


def _of_both(
    application: Application,
    kind: Invoice.Kind,
    *,
    amount: Decimal,
    issued_on: date,
    due_on: date,
    decision: Mapping[str, Any],
) -> dict[str, Any]:
    return {
        "kind": kind.value,
        "parts": list(application.rules.packet_parts),
        "amount": str(amount),
        "issued_on": issued_on.isoformat(),
        "due_on": due_on.isoformat(),
        "reference": application.reference,
        "course": course(application),
        "scheme": application.rules.as_json(),
        "decision": dict(decision),
    }


def payee_in_words(payee: Payee) -> dict[str, str]:
    """Return who is paid as it may be shown: of the account only the last four digits."""
    return {
        "name": payee.name,
        "account": secrets.masked_account(payee.account),
        "organisation_number": payee.organisation_number,
        "reference": payee.reference,
    }


def _address(application: Application, *, on: date) -> str:
    return application.rules.contact(on=on) or settings.INVOICE_CONTACT_EMAIL


def of_credit(invoice: Invoice, *, amount: Decimal, issued_on: date, reason: str) -> dict[str, Any]:
    """Return what a credit invoice states: the figures of the credited one, and why.

    A settlement statement is taken back in the same way.
    """
    stated = invoice.kind == Invoice.Kind.STATEMENT
    kept = ("payee", "contact") if stated else ("seller", "buyer")
    kept += ("reference", "course", "scheme")
    return {
        "kind": Invoice.Kind.CREDIT.value,
        "title": _withdrawn(invoice) if stated else "",
        "parts": ["withdrawn" if stated else "credit"],
        "amount": str(amount),
        "issued_on": issued_on.isoformat(),
        "reason": reason,
        "credits": {
            "number": invoice.snapshot["number"],
            "issued_on": invoice.issued_on.isoformat(),
            "amount": str(invoice.amount),
        },
        "contact": contact(),
        **{name: invoice.snapshot[name] for name in kept},
    }


def _withdrawn(invoice: Invoice) -> str:
    with translation.override(invoice.snapshot["scheme"]["language"]):
        return translation.gettext("Settlement statement withdrawn")


def of_correction(
    invoice: Invoice,
    *,
    administration: str,
    amount: Decimal,
    issued_on: date,
    due_on: date,
    buyer: Mapping[str, str],
    reason: str,
) -> dict[str, Any]:
    """Return what an invoice states that stands in place of a credited one."""
    return invoice.snapshot | {
        "amount": str(amount),
        "issued_on": issued_on.isoformat(),
        "due_on": due_on.isoformat(),
        "seller": {"name": administration, "unit": invoice.snapshot["seller"]["unit"]},
        "buyer": dict(buyer),
        "contact": contact(),
        "reason": reason,
        "replaces": {
            "number": invoice.snapshot["number"],
            "issued_on": invoice.issued_on.isoformat(),
        },
    }


def number_in_words(series: Series, number: int) -> str:
    """Return the number as it is printed, for example SU-2026-00042."""
    return f"{series}-{number:05d}"


def contact() -> dict[str, str]:
    """Return who answers questions about invoices (R36)."""
    return {
        "name": settings.INVOICE_CONTACT_NAME,
        "phone": settings.INVOICE_CONTACT_PHONE,
        "email": settings.INVOICE_CONTACT_EMAIL,
    }


def course(application: Application) -> dict[str, Any]:
    """Return the course and who took part, without anything personal but the name."""
    return {
        "title": application.course_title,
        "participant": application.participant,
        "starts_on": application.starts_on.isoformat(),
        "ends_on": stated_day(application.ends_on),
    }


def _confirmation(application: Application) -> dict[str, Any]:
    documents = application.documents.filter(kind=Document.Kind.CONFIRMATION)
    return documents.order_by("-pk").values_list("content", flat=True).first() or {}
