"""The papers of an application: attached and taken away."""

from datetime import datetime

import structlog
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import translation

from applications import papers
from applications.drafting import (
    addable_papers,
    answers_are_closed,
    require_open,
    returned_papers,
    touch,
)
from applications.models import Application, Event, Paper, State
from applications.recording import NotAllowed, locked, record
from schemes.pages import Step

log = structlog.get_logger()


def attach(
    *, application: Application, step: Step, kind: str, upload: UploadedFile, at: datetime
) -> Paper:
    """Keep an uploaded file with an application and return it.

    Raises papers.Unfit with the words for the person when the file is too large, empty, damaged or
    of another type than PDF, JPEG and PNG, or cannot be stored; NotAllowed when the step is not open.
    """
    _require_open_to_papers(application, step, kind)
    # Opening it may take seconds: not while the application is locked.
    file = papers.checked(upload)
    try:
        return _attach(application, step, kind, file, at=at)
    except OSError as error:  # a full disk, say
        log.exception("a file could not be stored")
        words = translation.gettext(
            "%(name)s could not be stored just now. What you typed is saved. Attach it again in a while."
        )
        raise papers.Unfit(words % {"name": file.name}) from error


@transaction.atomic
def _attach(
    application: Application, step: Step, kind: str, file: papers.Checked, *, at: datetime
) -> Paper:
    application = locked(application)
    _require_open_to_papers(application, step, kind)
    _require_another_than_returned(application, kind, file)
    paper = papers.keep(application=application, kind=kind, file=file, at=at)
    touch(application, at=at)
    if application.state == State.SUBMITTED:
        # History is kept in the scheme's language, whoever adds the paper.
        with translation.override(application.rules.language):
            words = f"{_label(step, kind)}: {paper.name}"
        record(application, Event.Kind.PAPER_ADDED, by=application.applicant, at=at, text=words)
    return paper


@transaction.atomic
def detach(*, paper: Paper, step: Step, at: datetime) -> None:
    """Remove a file that was attached. Raises NotAllowed when its step is not open."""
    application = locked(paper.application)
    paper.application = application  # not as it was read: it may have been sent in since
    _require_open_to_papers(application, step, paper.kind)
    papers.discard(paper)
    touch(application, at=at)


def _require_open_to_papers(application: Application, step: Step, kind: str) -> None:
    if application.state == State.SUBMITTED and kind not in addable_papers(application):
        raise NotAllowed(answers_are_closed())
    require_open(application, step)


def _require_another_than_returned(
    application: Application, kind: str, file: papers.Checked
) -> None:
    if kind in returned_papers(application, and_also=(kind, file.sha256)):
        words = translation.gettext(
            "%(name)s is the same file that was returned. Choose another one; what you typed is saved."
        )
        raise papers.Unfit(words % {"name": file.name})


def _label(step: Step, kind: str) -> str:
    return next((str(each.label) for each in step.papers if each.slug == kind), kind)
