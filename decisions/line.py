"""The order of arrival before a pool: nobody gets money that somebody who came earlier would miss."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from applications.assessment import Circumstances, assess_many
from applications.models import Application, State
from decisions.models import Lowering
from schemes.base import Assessment, Outcome

# As if the pool had no end: what remains to be asked is whether all other rules are met.
ENDLESS = {"pool_remaining": str(10**11)}


def assess_in_line(
    applications: Iterable[Application], *, on: date, at: datetime
) -> dict[int, Assessment]:
    """Return the assessment of each application with its place in line; see `ahead_of`."""
    applications = list(applications)
    ahead = ahead_of(applications, on=on, at=at)
    return assess_many(applications, on=on, at=at, ahead=ahead)


def ahead_of(applications: Iterable[Application], *, on: date, at: datetime) -> dict[int, int]:
    """Return for how many earlier ones each submitted application has to wait (R27).

    0 when what is left in the pool suffices for the application and everyone before it. Whether it
    then has to wait is for the scheme's terms to say. Before it are those that were submitted
    earlier, are undecided, and for which the rules need nothing but money. As many queries for 1
    application as for 1,000.
    """
    by_scheme: dict[str, list[Application]] = defaultdict(list)
    for application in applications:
        if application.state == State.SUBMITTED:
            by_scheme[application.scheme].append(application)
    found: dict[int, int] = {}
    for group in by_scheme.values():
        found |= _ahead_in_scheme(group, on=on, at=at)
    return found


def _ahead_in_scheme(group: list[Application], *, on: date, at: datetime) -> dict[int, int]:
    line = _line_up_to(max(group, key=_place))
    circumstances = Circumstances(line, on=on, at=at, known=ENDLESS)
    left = circumstances.remaining[group[0].scheme]
    if _most(line) <= left:
        return {each.pk: 0 for each in line}
    return _walk(line, circumstances, ceilings(line), left)


def _walk(
    line: list[Application],
    circumstances: Circumstances,
    lowered: Mapping[int, Decimal],
    left: Decimal,
) -> dict[int, int]:
    found: dict[int, int] = {}
    total, before = Decimal(0), 0
    for each in line:
        if total > left:  # nothing is left for whoever comes after: no need to assess them
            found[each.pk] = before
            continue
        assessment = circumstances.assess(each)
        amount = min(assessment.by_rules, lowered.get(each.pk, assessment.by_rules))
        found[each.pk] = before if total + amount > left else 0
        if assessment.outcome == Outcome.GRANT:
            total, before = total + amount, before + 1
    return found


def _line_up_to(last: Application) -> list[Application]:
    """Return the submitted ones that came before the last, and that one, in order of arrival."""
    line = Application.objects.filter(
        scheme=last.scheme, state=State.SUBMITTED, submitted_at__lte=last.submitted_at
    )
    in_order = line.defer("answers", "report").order_by("submitted_at", "pk")
    return [each for each in in_order if _place(each) <= _place(last)]


def _place(application: Application) -> tuple[datetime, int]:
    return application.submitted_at, application.pk


def _most(line: list[Application]) -> Decimal:
    """Return more than all of them can get: spares the assessments while there is plenty."""
    return sum((max(each.asked or 0, each.assessed or 0) for each in line), Decimal(0))


def ceilings(applications: Iterable[Any]) -> dict[int, Decimal]:
    """Return what signatories lowered the amounts to, by the application's key; the last counts."""
    keys = [each.pk for each in applications]
    rows = Lowering.objects.filter(application__in=keys).order_by("pk")
    return dict(rows.values_list("application_id", "amount"))
