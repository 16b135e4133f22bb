"""Finance's lists as tables for a spreadsheet: what is paid out, the batches, and the months."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from drawing.spreadsheet import Table
from invoicing.models import Invoice, PaymentBatch
from schemes.base import Scheme


def payable(statements: Iterable[Invoice], scheme: Scheme) -> Table:
    """Return the statements that wait to be paid; accounts are as the statement shows them."""
    titles = [_("Statement"), _("Paid to"), _("Account"), _("Reference"), _("Participant")]
    titles += [_("Course"), _("First day"), _("Amount"), _("Currency"), _("To be paid by")]
    return [*titles, _("State")], (
        [
            each.label,
            each.snapshot["payee"]["name"],
            each.snapshot["payee"]["account"],
            each.snapshot["payee"].get("reference", ""),
            each.application.participant,
            each.application.course_title,
            each.application.starts_on,
            each.amount,
            scheme.currency,
            each.due,
            _("Ready") if each.packet.rendered_at else _("Being made"),
        ]
        for each in statements
    )


def batches(released: Iterable[PaymentBatch], scheme: Scheme) -> Table:
    """Return the batches that were released, with how many payments and their sum."""
    titles = [_("Batch"), _("Released"), _("Who"), _("Payments"), _("Sum"), _("Currency")]
    return titles, (
        [str(each), scheme.local_day(each.at), each.by_name, each.number, each.total, each.currency]
        for each in released
    )


def months(rows: Iterable[dict[str, Any]], scheme: Scheme) -> Table:
    """Return how each month's invoices stand, and their sum."""
    ready, settled, taken_back = (
        (_("Ready to be paid"), _("Paid"), _("Withdrawn"))
        if scheme.pays_out
        else (_("Ready to send"), _("Settled"), _("Credited"))
    )
    counted = {"making": _("Being made"), "ready": ready}
    if not scheme.pays_out:
        counted |= {"overdue": _("Overdue"), "sent": _("Sent")}
    counted |= {"settled": settled, "taken_back": taken_back}
    return [_("Month"), *counted.values(), _("Sum"), _("Currency")], (
        [f"{row['month']:%Y-%m}", *(row[name] for name in counted), row["sum"], scheme.currency]
        for row in rows
    )
