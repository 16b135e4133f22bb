"""The papers that lie with applications, as they are listed and told apart."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import F, QuerySet

from applications.models import Paper
from database.finding import Among
from database.prepared import Given, prepared
from database.reads import read_once

# Kind and sum of each paper, by the key of the application
Sums = dict[int, list[tuple[str, str]]]


class Attached(NamedTuple):
    """One paper of an application."""

    pk: int
    uuid: UUID
    kind: str
    name: str
    content_type: str
    size: int  # in bytes
    sha256: str
    uploaded_at: datetime


@read_once
def attached(case: int) -> list[Attached]:
    """Return the papers of an application, by its key, in the order in which they came."""
    return [Attached(*row) for row in _papers(case=case)]


def sums(cases: Sequence[int]) -> Sums:
    """Return kind and sum of the papers of applications, in order; of one, what its page reads anyway."""
    found: Sums = defaultdict(list)
    if len(cases) == 1:
        found[cases[0]] = sorted((each.kind, each.sha256) for each in attached(cases[0]))
    elif cases:
        for case, *kind_and_sum in _sums(cases=cases):
            found[case].append(tuple(kind_and_sum))
    return found


@prepared
def _papers(case: Given) -> QuerySet[Paper]:
    found = Paper.objects.filter(application_id=case).order_by("pk")
    return found.values_list(*Attached._fields)


@prepared
def _sums(cases: Given) -> QuerySet[Paper]:
    papers = Paper.objects.filter(Among(F("application_id"), cases)).order_by("kind", "sha256")
    return papers.values_list("application_id", "kind", "sha256")
