"""The head of unit is asked, and answers."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation

from applications import head_link
from applications.models import Application, Event, HeadRequest, State
from applications.recording import NotAllowed, locked, notify, notify_applicant, record

# Anyone with an account can name any address: an application sends at most 10 such mails a day, and all
# those of a person 30.
REQUESTS_A_DAY, REQUESTS_OF_A_PERSON, ONE_DAY = 10, 30, timedelta(days=1)


@transaction.atomic
def ask_head(*, application: Application, name: str, email: str, at: datetime) -> HeadRequest:
    """Ask the head of unit, or their deputy, to confirm the same sum and the plan (R18, R32).

    Writes a notice with a signed link and returns the request. Raises NotAllowed when the
    application is not submitted or has been confirmed, when the applicant would be asked, or when
    too many were asked that day.
    """
    application = locked(application)
    return _ask(application, _asked(application), name=name, email=email, at=at)


def ask_unless_confirmed(application: Application, *, at: datetime) -> None:
    """Ask the head of unit that the answers name, unless these answers were confirmed.

    Call it with the application locked. Raises what `ask_head` does.
    """
    asked = _asked(application)
    if not _confirmed(application, asked):
        name, email = application.head_name, application.head_email
        _ask(application, asked, name=name, email=email, at=at)


def _ask(
    application: Application, asked: list[HeadRequest], *, name: str, email: str, at: datetime
) -> HeadRequest:
    _require_askable(application, asked, email=email, at=at)
    request = HeadRequest.objects.create(
        application=application,
        revision=application.revision,
        name=name,
        email=email,
        sent_at=at,
    )
    record(application, Event.Kind.HEAD_ASKED, at=at, text=name)
    mail_head(application, "head_request", request, at=at)
    return request


def _asked(application: Application) -> list[HeadRequest]:
    """Return the requests for all that the applicant has applied for."""
    of_person = HeadRequest.objects.filter(application__applicant_id=application.applicant_id)
    return list(of_person.only("application_id", "revision", "answer", "sent_at"))


def _confirmed(application: Application, asked: list[HeadRequest]) -> bool:
    confirmed = (HeadRequest.Answer.CONFIRMED, application.pk, application.revision)
    return any((each.answer, each.application_id, each.revision) == confirmed for each in asked)


def _require_askable(
    application: Application, asked: list[HeadRequest], *, email: str, at: datetime
) -> None:
    if email.casefold() == application.applicant.email.casefold():
        raise NotAllowed(
            translation.gettext("You cannot confirm it yourself. Name somebody above you.")
        )
    if application.state != State.SUBMITTED or _confirmed(application, asked):
        raise NotAllowed(translation.gettext("No confirmation is needed now."))
    lately = [each.application_id for each in asked if each.sent_at > at - ONE_DAY]
    if lately.count(application.pk) >= REQUESTS_A_DAY or len(lately) >= REQUESTS_OF_A_PERSON:
        raise NotAllowed(
            translation.gettext("No more requests can be sent today. Try again tomorrow.")
        )


def mail_head(application: Application, name: str, request: HeadRequest, *, at: datetime) -> None:
    """Write a notice to the head of unit, in the scheme's language, with their signed link."""
    notify(
        application,
        name,
        to=request.email,
        language=application.rules.language,
        at=at,
        request=request,
        token=head_link.token(request),
    )


@transaction.atomic
def answer_as_head(
    *, request: HeadRequest, answer: str, at: datetime, reason: str = "", plan: str = ""
) -> HeadRequest:
    """Store what the head of unit answers, tell the applicant, and return the request.

    Takes a reason with a refusal, and how the content is passed on with a confirmation. Raises
    NotAllowed when it was answered before, is too old or was passed on to somebody else, or the
    application has changed or was decided since.
    """
    application = locked(request.application)
    request = HeadRequest.objects.select_for_update(no_key=True).get(pk=request.pk)
    request.application = application
    if head_link.standing(request, at=at) != head_link.Standing.OPEN:
        raise NotAllowed(
            translation.gettext(
                "This request can no longer be answered. "
                "If an answer is needed, the applicant can send you a new one."
            )
        )
    request.answer, request.answered_at = answer, at
    request.reason, request.plan = reason, plan
    request.save()
    _tell_head_answer(application, request, at=at)
    return request


def _tell_head_answer(application: Application, request: HeadRequest, *, at: datetime) -> None:
    confirmed = request.answer == HeadRequest.Answer.CONFIRMED
    kind = Event.Kind.HEAD_CONFIRMED if confirmed else Event.Kind.HEAD_DECLINED
    record(application, kind, by_name=request.name, at=at, text=request.reason or request.plan)
    notify_applicant(application, "head_answer", at=at, request=request)
