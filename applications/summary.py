"""All answers of an application in words, step by step, with the papers of each step."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from applications.attached import Attached, attached
from applications.models import Application
from database.reads import made_once
from schemes.base import Scheme
from schemes.pages import Step
from schemes.registry import get

APPLICATIONS_KEPT = 50  # with their answers as they were drawn: some 20 KB each


@dataclass(frozen=True)
class Section:
    """One step as it was answered: `rows` as a form's summary gives them, `files` to download."""

    slug: str
    title: str
    rows: list[dict[str, Any]]
    files: list[dict[str, Any]]


def sections(application: Application) -> list[Section]:
    """Return every step of an application as it was answered. Secrets are masked."""
    return _sections(application.rules, application.answers, attached(application.pk))


def sections_for_others(application: Application) -> list[Section]:
    """Return every step without its secrets, for a reader who has no account."""
    return _for_others(application.rules, application.answers, attached(application.pk))


def drawn_for_others(application: Application) -> SafeString:
    """Return every step without its secrets as the page of a case shows it."""
    papers = tuple(attached(application.pk))
    return _drawn(application.scheme, json.dumps(application.answers), papers)


@made_once(APPLICATIONS_KEPT)
def _drawn(scheme: str, answers: str, papers: tuple[Attached, ...]) -> SafeString:
    answered = _for_others(get(scheme), json.loads(answers), papers)
    return render_to_string("applications/answers.html", {"sections": answered})


def _for_others(
    scheme: Scheme, answers: Mapping[str, Any], papers: Sequence[Attached]
) -> list[Section]:
    return [
        Section(each.slug, each.title, _without(step.form.secret, each.rows), each.files)
        for step, each in zip(scheme.steps, _sections(scheme, answers, papers), strict=True)
    ]


def _sections(
    scheme: Scheme, answers: Mapping[str, Any], papers: Sequence[Attached]
) -> list[Section]:
    return [_section(step, answers.get(step.slug), papers) for step in scheme.steps]


def _section(step: Step, answers: Mapping[str, Any] | None, papers: Sequence[Attached]) -> Section:
    # Read as of any day: what was answered then is shown, whatever lists hold by now.
    form = step.form.read(answers, on=None)
    labels = {kind.slug: kind.label for kind in step.papers}
    files = [_file(paper, labels[paper.kind]) for paper in papers if paper.kind in labels]
    rows = [row | {"value": row["value"] or _nothing(row)} for row in form.summary()]
    return Section(step.slug, step.title, rows, files)


def _nothing(row: dict[str, Any]) -> str:
    return "" if row["required"] else _("Nothing stated")


def _file(paper: Attached, label: str) -> dict[str, Any]:
    return {
        "id": paper.pk,
        "name": paper.name,
        "label": label,
        "size": paper.size,
        "url": reverse("applications:paper", args=[paper.uuid]),
    }


def _without(names: tuple[str, ...], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if row["name"] not in names]
