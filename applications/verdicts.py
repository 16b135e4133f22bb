"""What the deciding office has judged of papers and courses, and which papers are still awaited."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from applications.models import Paper, Verdict
from schemes.base import Judgement, Scheme


class Stated(Protocol):
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


class Verdicts:
    """What was judged of some applications: two queries, and none where no scheme judges anything."""

    def __init__(self, applications: Iterable[Stated]) -> None:
        judged = [each for each in applications if _is_judged(each)]
        self.papers = _papers(judged)
        self.found = _verdicts(judged)

    def kinds(self, application: Stated) -> list[str]:
        """Return the kinds of paper that are attached, in order of the alphabet."""
        return sorted({kind for kind, _digest in self.papers[application.pk]})

    def count_in(self, application: Stated, file: tuple[str, str]) -> None:
        """Count a file in, by its kind and its sum, as if it were attached; changes nothing else."""
        attached = {*self.papers[application.pk], file}
        self.papers[application.pk] = sorted(attached)

    def verdict(self, application: Stated, judgement: Judgement) -> Verdict | None:
        """Return the last verdict, if what was judged is still the same."""
        last = self.found.get((application.pk, judgement.fact))
        return last if last and last.digest == self.digest(application, judgement) else None

    def digest(self, application: Stated, judgement: Judgement) -> str:
        """Return by what a judgement is tied to what was judged: papers, or the answers about it."""
        files = [each for each in self.papers[application.pk] if each[0] == judgement.paper]
        what = files if judgement.paper else application.course_title
        stated = [_dotted(application.facts, name) for name in judgement.about]
        plain = json.dumps([what, stated], sort_keys=True)
        return hashlib.sha256(plain.encode()).hexdigest()

    def facts(self, application: Stated) -> dict[str, bool | None]:
        """Return each judgement's dotted fact: true, false, or None while nobody has judged it."""
        return {each.fact: self._is(application, each) for each in judgements_of(application)}

    def addable(self, application: Stated) -> list[str]:
        """Return the kinds of paper that may still come, also after it was sent in: until accepted."""
        return [each.paper for each in self._later(application) if not self._is(application, each)]

    def awaited(self, application: Stated) -> list[str]:
        """Return the kinds of paper that may come later, and are missing or were returned."""
        attached = self.kinds(application)
        return [
            each.paper
            for each in self._later(application)
            if each.paper not in attached or self._is(application, each) is False
        ]

    def returned(self, application: Stated) -> list[str]:
        """Return the kinds of paper that were not accepted and are attached as they were then."""
        attached = self.kinds(application)
        return [
            each.paper
            for each in self._later(application)
            if each.paper in attached and self._is(application, each) is False
        ]

    def _later(self, application: Stated) -> list[Judgement]:
        wanted = {each.paper: each for each in judgements_of(application)}
        kinds = application.rules.papers()
        return [wanted[kind.slug] for kind in kinds if kind.later and kind.slug in wanted]

    def _is(self, application: Stated, judgement: Judgement) -> bool | None:
        verdict = self.verdict(application, judgement)
        return verdict.accepted if verdict else None


def judgements_of(application: Stated) -> tuple[Judgement, ...]:
    """Return what the office judges about an application as it stands."""
    scheme = application.rules
    if not scheme.judges:
        return ()
    return scheme.judgements(scheme.read_facts(application.facts, complete=False))


def _is_judged(application: Stated) -> bool:
    return application.rules.takes_papers_later or bool(judgements_of(application))


def _papers(applications: list[Stated]) -> dict[int, list[tuple[str, str]]]:
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    if applications:
        keys = [each.pk for each in applications]
        papers = Paper.objects.filter(application__in=keys).order_by("kind", "sha256")
        for pk, kind, sha256 in papers.values_list("application_id", "kind", "sha256"):
            found[pk].append((kind, sha256))
    return found


def _verdicts(applications: list[Stated]) -> dict[tuple[int, str], Verdict]:
    if not applications:
        return {}
    keys = [each.pk for each in applications]
    rows = Verdict.objects.filter(application__in=keys).order_by("pk")
    return {(each.application_id, each.fact): each for each in rows}


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
