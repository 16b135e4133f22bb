"""What new terms would have given an earlier year's applications, or would give those that wait."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Model, Q

from applications.assessment import ENDLESS, Circumstances
from applications.effect_on_pools import PoolEffect, on_pools
from applications.models import LIVE, WAITING, Application, State
from database.reads import reading_once
from schemes.base import Scheme
from schemes.findings import Assessment, Finding, Outcome

MOST_ASSESSED = 1000  # of the newest: each is assessed twice while somebody waits (0.8 s)
COUNTED = (*LIVE, *WAITING, State.REFUSED)
TRIES = 4  # breaks that may follow each other


@dataclass(frozen=True)
class Change:
    """One application that comes out otherwise, and the findings that say why."""

    application: Application
    before: Assessment
    after: Assessment

    @property
    def sums(self) -> tuple[Decimal, Decimal]:
        """What it comes to by the terms of then and by the new ones, be it once it waits no longer."""
        return _worth(self.before), _worth(self.after)

    @property
    def why(self) -> list[Finding]:
        """The findings of the new terms that say something else than those of the old ones."""
        said = {(each.rule, str(each.text)) for each in self.before.findings}
        return [each for each in self.after.findings if (each.rule, str(each.text)) not in said]


@dataclass
class Sums:
    """What came out of all applications together; amounts in the scheme's currency."""

    granted: Decimal = Decimal(0)
    outcomes: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    by_day: dict[date, Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    def count(self, assessment: Assessment, day: date) -> None:
        """Count in one more assessment, decided on a day."""
        self.granted += assessment.amount
        self.by_day[day] += assessment.amount
        self.outcomes[str(assessment.outcome.value)] += 1

    @property
    def of_each(self) -> list[tuple[Outcome, int]]:
        """How many came out how."""
        return [(outcome, self.outcomes.get(outcome.value, 0)) for outcome in Outcome]


@dataclass(frozen=True)
class Effect:
    """What the terms of then and the new ones give the same applications."""

    looked_at: int
    of: int
    before: Sums
    after: Sums
    changes: list[Change]
    pools: list[PoolEffect]

    @property
    def all_of_them(self) -> bool:
        """Whether every one of the applications was looked at."""
        return self.looked_at == self.of

    @property
    def more(self) -> Decimal:
        """How much more is granted, below 0 when it is less."""
        return self.after.granted - self.before.granted


def effect(scheme: Scheme, rows: Sequence[Model], *, year: int, at: datetime) -> Effect:
    """Return what rows of new terms would have changed for what was sent in for a year.

    Each application is assessed on the day of its decision, else on the first day on which it could
    have been decided. What a person used up before counts as the same terms would have given it.
    Withdrawn and ended ones are left out. As many queries for 1 application as for 1,000.
    """
    return _effect(scheme, rows, Q(year=year, state__in=COUNTED), at=at)


def effect_on_waiting(
    scheme: Scheme, rows: Sequence[Model], *, since: date, until: date | None, at: datetime
) -> Effect:
    """Return what rows of new terms would change for what waits, in the same way, as decided from today on.

    It goes by them where the course begins on the day from which they count or later, and before the
    day on which other terms take over, if there is one.
    """
    asked = Q(state__in=WAITING, starts_on__gte=since)
    if until:
        asked &= Q(starts_on__lt=until)
    return _effect(scheme, rows, asked, at=at, earliest=scheme.local_day(at))


@reading_once()
def _effect(
    scheme: Scheme,
    rows: Sequence[Model],
    asked: Q,
    *,
    at: datetime,
    earliest: date = date.min,
) -> Effect:
    sent_in = Application.objects.in_schemes([scheme.slug]).filter(asked)
    newest = list(sent_in.order_by("-submitted_at", "-pk")[:MOST_ASSESSED])
    known = Circumstances(newest, on=scheme.local_day(at), at=at)
    days = {each.pk: _decided_on(each, earliest) for each in newest}
    in_line = sorted(newest, key=lambda each: (days[each.pk], each.submitted_at, each.pk))
    before, after = (_Walk(scheme, known, in_line, days, terms) for terms in ((), rows))
    changes = []
    for application in in_line:
        old, new = before.assess(application), after.assess(application)
        if (old.outcome, _worth(old)) != (new.outcome, _worth(new)):
            changes.append(Change(application, old, new))
    pools = on_pools(
        scheme,
        rows,
        on=scheme.local_day(at),
        before=before.sums.by_day,
        after=after.sums.by_day,
        really=_really(in_line, days),
    )
    of = sent_in.count()
    return Effect(len(in_line), of, before.sums, after.sums, changes, pools)


def _worth(found: Assessment) -> Decimal:
    return Decimal(0) if found.outcome == Outcome.REFUSE else found.by_rules


def _really(
    applications: Iterable[Application], days: Mapping[int, date]
) -> Mapping[date, Decimal]:
    """Return what was really granted, by the day of its decision."""
    granted: dict[date, Decimal] = defaultdict(Decimal)
    for application in applications:
        if application.state in LIVE and application.granted:
            granted[days[application.pk]] += application.granted
    return granted


class _Walk:
    """Goes from one application to the next under one set of terms, and knows what went before."""

    def __init__(
        self,
        scheme: Scheme,
        known: Circumstances,
        applications: Iterable[Application],
        days: Mapping[int, date],
        rows: Sequence[Model],
    ) -> None:
        self.scheme, self.known, self.days, self.rows = scheme, known, days, rows
        self.sums = Sums()
        self.used: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        self.granted: dict[tuple[str, int | None], int] = defaultdict(int)
        self.uuids = {each.uuid for each in applications}
        self._terms: dict[int, Any] = {}

    def assess(self, application: Application) -> Assessment:
        """Return the assessment of the next application."""
        facts = self.known.facts(application, known=self._circumstances(application))
        terms = self._of(self.scheme.terms(facts))
        found = self.scheme.assess(facts, terms)
        self.sums.count(found, self.days[application.pk])
        if found.outcome == Outcome.GRANT:
            self._remember(application, found, terms)
        return found

    def _of(self, terms: Any) -> Any:
        # The same terms count for many: each is taken together with the rows once.
        key = id(terms)
        if key not in self._terms:
            self._terms[key] = (terms, self.scheme.terms_with(terms, self.rows))
        return self._terms[key][1]

    def _circumstances(self, application: Application) -> dict[str, Any]:
        # Each by itself, as if the money had sufficed: what it comes to is compared with the budget.
        return ENDLESS | {
            "decided_on": self.days[application.pk],
            "live_grants_this_year": self._live(application),
            "units_used": self._units(application),
        }

    def _live(self, application: Application) -> int:
        person = (application.person_key, application.year)
        others = self.known.cases[application.scheme, *person]
        outside = sum(state in LIVE for pk, state, _at in others if pk not in self.days)
        return outside + self.granted[person]

    def _units(self, application: Application) -> tuple[tuple[int, int], ...]:
        used = defaultdict(int, self.used[application.person_key])
        drawn = self.known.drawn[application.scheme, application.person_key]
        for year, subject, units in drawn:
            if subject not in self.uuids:
                used[year] += units
        return tuple(sorted(used.items()))

    def _remember(self, application: Application, found: Assessment, terms: Any) -> None:
        self.granted[application.person_key, application.year] += 1
        for allowance in self.scheme.allowances(found, terms):
            self.used[application.person_key][allowance.year] += allowance.units


def _decided_on(application: Application, earliest: date) -> date:
    """Return the day of its decision, or the first on which it could have been decided."""
    scheme = application.rules
    if application.decided_at:
        return scheme.local_day(application.decided_at)
    day = max(scheme.local_day(application.submitted_at), earliest)
    if application.year and application.year > day.year:
        day = date(application.year, 1, 1)
    for _try in range(TRIES):
        if scheme.may_decide_on(day):
            break
        day = scheme.next_break(day)[1] + timedelta(days=1)
    return day
