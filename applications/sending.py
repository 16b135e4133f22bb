"""Sending an application in, and what is missing before that."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import translation

from applications import confirmation
from applications.drafting import (
    DERIVED,
    FOLLOWED,
    derive,
    note_rules,
    open_steps,
    returned_papers,
)
from applications.heads import ask_unless_confirmed
from applications.models import Application, Document, Event, State
from applications.recording import (
    Incomplete,
    NotAllowed,
    Stale,
    history_at_once,
    locked,
    make_document,
    move,
    notify,
)
from database.reads import reading_once
from schemes import services as pools
from schemes.pages import Step


def missing(application: Application, *, at: datetime) -> dict[str, list[str]]:
    """Return what is missing before it can be submitted: step → words; empty when it is ready.

    Only of the steps that can be changed: what was sent in before was whole on that day.
    """
    attached = {paper.kind for paper in application.papers.all()}
    changeable, returned = open_steps(application), returned_papers(application)
    found = {
        step.slug: _missing_in(step, application, attached, at=at) + _as_returned(step, returned)
        for step in application.rules.steps
        if step.slug in changeable
    }
    return {slug: words for slug, words in found.items() if words}


def _as_returned(step: Step, returned: set[str]) -> list[str]:
    # The same paper once more would be returned once more, and waited for in vain until then.
    words = translation.gettext("%(paper)s: this is still the file that was returned.")
    return [words % {"paper": kind.label} for kind in step.papers if kind.slug in returned]


def _missing_in(
    step: Step, application: Application, attached: set[str], *, at: datetime
) -> list[str]:
    form = step.form.read(
        application.answers.get(step.slug),
        on=application.rules.local_day(at),
        own_email=application.applicant.email,
        others=application.answers,
    )
    words = [str(error) for errors in form.errors.values() for error in errors]
    wanted = [paper for paper in step.papers if paper.required and paper.slug not in attached]
    return words + [
        translation.gettext("Attach: %(paper)s.") % {"paper": paper.label} for paper in wanted
    ]


@transaction.atomic
@reading_once()
@history_at_once()
def submit(
    *, application: Application, by: Any, at: datetime, revision: int | None = None
) -> Application:
    """Send in a draft, or the answers to what was asked back; return the application.

    Takes the revision that the person has read, if they have. Stamps the first submission (R9,
    R10), freezes the answers, makes the confirmation, writes the receipt and asks the head of unit.
    Raises Incomplete, Stale when the answers were changed since `revision`, or NotAllowed when it
    is not open or the scheme is closed (R28).
    """
    application = locked(application)
    prefetch_related_objects([application], "papers")  # they are asked for several times
    if not application.editable:
        raise NotAllowed(translation.gettext("This application has already been sent in."))
    if revision not in (None, application.revision):
        raise Stale(application)
    _require_open(application, at=at)
    if left := missing(application, at=at):
        raise Incomplete(left)
    return _submit(application, by=by, at=at)


def _require_open(application: Application, *, at: datetime) -> None:
    # An answer to what was asked back belongs to an application that came in time.
    closing = pools.closed(scheme=application.rules, at=at)
    if closing and application.state == State.DRAFT:
        raise NotAllowed(closing.reason)


def _submit(application: Application, *, by: Any, at: datetime) -> Application:
    answered = application.state == State.RETURNED
    if answered:
        application.questions.filter(answered_at=None).update(answered_at=at)
    application.submitted_at = application.submitted_at or at
    derive(application, at=at)
    assessment, terms = note_rules(application, at=at)
    kind = Event.Kind.ANSWERED if answered else Event.Kind.SUBMITTED
    fields = ("submitted_at", *DERIVED, *FOLLOWED)
    move(application, State.SUBMITTED, kind=kind, by=by, at=at, fields=fields)
    make_document(
        application,
        Document.Kind.CONFIRMATION,
        template="applications/confirmation.html",
        content=confirmation.snapshot(application, assessment=assessment, at=at),
        at=at,
    )
    notify(application, "receipt", to=by.email, language=by.language, at=at, answered=answered)
    if application.rules.asks_head_of_unit(terms):
        ask_unless_confirmed(application, at=at)
    return application
