"""The confirmation of an application: a copy of everything that was stated when it was sent in."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils import translation

from applications.attached import Attached
from applications.models import Application, Paper
from schemes.findings import Assessment
from schemes.pages import Step
from schemes.reading import stated_day


def snapshot(application: Application, *, assessment: Assessment, at: datetime) -> dict[str, Any]:
    """Return what the confirmation states, as plain JSON in the scheme's language.

    Amounts are text, days and times are ISO text under names that end in `_on` and `_at`. What a
    form keeps secret (the personal number) is left out.
    """
    scheme = application.rules
    with translation.override(scheme.language):
        return {
            "scheme": scheme.as_json(),
            "reference": application.reference,
            "revision": application.revision,
            "confirmed_at": scheme.local(at).isoformat(),
            "submitted_at": scheme.local(application.submitted_at).isoformat(),
            **columns(application),
            "steps": [_step(step, application, on=scheme.local_day(at)) for step in scheme.steps],
            "papers": papers_of(application, application.papers.all()),
            "assessment": assessment.as_json(),
        }


def columns(application: Application) -> dict[str, Any]:
    """Return what the columns say that all schemes share, as plain JSON."""
    return {
        "participant": application.participant,
        "workplace": application.workplace,
        "organisation": str(application.organisation or ""),
        "head": application.head_name,
        "course": application.course_title,
        "starts_on": stated_day(application.starts_on),
        "ends_on": stated_day(application.ends_on),
        "asked": None if application.asked is None else str(application.asked),
    }


def _step(step: Step, application: Application, *, on: date) -> dict[str, Any]:
    form = step.form.read(application.answers.get(step.slug), on=on)
    rows = [row for row in form.summary() if row["name"] not in form.secret]
    return {"title": str(step.title), "rows": [_row(row) for row in rows]}


def _row(row: dict[str, Any]) -> dict[str, Any]:
    lines = row["value"] if isinstance(row["value"], list | tuple) else [row["value"]]
    return {"label": str(row["key"]), "value": [str(line) for line in lines if line]}


def papers_of(application: Application, papers: Iterable[Paper | Attached]) -> list[dict[str, Any]]:
    """Return an application's papers in words, with what tells each one from a changed one."""
    labels = {kind.slug: str(kind.label) for kind in application.rules.papers()}
    return [
        {
            "uuid": str(paper.uuid),
            "label": labels.get(paper.kind, paper.kind),
            "name": paper.name,
            "content_type": paper.content_type,
            "size": paper.size,
            "sha256": paper.sha256,
        }
        for paper in papers
    ]
