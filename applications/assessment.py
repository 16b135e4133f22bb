"""What the rules say of applications on a day: the one way from a row to its findings.

What an application states itself stands in its row. What the house adds is `Told`: put together from what
lies `Beside` the case (the person's other cases, the head's answer, the papers) and what lies `Around` it
(the day, the pool, the line, the allowance). `Circumstances` reads all of it for some applications. A long
list has PostgreSQL write what lies beside into its rows (`applications.beside`), and reads what lies around
once for all of them (`decisions.line.around`).
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import F, Q, QuerySet, Sum

from applications.beside import SAID, Beside, Case
from applications.models import LIVE, Application
from applications.verdicts import Assessable, Verdicts, set_dotted
from database.finding import Among, one_of
from database.prepared import Given, prepared
from database.reads import reading_once
from schemes.base import Scheme
from schemes.findings import Assessment
from schemes.models import AllowanceEntry
from schemes.registry import get
from schemes.services import left_on

FACTS_KEPT = 100  # as they were read: 2 KB each
NOTHING_ELSE: Mapping[str, Any] = MappingProxyType({})
# As if the pool had no end: what remains to be asked is whether all other rules are met.
ENDLESS = {"pool_remaining": Decimal(10**11)}
# Every case that was sent in, by scheme, person and year
Cases = defaultdict[tuple[str, str, int | None], list[Case]]
# Year, application and units of every drawing from an allowance, by scheme and person
Drawn = defaultdict[tuple[str, str], list[tuple[int, UUID, int]]]


def assess(application: Application, *, on: date, at: datetime) -> Assessment:
    """Return all findings and the amount, were it decided on a day.

    Takes `at`, the time that counts as the submission of a draft.
    """
    return assess_many([application], on=on, at=at)[application.pk]


@reading_once()
def assess_many(
    applications: Iterable[Application], *, on: date, at: datetime
) -> dict[int, Assessment]:
    """Return the assessment of each application by its key; as many queries for 1 as for 1,000."""
    applications = list(applications)
    circumstances = Circumstances(applications, on=on, at=at)
    return {each.pk: circumstances.assess(each) for each in applications}


def facts_of(application: Application, *, on: date, at: datetime) -> Any:
    """Return the scheme's frozen facts of one application, were it decided on a day."""
    return Circumstances([application], on=on, at=at).facts(application)


@prepared
def _of_people(people: Given, *, alone: bool) -> QuerySet[Application]:
    return _sent_in(one_of("person_key", people, alone=alone))


@prepared
def _of_nobody_known(cases: Given, *, alone: bool) -> QuerySet[Application]:
    return _sent_in(one_of("pk", cases, alone=alone))


def _sent_in(meant: Q) -> QuerySet[Application]:
    """Find what was sent in, each with what the head of unit said last."""
    found = Application.objects.filter(meant).exclude(submitted_at=None)
    return found.values_list("scheme", "person_key", "year", *Case._fields, SAID)


def read_drawn(applications: Iterable[Assessable]) -> Drawn:
    """Return what the people of some applications have drawn from allowances."""
    drawn: Drawn = defaultdict(list)
    keys = {each.person_key for each in applications if each.rules.has_allowances} - {""}
    for scheme, key, *entry in _entries(people=list(keys)) if keys else ():
        drawn[scheme, key].append(tuple(entry))
    return drawn


def units_used(application: Assessable, drawn: Drawn) -> tuple[tuple[int, int], ...]:
    """Return how many units the person of an application has drawn by other cases, by year (L8)."""
    used: dict[int, int] = defaultdict(int)
    for year, subject, units in drawn[application.scheme, application.person_key]:
        if subject != application.uuid:
            used[year] += units
    return tuple((year, units) for year, units in sorted(used.items()) if units)


@prepared
def _entries(people: Given) -> QuerySet[AllowanceEntry]:
    """Find what people drew from their allowances, by application."""
    found = AllowanceEntry.objects.filter(Among(F("allowance__person_key"), people)).order_by()
    columns = ("allowance__scheme", "allowance__person_key", "allowance__year", "subject")
    return found.values_list(*columns).annotate(units=Sum("units"))


class Around(NamedTuple):
    """What an assessment depends on besides the case and what lies beside it, but for terms."""

    decided_on: date
    pool_remaining: Decimal
    waiting_ahead: int | None
    units_used: tuple[tuple[int, int], ...]  # by year


class Told(NamedTuple):
    """All that the house knows of an application on a day and has judged about it, named as the facts are.

    With what the application states itself it is all that an assessment depends on, but for terms.
    """

    submitted_at: datetime
    decided_on: date
    live_grants_this_year: int
    applications_this_year: int
    units_used: tuple[tuple[int, int], ...]  # by year
    pool_remaining: Decimal
    waiting_ahead: int | None
    unit_confirmed: bool | None
    papers: tuple[str, ...]
    judged: tuple[tuple[str, bool | None], ...]  # by dotted names

    def circumstances(self) -> dict[str, Any]:
        """Return what is not judged, in the format of the facts."""
        return {
            "submitted_at": self.submitted_at.isoformat(),
            "decided_on": self.decided_on.isoformat(),
            "history": {
                "live_grants_this_year": self.live_grants_this_year,
                "applications_this_year": self.applications_this_year,
                "units_used": {str(year): units for year, units in self.units_used},
            },
            "pool_remaining": str(self.pool_remaining),
            "waiting_ahead": self.waiting_ahead,
            "unit_confirmed": self.unit_confirmed,
            "papers": [*self.papers],
        }


def tell(application: Assessable, beside: Beside, around: Around, *, at: datetime) -> Told:
    """Return all that the house knows of an application; `at` counts as the submission of a draft."""
    others = beside.others
    return Told(
        submitted_at=application.submitted_at or at,
        live_grants_this_year=sum(each.state in LIVE for each in others),
        applications_this_year=sum(_came_before(application, each) for each in others),
        unit_confirmed=beside.confirmed if application.submitted_at else None,
        papers=beside.verdicts.kinds(application),
        judged=beside.verdicts.facts(application),
        **around._asdict(),
    )


def assessed(application: Assessable, told: Told) -> Assessment:
    """Return all findings about an application, by what was `told` of it."""
    return _assessed(application.rules, _facts(application, told))


def _assessed(scheme: Scheme, facts: Any) -> Assessment:
    return scheme.assess(facts, scheme.terms(facts))


def _facts(application: Assessable, told: Told) -> Any:
    return _read(application.rules, application.stated, told)


@lru_cache(FACTS_KEPT)
def _read(scheme: Scheme, stated: str, told: Told) -> Any:
    facts, circumstances = json.loads(stated), told.circumstances()
    # The applicant states a part of the history (R25); the house adds what it knows.
    circumstances["history"] = (facts.get("history") or {}) | circumstances["history"]
    return scheme.read_facts(set_dotted(facts | circumstances, dict(told.judged)), complete=False)


class Circumstances:
    """What the house knows about some applications and the applicants do not state."""

    def __init__(self, applications: Sequence[Assessable], *, on: date, at: datetime) -> None:
        self.on, self.at = on, at
        self.cases: Cases = defaultdict(list)
        self.heads: dict[int, str | None] = {}
        self._read_cases_of_the_same_people(applications)
        self.drawn = read_drawn(applications)
        self.verdicts = Verdicts.of(applications)
        schemes = {each.scheme for each in applications}
        self.remaining = {slug: left_on(get(slug), on=on) for slug in schemes}

    def assess(
        self, application: Assessable, *, known: Mapping[str, Any] = NOTHING_ELSE
    ) -> Assessment:
        """Return all findings about one of the applications; `known` replaces circumstances."""
        return _assessed(application.rules, self.facts(application, known=known))

    def terms(self, application: Assessable) -> Any:
        """Return the terms that count for one of the applications."""
        return application.rules.terms(self.facts(application))

    def others(self, application: Assessable) -> list[int]:
        """Return the keys of the person's other cases that were sent in, in any year."""
        whose = (application.scheme, application.person_key)
        years = [cases for key, cases in self.cases.items() if key[:2] == whose]
        return [case.pk for cases in years for case in cases if case.pk != application.pk]

    def facts(self, application: Assessable, *, known: Mapping[str, Any] = NOTHING_ELSE) -> Any:
        """Return the scheme's frozen facts of one of the applications."""
        return _facts(application, self.told(application, known=known))

    def told(self, application: Assessable, *, known: Mapping[str, Any] = NOTHING_ELSE) -> Told:
        """Return all that the house knows of one of the applications; `known` replaces some of it."""
        year = (application.scheme, application.person_key, application.year)
        others = [case for case in self.cases[year] if case.pk != application.pk]
        beside = Beside(others, self.heads.get(application.pk), self.verdicts)
        left, used = self.remaining[application.scheme], units_used(application, self.drawn)
        found = tell(application, beside, Around(self.on, left, None, used), at=self.at)
        return found._replace(**known) if known else found

    def _read_cases_of_the_same_people(self, applications: Sequence[Assessable]) -> None:
        """Read every case of the people that was sent in, these too, and what heads of unit said."""
        people = list({each.person_key for each in applications} - {""})
        others = [each.pk for each in applications if each.submitted_at and not each.person_key]
        rows = _of_people(people=people, alone=len(people) == 1) if people else []
        rows += _of_nobody_known(cases=others, alone=len(others) == 1) if others else []
        for scheme, key, year, *case, answer in rows:
            self.heads[case[0]] = answer
            if key:
                self.cases[scheme, key, year].append(Case(*case))


def _came_before(application: Assessable, other: Case) -> bool:
    """Tell whether another case was sent in earlier (R25); before a draft every other one was."""
    mine = application.submitted_at
    return mine is None or (other.submitted_at, other.pk) < (mine, application.pk)
