"""What lies beside a case and its assessment depends on: the person's other cases, the head's answer, papers.

A list has PostgreSQL write it into each of its rows, so that one of which nothing has changed is neither
read nor drawn again.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Func, JSONField, OuterRef, QuerySet, Subquery, TextField
from django.db.models.functions import Cast

from applications.models import Application, HeadRequest, Paper, Verdict
from applications.verdicts import Assessable, Ruling, Verdicts
from schemes.base import Scheme

# What the head of unit said last of a case as it stands.
SAID = Subquery(
    HeadRequest.objects.filter(application=OuterRef("pk"), revision=OuterRef("revision"))
    .exclude(answer="")
    .order_by("-pk")
    .values("answer")[:1]
)


class Case(NamedTuple):
    """As much of a case as another one of the same person depends on."""

    pk: int
    state: str
    submitted_at: datetime


class Beside(NamedTuple):
    """What lies beside a case: the person's others of that year, what the head said, what was judged."""

    others: Sequence[Case]
    said: str | None
    verdicts: Verdicts

    @property
    def confirmed(self) -> bool:
        """Whether the head of unit has confirmed the case as it stands."""
        return self.said == HeadRequest.Answer.CONFIRMED


def written(scheme: Scheme) -> Cast:
    """Return what has PostgreSQL write it into the row of each application that was sent in."""
    parts = [ArraySubquery(_others()), SAID]
    if scheme.looks_at_papers:
        parts += [ArraySubquery(_papers()), ArraySubquery(_rulings())]
    return Cast(_listed(*parts), TextField())


def read(application: Assessable, text: str) -> Beside:
    """Return what PostgreSQL wrote into the row of an application."""
    others, said, *judged = json.loads(text)
    papers, rulings = judged or ([], [])
    cases = [Case(pk, state, datetime.fromisoformat(at)) for pk, state, at in others]
    found = {(application.pk, fact): Ruling(*ruling) for fact, *ruling in rulings}
    return Beside(cases, said, Verdicts({application.pk: [*map(tuple, papers)]}, found))


def _others() -> QuerySet[Application]:
    of_the_same = {name: OuterRef(name) for name in ("scheme", "person_key", "year")}
    found = Application.objects.filter(**of_the_same).exclude(person_key="")
    found = found.exclude(submitted_at=None).exclude(pk=OuterRef("pk"))
    return found.order_by("pk").values(each=_listed(*Case._fields))


def _papers() -> QuerySet[Paper]:
    found = Paper.objects.filter(application=OuterRef("pk")).order_by("kind", "sha256")
    return found.values(each=_listed("kind", "sha256"))


def _rulings() -> QuerySet[Verdict]:
    found = Verdict.objects.filter(application=OuterRef("pk")).order_by("pk")
    return found.values(each=_listed("fact", "digest", "accepted"))


def _listed(*parts: str | ArraySubquery | Subquery) -> Func:
    """Return these as one list of JSON, quicker to make than what Django has for it."""
    return Func(*parts, function="json_build_array", output_field=JSONField())
