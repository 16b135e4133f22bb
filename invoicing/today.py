"""What waits today for finance: packets to send, settlements to enter, payments to release."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum

from invoicing import register
from invoicing.models import Invoice
from invoicing.register import UNSENT, Standing
from schemes.base import Scheme

# Settled after the course: what is sent and whose course is over.
OVER = Q(standing=Standing.SENT, kind=Invoice.Kind.INVOICE)


@dataclass(frozen=True)
class Part:
    """How many invoices stand somehow, and their sum in the scheme's currency."""

    number: int = 0
    sum: Decimal = Decimal(0)


@dataclass(frozen=True)
class Desk:
    """What finance finds in a scheme on a day."""

    scheme: Scheme
    unsent: Part
    making: Part
    due: Part
    overdue: Part
    to_settle: Part
    payable: Part


def desk(scheme: Scheme, user: Any, *, on: date) -> Desk:
    """Return what waits in a scheme for a person of finance on a day. One query."""
    mine = register.seen_by(user).filter(application__scheme=scheme.slug)
    over = OVER & Q(application__ends_on__lt=on)
    known = {
        "unsent": Q(standing__in=UNSENT),
        "making": Q(standing=Standing.MAKING),
        "due": Q(standing=Standing.DUE),
        "overdue": Q(standing=Standing.OVERDUE),
        "to_settle": over,
        "payable": Q(standing=Standing.PAYABLE),
    }
    found = register.standing_on(mine, on).order_by().aggregate(**_counted(known))
    parts = {name: Part(found[f"{name}_number"], found[f"{name}_sum"]) for name in known}
    return Desk(scheme=scheme, **parts)


def _counted(known: dict[str, Q]) -> dict[str, Any]:
    numbers = {f"{name}_number": Count("pk", filter=which) for name, which in known.items()}
    sums = {
        f"{name}_sum": Sum("signed", filter=which, default=Decimal(0))
        for name, which in known.items()
    }
    return numbers | sums
