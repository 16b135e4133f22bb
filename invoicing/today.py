"""What waits today for finance: packets to send, settlements to enter, payments to release."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from invoicing import register
from invoicing.entries import Stage, Standing
from invoicing.register import UNSENT, Part
from invoicing.seen import seen
from schemes.base import Scheme


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
    parts = seen(user, scheme.slug).alike()
    found = register.sums(parts, on)
    # Settled after the course: what is sent and whose course is over.
    over = (each.part for each in parts if each.stage == Stage.SENT and each.day and each.day < on)
    return Desk(
        scheme=scheme,
        unsent=sum((found[each] for each in UNSENT), Part()),
        making=found[Standing.MAKING],
        due=found[Standing.DUE],
        overdue=found[Standing.OVERDUE],
        to_settle=sum(over, Part()),
        payable=found[Standing.PAYABLE],
    )
