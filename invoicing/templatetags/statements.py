"""Shows an applicant the settlement statement of their grant, on their own page."""

from typing import Any

from django import template

from applications.models import Application
from invoicing.models import Invoice

register = template.Library()


@register.inclusion_tag("invoicing/statement_card.html")
def statement_card(application: Application) -> dict[str, Any]:
    """Return the statement of a grant that is paid out, and its payment when it is released."""
    if not application.rules.pays_out:
        return {"statement": None}
    statements = application.invoices.filter(
        kind=Invoice.Kind.STATEMENT, credited_by=None
    ).select_related("payment__batch")
    statement = statements.first()
    return {
        "statement": statement,
        "payment": getattr(statement, "payment", None),
        "currency": application.rules.currency,
    }
