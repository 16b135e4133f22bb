"""The signed link by which a head of unit answers without an account, and what it is good for."""

from datetime import datetime, timedelta
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.db.models import TextChoices

from applications.models import WAITING, Application, HeadRequest, State

LINK_DAYS = timedelta(days=30)


class Standing(TextChoices):
    """What a request to a head of unit is good for now."""

    OPEN = "open"
    ANSWERED = "answered"
    EXPIRED = "expired"
    CHANGED = "changed"  # other answers are being asked, or will be: a new request comes
    PASSED_ON = "passed_on"  # somebody else was asked instead, or has confirmed
    CLOSED = "closed"  # decided or withdrawn


def token(request: HeadRequest) -> str:
    """Return what stands in the link: the request's name, signed."""
    return _signer().sign(str(request.uuid))


def find(text: str) -> HeadRequest | None:
    """Return the request that a link names, or None when the link is not one of ours."""
    try:
        uuid = UUID(_signer().unsign(text))
    except (BadSignature, ValueError):
        return None
    requests = HeadRequest.objects.select_related("application__organisation")
    return requests.filter(uuid=uuid).first()


def standing(request: HeadRequest, *, at: datetime) -> Standing:
    """Return what a request is good for at a moment. It can be answered only while OPEN."""
    application = request.application
    if request.answer:
        return _read_again(request, at=at)
    if application.state not in WAITING:
        return Standing.CLOSED
    if application.state == State.RETURNED or request.revision != application.revision:
        return Standing.CHANGED
    if _passed_on(request):
        return Standing.PASSED_ON
    return Standing.EXPIRED if at >= request.sent_at + LINK_DAYS else Standing.OPEN


def needed(application: Application) -> HeadRequest | None:
    """Return the request that the application still waits for, or None when it waits for none.

    That is the last one about the answers as they are, unless somebody has confirmed them. Reads
    `head_requests` as they were fetched.
    """
    asked = [each for each in application.head_requests.all() if _is_current(each, application)]
    if any(each.answer == HeadRequest.Answer.CONFIRMED for each in asked):
        return None
    return asked[-1] if asked else None


def confirmed(application: Application) -> HeadRequest | None:
    """Return the last confirmation, of whatever answers: that head of unit reads the report."""
    asked = application.head_requests.filter(answer=HeadRequest.Answer.CONFIRMED)
    return asked.order_by("answered_at").last()


def _read_again(request: HeadRequest, *, at: datetime) -> Standing:
    # What was answered can be read for a while, and again once there is a report (R32).
    last = max(filter(None, [request.answered_at, request.application.reported_at]))
    return Standing.EXPIRED if at >= last + LINK_DAYS else Standing.ANSWERED


def _passed_on(request: HeadRequest) -> bool:
    # Sent again to the same person, the older mail's link still works.
    later = request.application.head_requests.filter(
        revision=request.revision, pk__gt=request.pk
    ).exclude(email__iexact=request.email)
    answers = request.application.head_requests.filter(revision=request.revision)
    return later.exists() or answers.filter(answer=HeadRequest.Answer.CONFIRMED).exists()


def _is_current(request: HeadRequest, application: Application) -> bool:
    return request.revision == application.revision


def _signer() -> Signer:
    # Without a time of its own: the row knows when it was sent, by the one clock of the house.
    return Signer(sep=".", salt="applications.head")
