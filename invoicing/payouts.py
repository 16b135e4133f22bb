"""The list of what is paid out: what waits, what was released, and who sees it."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Now

from accounts.mandates import ADMINISTRATOR, AUDITOR, FINANCE, current_schemes
from applications.models import State
from invoicing import register
from invoicing.models import Invoice, Payment, PaymentBatch
from schemes.reading import ticked_keys

RELATED = ("application", "series__organisation", "packet")


def waiting(statements: QuerySet[Invoice], on: date) -> QuerySet[Invoice]:
    """Return the statements whose payment is still to be released, described as on a day.

    What is due first comes first; those that are being made are among them.
    """
    live = statements.filter(
        kind=Invoice.Kind.STATEMENT, payment=None, application__state=State.APPROVED
    )
    known = register.standing_on(live, on).filter(credited=0)
    return known.select_related(*RELATED).order_by("due", "pk")


def sums(statements: QuerySet[Invoice]) -> dict[str, dict[str, Any]]:
    """Return number and sum of the waiting ones by whether they are made. One query."""
    made = Q(packet__rendered_at__lte=Now())
    found = statements.order_by().aggregate(
        ready=Count("pk", filter=made),
        ready_sum=Sum("amount", filter=made, default=0),
        making=Count("pk", filter=~made),
        making_sum=Sum("amount", filter=~made, default=0),
    )
    return {
        name: {"number": found[name], "sum": found[f"{name}_sum"]} for name in ("ready", "making")
    }


def batches_seen_by(user: Any) -> QuerySet[PaymentBatch]:
    """Return the batches of which a person may see every payment now."""
    return _all_within(register.seen_by(user), user, FINANCE, ADMINISTRATOR, AUDITOR)


def batches_handled_by(user: Any) -> QuerySet[PaymentBatch]:
    """Return the batches whose files a person of finance may take."""
    return _all_within(register.handled_by(user), user, FINANCE)


def _all_within(
    statements: QuerySet[Invoice], user: Any, *capacities: str
) -> QuerySet[PaymentBatch]:
    batches = PaymentBatch.objects.filter(scheme__in=current_schemes(user, *capacities))
    # Batch by batch, so that a page of them looks at no others.
    seen = statements.filter(pk=OuterRef("invoice"))
    unseen = Payment.objects.filter(~Exists(seen), batch=OuterRef("pk"))
    return batches.filter(~Exists(unseen))


def ticked(statements: QuerySet[Invoice], keys: Iterable[str]) -> list[Invoice]:
    """Return those of the statements whose keys were sent, in the order of their numbers."""
    related = (*RELATED, "payment")
    return list(statements.filter(pk__in=ticked_keys(keys)).select_related(*related).order_by("pk"))
