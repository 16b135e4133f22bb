"""The list of what is paid out: what waits, what was released, and who sees it."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.mandates import ADMINISTRATOR, AUDITOR, FINANCE, current, current_schemes
from invoicing.entries import Entry, Stage
from invoicing.models import Invoice, Payment, PaymentBatch
from invoicing.register import RELATED, Alike, Part
from schemes.reading import ticked_keys


def waiting(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    """Return the statements whose payment is still to be released.

    What is due first comes first; those that are being made are among them.
    """
    return entries.filter(stage=Stage.UNPAID).order_by("falls", "pk")


def shown(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    """Return the statements with the `payee` that each states, as a line shows it."""
    return entries.annotate(payee=F("invoice__snapshot__payee"))


def sums(parts: Iterable[Alike]) -> dict[str, Part]:
    """Return number and sum of the waiting ones by whether they are made."""
    unpaid = [each for each in parts if each.stage == Stage.UNPAID]
    return {
        name: sum((each.part for each in unpaid if each.made == made), Part())
        for name, made in (("ready", True), ("making", False))
    }


def batches_seen_by(user: Any) -> QuerySet[PaymentBatch]:
    """Return the batches of which a person may see every payment now."""
    office = Q(scheme__in=current_schemes(user, ADMINISTRATOR, AUDITOR))
    return PaymentBatch.objects.filter(office | _money(user))


def batches_handled_by(user: Any) -> QuerySet[PaymentBatch]:
    """Return the batches whose files a person of finance may take."""
    return PaymentBatch.objects.filter(_money(user))


def _money(user: Any) -> Q:
    """Return the condition for batches that are wholly of what a person of finance may see."""
    seen = Q(pk__in=[])
    for mandate in current(user, FINANCE):
        batch = Q(scheme=mandate.scheme)
        if mandate.organisation_id:
            # Batch by batch, so that a page of them looks at no others.
            paid = Payment.objects.filter(batch=OuterRef("pk"))
            others = paid.exclude(invoice__series__organisation=mandate.organisation_id)
            batch &= ~Exists(others)
        seen |= batch
    return seen


def ticked(statements: QuerySet[Invoice], keys: Iterable[str]) -> list[Invoice]:
    """Return those of the statements whose keys were sent, in the order of their numbers."""
    related = (*RELATED, "payment")
    return list(statements.filter(pk__in=ticked_keys(keys)).select_related(*related).order_by("pk"))
