"""What may be granted in a case: by the rules, in its place in line, lowered by a signatory."""

from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from applications.assessment import Circumstances, read_drawn
from applications.models import Application
from database.reads import read_anew, reading_once, take_as_read
from decisions import funds
from decisions.line import enough_for_all, read_in_line
from decisions.models import Lowering
from decisions.standing import CaseFiles
from schemes import services as pools
from schemes.findings import Assessment, Outcome
from schemes.models import LedgerEntry

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Offer:
    """What may be granted were it decided on a day: by the rules, and lowered by a signatory.

    `terms` are those by which it was assessed, `others` tells how many other cases of the person there
    are, `circumstances` all that was read for it.
    """

    assessment: Assessment
    amount: Decimal
    lowering: Lowering | None
    terms: Any
    others: int
    circumstances: Circumstances

    @property
    def lowered(self) -> bool:
        """Whether less can be granted than the rules give."""
        return self.amount < self.assessment.by_rules

    @property
    def refused(self) -> bool:
        """Whether a rule refuses, whatever the sum gives."""
        return self.assessment.outcome == Outcome.REFUSE

    @property
    def as_it_stands(self) -> Decimal:
        """What the case comes to as it stands: nothing where a rule refuses.

        Not the assessment's own `amount`, which is 0 as well while a case waits: that is signed for.
        """
        return NOTHING if self.refused else self.amount


@reading_once()
def offer(
    application: Application, *, on: date, at: datetime, files: CaseFiles | None = None
) -> Offer:
    """Return the assessment on a day, with the place in line, and the amount to sign for (R18).

    Takes the files, where they were read, for what the amount was lowered to.
    """
    circumstances, ahead = read_in_line([application], on=on, at=at)
    lowering = files.lowerings[application.pk] if files else application.lowerings.last()
    return _offered(application, circumstances, ahead.get(application.pk), lowering)


def _offered(
    application: Application,
    circumstances: Circumstances,
    ahead: int | None,
    lowering: Lowering | None,
) -> Offer:
    assessment = circumstances.assess(application, known={"waiting_ahead": ahead})
    amount = min(assessment.by_rules, lowering.amount) if lowering else assessment.by_rules
    terms, others = circumstances.terms(application), len(circumstances.others(application))
    return Offer(assessment, amount, lowering, terms, others, circumstances)


def as_held(
    application: Application, offered: Offer, entry: LedgerEntry, *, on: date, at: datetime
) -> Offer:
    """Return the offer as the rules put it with what the pool had before this grant, now that it is held.

    The line is read again only where the money no longer suffices for all whom it was read for: who
    came earlier was among them. What the person has had is read again wherever it makes the amount
    smaller (L8); a second grant of the year PostgreSQL refuses (R23).
    """
    left = entry.pool.remaining + entry.amount
    circumstances, ahead = offered.circumstances, 0
    if enough_for_all(application.scheme, left, on=on):
        circumstances.remaining[application.scheme] = left
        circumstances.drawn = read_drawn([application])
    else:
        circumstances, ahead = _read_anew(application, entry, on=on, at=at)
    return _offered(application, circumstances, ahead, offered.lowering)


def _read_anew(
    application: Application, entry: LedgerEntry, *, on: date, at: datetime
) -> tuple[Circumstances, int | None]:
    before = copy(entry.pool)
    before.committed -= entry.amount
    read_anew(funds.waiting)
    take_as_read(pools.opened, application.scheme, found={before.key: before})
    circumstances, ahead = read_in_line([application], on=on, at=at)
    read_anew(pools.opened)
    return circumstances, ahead.get(application.pk)
