"""What the deciding office has judged of papers and courses, and which papers are still awaited."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from django.db.models import QuerySet

from applications.attached import Sums, sums
from applications.models import Verdict
from database.finding import one_of
from database.prepared import Given, prepared
from schemes.base import Judgement, Scheme

FACTS_KEPT = 100  # each with what is judged about it
DIGESTS_KEPT = 4 * FACTS_KEPT  # of what was judged about each: the papers, and the course
# What is judged: kind and sum of each file of a paper, or the title of the course
Matter = tuple[tuple[str, str], ...] | str


class Assessable(Protocol):
    """What is assessed: an application, or as much of it as a list has read."""

    pk: int
    uuid: UUID
    scheme: str
    state: str
    year: int | None
    submitted_at: datetime | None
    person_key: str
    course_title: str

    @property
    def rules(self) -> Scheme:
        """The scheme that it belongs to."""

    @property
    def facts(self) -> dict[str, Any]:
        """What its answers state; who gets it does not change it."""

    @property
    def stated(self) -> str:
        """The same as text."""


class Ruling(NamedTuple):
    """A verdict as it was given: on what and to which end; why, by whom and when only where that is read."""

    digest: str
    accepted: bool
    reason: str = ""
    by_name: str = ""
    at: datetime | None = None


class Verdicts:
    """The papers of some applications and what was judged of each, by the keys of the applications."""

    def __init__(self, papers: Sums, found: Mapping[tuple[int, str], Ruling]) -> None:
        self.papers, self.found = papers, found

    @classmethod
    def of(cls, applications: Iterable[Assessable]) -> "Verdicts":
        """Read them: two queries, and none where no scheme looks at papers."""
        judged = [each.pk for each in applications if each.rules.looks_at_papers]
        return cls(sums(judged), _verdicts(judged))

    def judgements(self, application: Assessable) -> tuple[Judgement, ...]:
        """Return what the office judges about an application as it stands."""
        scheme = application.rules
        return _judged_about(scheme, application.stated) if scheme.judges else ()

    def kinds(self, application: Assessable) -> tuple[str, ...]:
        """Return the kinds of paper that are attached, in order of the alphabet."""
        return tuple(sorted({kind for kind, _digest in self.papers[application.pk]}))

    def count_in(self, application: Assessable, file: tuple[str, str]) -> None:
        """Count a file in, by its kind and its sum, as if it were attached; changes nothing else."""
        attached = {*self.papers[application.pk], file}
        self.papers[application.pk] = sorted(attached)

    def verdict(self, application: Assessable, judgement: Judgement) -> Ruling | None:
        """Return the last verdict, if what was judged is still the same."""
        last = self.found.get((application.pk, judgement.fact))
        return last if last and last.digest == self.digest(application, judgement) else None

    def digest(self, application: Assessable, judgement: Judgement) -> str:
        """Return by what a judgement is tied to what was judged: papers, or the answers about it."""
        papers = self.papers[application.pk] if judgement.paper else ()
        files = tuple(each for each in papers if each[0] == judgement.paper)
        matter = files if judgement.paper else application.course_title
        return _digest(matter, application.stated, judgement.about)

    def facts(self, application: Assessable) -> tuple[tuple[str, bool | None], ...]:
        """Return each judgement's dotted fact: true, false, or None while nobody has judged it."""
        asked = self.judgements(application)
        return tuple((each.fact, self._accepted(application, each)) for each in asked)

    def addable(self, application: Assessable) -> list[str]:
        """Return the kinds of paper that may still come, also after it was sent in: until accepted."""
        return [
            each.paper for each in self._later(application) if not self._accepted(application, each)
        ]

    def awaited(self, application: Assessable) -> list[str]:
        """Return the kinds of paper that may come later, and are missing or were returned."""
        attached = self.kinds(application)
        return [
            each.paper
            for each in self._later(application)
            if each.paper not in attached or self._accepted(application, each) is False
        ]

    def returned(self, application: Assessable) -> list[str]:
        """Return the kinds of paper that were not accepted and are attached as they were then."""
        attached = self.kinds(application)
        return [
            each.paper
            for each in self._later(application)
            if each.paper in attached and self._accepted(application, each) is False
        ]

    def _later(self, application: Assessable) -> list[Judgement]:
        wanted = {each.paper: each for each in self.judgements(application)}
        kinds = application.rules.papers()
        return [wanted[kind.slug] for kind in kinds if kind.later and kind.slug in wanted]

    def _accepted(self, application: Assessable, judgement: Judgement) -> bool | None:
        verdict = self.verdict(application, judgement)
        return verdict.accepted if verdict else None


@lru_cache(FACTS_KEPT)
def _judged_about(scheme: Scheme, stated: str) -> tuple[Judgement, ...]:
    return scheme.judgements(scheme.read_facts(json.loads(stated), complete=False))


@lru_cache(DIGESTS_KEPT)
def _digest(matter: Matter, stated: str, about: tuple[str, ...]) -> str:
    facts = json.loads(stated)
    plain = json.dumps([matter, [_dotted(facts, name) for name in about]], sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()


def _verdicts(cases: list[int]) -> dict[tuple[int, str], Ruling]:
    if not cases:
        return {}
    rows = _written(cases=cases, alone=len(cases) == 1)
    # In the order in which they were given: of several on the same the last counts.
    return {(case, fact): Ruling(*ruling) for case, fact, *ruling in rows}


@prepared
def _written(cases: Given, *, alone: bool) -> QuerySet[Verdict]:
    found = Verdict.objects.filter(one_of("application_id", cases, alone=alone)).order_by("pk")
    return found.values_list("application_id", "fact", *Ruling._fields)


def _dotted(facts: Any, name: str) -> Any:
    for part in name.split("."):
        facts = facts.get(part) if isinstance(facts, dict) else None
    return facts


def set_dotted(facts: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """Return facts with some values put in by their dotted names; the facts given stay as they are."""
    merged = dict(facts)
    for name, value in values.items():
        place, rest = merged, name.split(".")
        for part in rest[:-1]:
            place[part] = dict(place.get(part) or {})
            place = place[part]
        place[rest[-1]] = value
    return merged
