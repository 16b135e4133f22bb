"""What follows once it was sent in: asked back, withdrawn, reported."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation

from applications import head_link
from applications.heads import mail_head
from applications.models import UNDECIDED, Application, Event, Question, State
from applications.recording import NotAllowed, locked, move, notify, notify_applicant, record


@transaction.atomic
def ask_back(
    *, application: Application, steps: Iterable[str], text: str, by: Any, at: datetime
) -> Question:
    """Return the application to the applicant with a question, limited to named steps.

    Raises NotAllowed when it is not submitted. Returns the question.
    """
    application = locked(application)
    if application.state != State.SUBMITTED:
        raise NotAllowed(translation.gettext("Only a submitted application can be asked back."))
    question = Question.objects.create(
        application=application, steps=list(steps), text=text, asked_by=by, asked_at=at
    )
    move(application, State.RETURNED, kind=Event.Kind.RETURNED, by=by, at=at, text=text)
    notify_applicant(application, "asked_back", at=at, question=question)
    return question


@transaction.atomic
def withdraw(*, application: Application, by: Any, at: datetime, reason: str = "") -> Application:
    """Withdraw an application before it is decided and return it. Raises NotAllowed after."""
    application = locked(application)
    if application.state not in UNDECIDED:
        raise NotAllowed(translation.gettext("It has been decided and can no longer be withdrawn."))
    application.questions.filter(answered_at=None).update(answered_at=at)
    move(application, State.WITHDRAWN, kind=Event.Kind.WITHDRAWN, by=by, at=at, text=reason)
    return application


@transaction.atomic
def report(*, application: Application, text: str, by: Any, at: datetime) -> Application:
    """Store that the content was passed on, and how (R32); return the application.

    The head of unit who confirmed is told, with the link by which they answered. Raises NotAllowed
    unless it has a live grant, the course has ended and the scheme asks for it, and once there is a
    report.
    """
    application = locked(application)
    scheme, first, last = application.rules, application.starts_on, application.ends_on
    ended = last and last <= scheme.local_day(at)
    if application.state not in (State.APPROVED, State.SETTLED) or not ended:
        raise NotAllowed(translation.gettext("You report back after a course with a grant."))
    if scheme.report_due_on(starts_on=first, ends_on=last) is None:
        raise NotAllowed(translation.gettext("You need not report back after this course."))
    if application.reported_at:
        raise NotAllowed(
            translation.gettext("You have reported back already, thank you. That report stands.")
        )
    application.report, application.reported_at = text, at
    application.save(update_fields=["report", "reported_at"])
    record(application, Event.Kind.REPORTED, by=by, at=at, text=text)
    _mail_report(application, at=at)
    return application


def _mail_report(application: Application, *, at: datetime) -> None:
    if request := head_link.confirmed(application):
        mail_head(application, "report", request, at=at)
    elif to := application.head_email:
        notify(application, "report", to=to, language=application.rules.language, at=at)
