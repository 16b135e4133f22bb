"""All answers of an application in words, step by step, with the papers of each step."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from applications.models import Application, Paper
from schemes.base import Step
from schemes.prepared import Given, prepared


@dataclass(frozen=True)
class Section:
    """One step as it was answered: `rows` as a form's summary gives them, `files` to download."""

    slug: str
    title: str
    rows: list[dict[str, Any]]
    files: list[dict[str, Any]]


def sections(application: Application) -> list[Section]:
    """Return every step of an application as it was answered. Secrets are masked."""
    papers = _papers(case=application.pk)
    return [_section(step, application, papers) for step in application.rules.steps]


@prepared
def _papers(case: Given) -> QuerySet[Paper]:
    return Paper.objects.filter(application_id=case)


def sections_for_others(application: Application) -> list[Section]:
    """Return every step without its secrets, for a reader who has no account."""
    return [
        Section(each.slug, each.title, _without(step.form.secret, each.rows), each.files)
        for step, each in zip(application.rules.steps, sections(application), strict=True)
    ]


def _section(step: Step, application: Application, papers: list[Paper]) -> Section:
    # Read as of any day: what was answered then is shown, whatever lists hold by now.
    form = step.form.read(application.answers.get(step.slug), on=None)
    labels = {kind.slug: kind.label for kind in step.papers}
    files = [_file(paper, labels[paper.kind]) for paper in papers if paper.kind in labels]
    rows = [row | {"value": row["value"] or _nothing(row)} for row in form.summary()]
    return Section(step.slug, step.title, rows, files)


def _nothing(row: dict[str, Any]) -> str:
    return "" if row["required"] else _("Nothing stated")


def _file(paper: Paper, label: str) -> dict[str, Any]:
    return {
        "id": paper.pk,
        "name": paper.name,
        "label": label,
        "size": paper.size,
        "url": reverse("applications:paper", args=[paper.uuid]),
    }


def _without(names: tuple[str, ...], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if row["name"] not in names]
