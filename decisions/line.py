"""The order of arrival before a pool: nobody gets money that somebody who came earlier would miss."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db.models import OuterRef, Q, QuerySet, Subquery

from applications.assessment import ENDLESS, Around, Circumstances, read_drawn, units_used
from applications.models import Application, State
from applications.verdicts import Assessable
from database.reads import reading_once
from decisions import funds
from decisions.models import Lowering
from schemes.base import Scheme
from schemes.findings import Outcome
from schemes.services import left_on

FIRST_PART = 500
# What a signatory lowered an application's amount to; the last counts.
LOWERED_TO = Subquery(
    Lowering.objects.filter(application=OuterRef("pk")).order_by("-pk").values("amount")[:1]
)


@reading_once()
def around(
    scheme: Scheme, cases: Sequence[Assessable], *, on: date, at: datetime
) -> dict[int, Around]:
    """Return what lies around each of a scheme's cases, its place in line too; see `read_in_line`.

    With what its row of a list says of it, that is all that `applications.assessment.tell` takes.
    """
    submitted = _submitted(cases)
    if _enough_for_all(submitted, on=on):
        ahead, drawn = dict.fromkeys((each.pk for each in submitted), 0), read_drawn(cases)
    else:
        circumstances, ahead = _passed_by(cases, submitted, on=on, at=at)
        drawn = circumstances.drawn
    left = left_on(scheme, on=on)
    return {
        each.pk: Around(on, left, ahead.get(each.pk), units_used(each, drawn)) for each in cases
    }


def read_in_line(
    group: Sequence[Assessable], *, on: date, at: datetime
) -> tuple[Circumstances, dict[int, int]]:
    """Return what the house knows of a scheme's applications, and for how many each has to wait (R27).

    Only who is submitted is in line. 0 when what is left in the pool suffices for the application and
    everyone before it. Whether it then has to wait is for the scheme's terms to say. Before it are
    those that were submitted earlier, are undecided, and for which the rules need nothing but money.
    As many queries for 1 application as for 1,000.
    """
    submitted = _submitted(group)
    if _enough_for_all(submitted, on=on):
        ahead = dict.fromkeys((each.pk for each in submitted), 0)
        return Circumstances(group, on=on, at=at), ahead
    return _passed_by(group, submitted, on=on, at=at)


def _submitted(group: Sequence[Assessable]) -> list[Assessable]:
    return [each for each in group if each.state == State.SUBMITTED]


def _passed_by(
    group: Sequence[Assessable], submitted: list[Assessable], *, on: date, at: datetime
) -> tuple[Circumstances, dict[int, int]]:
    """Let the line pass by up to the last of those that are submitted; return what `read_in_line` does."""
    parts = _parts(_up_to(max(submitted, key=_place)))
    first = next(parts, [])
    circumstances = Circumstances([*group, *first], on=on, at=at)
    line = InLine()
    line.pass_by(first, circumstances)
    while not line.exhausted and (part := next(parts, None)):
        line.pass_by(part, Circumstances(part, on=on, at=at))
    return circumstances, {each.pk: line.ahead.get(each.pk, line.before) for each in submitted}


def _enough_for_all(submitted: list[Assessable], *, on: date) -> bool:
    """Tell whether the pool has what all in line ask, or at least all up to the last of these.

    Then nobody waits, and nobody else need be assessed.
    """
    if not submitted:
        return True
    last = max(submitted, key=_place)
    left = left_on(last.rules, on=on)
    if enough_for_all(last.scheme, left, on=on):
        return True
    found = _up_to(last).aggregate(**funds.AT_MOST)
    return _suffices(left, funds.at_most(last.scheme, found))


def enough_for_all(scheme: str, left: Decimal, *, on: date) -> bool:
    """Tell whether so much money suffices for all who are in line: then nobody waits for anybody."""
    return _suffices(left, funds.waiting(scheme, on=on).at_most)


def _suffices(left: Decimal, at_most: Decimal | None) -> bool:
    return at_most is not None and at_most <= left


class InLine:
    """Those in line before one pool, as far as its money reaches; whoever is further back waits."""

    def __init__(self) -> None:
        self.ahead: dict[int, int] = {}
        self.before, self.total, self.exhausted = 0, Decimal(0), False

    def pass_by(self, part: list[Application], circumstances: Circumstances) -> None:
        """Let the next ones in line pass by, in order of arrival."""
        for each in part:
            assessment = circumstances.assess(each, known=ENDLESS)
            amount = assessment.by_rules
            if each.ceiling is not None:
                amount = min(amount, each.ceiling)
            left = circumstances.remaining[each.scheme]
            self.ahead[each.pk] = self.before if self.total + amount > left else 0
            if assessment.outcome == Outcome.GRANT:
                self.total, self.before = self.total + amount, self.before + 1
            if self.total > left:
                self.exhausted = True
                return


def _up_to(last: Assessable) -> QuerySet[Application]:
    """Return the submitted ones of a scheme up to the last of some."""
    before = Q(submitted_at__lt=last.submitted_at)
    before |= Q(submitted_at=last.submitted_at, pk__lte=last.pk)
    return Application.objects.filter(before, scheme=last.scheme, state=State.SUBMITTED)


def _parts(line: QuerySet[Application]) -> Iterator[list[Application]]:
    """Return a line in order of arrival, in parts of growing size.

    Mostly the money ends within the first part, however long the line.
    """
    size, before = FIRST_PART, Q()
    line = line.defer("answers", "report").order_by("submitted_at", "pk")
    line = line.annotate(ceiling=LOWERED_TO)
    while part := list(line.filter(before)[:size]):
        yield part
        if len(part) < size:
            return
        arrived, pk = _place(part[-1])
        before = Q(submitted_at__gt=arrived) | Q(submitted_at=arrived, pk__gt=pk)
        size *= 2


def _place(application: Assessable) -> tuple[datetime, int]:
    return application.submitted_at, application.pk
