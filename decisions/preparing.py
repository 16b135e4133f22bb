"""Preparing a decision: an amount is lowered, the applicant asked back, a note written, a bias declared."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import mandates
from applications import services as applications
from applications.models import Application, Event, Question, State
from applications.services import NotAllowed, locked, record
from decisions.deciding import void, void_for_amount
from decisions.models import GRANT, Lowering, Recusal
from decisions.offers import offer
from decisions.standing import may_sign
from drawing.wording import money


@transaction.atomic
def lower(
    *, application: Application, amount: Decimal, reason: str, by: Any, at: datetime
) -> Lowering:
    """Lower what may be granted, with a reason, and return the row; signatures so far are void.

    Raises NotAllowed for whoever may not prepare the case, without a reason, or when the amount is
    not above 0 and below what can be granted now: raising is impossible.
    """
    application = locked(application)
    require_preparing(application, by, at=at)
    offered = offer(application, on=application.rules.local_day(at), at=at).amount
    if not 0 < amount < offered:
        raise NotAllowed(_("An amount can only be lowered, and not to nothing."))
    if not reason.strip():
        raise NotAllowed(_("Say why the amount is lowered."))
    row = Lowering.objects.create(
        application=application, amount=amount, reason=reason.strip(), by=by, at=at
    )
    words = f"{money(amount, application.rules.currency)}: {reason.strip()}"
    record(application, Event.Kind.LOWERED, by=by, at=at, text=words, internal=True)
    for signature in application.signatures.live().filter(outcome=GRANT):
        void_for_amount(signature, by=by, at=at)
    return row


@transaction.atomic
def ask_back(
    *, application: Application, steps: Iterable[str], text: str, by: Any, at: datetime
) -> Question:
    """Return the application to the applicant with a question, limited to named steps.

    Signatures so far are void: the answers will be others. Returns the question. Raises NotAllowed
    for whoever may not prepare the case, without words or steps, or when it is not submitted.
    """
    application, steps = locked(application), list(steps)
    require_preparing(application, by, at=at)
    if not text.strip() or not steps:
        raise NotAllowed(_("Write what you want to know, and choose the steps to change."))
    with translation.override(application.rules.language):
        reason = _("The application was asked back.")
    for signature in application.signatures.live():
        void(signature, reason=reason, by=by, at=at)
    return applications.ask_back(
        application=application, steps=steps, text=text.strip(), by=by, at=at
    )


@transaction.atomic
def note(*, application: Application, text: str, by: Any, at: datetime) -> Event:
    """Write a note that only the office reads, and return it. Raises NotAllowed without a mandate."""
    application = locked(application)
    _require_signatory(application, by, at=at)
    if not text.strip():
        raise NotAllowed(_("Write something first."))
    kind = Event.Kind.NOTED
    return record(application, kind, by=by, at=at, text=text.strip(), internal=True)


@transaction.atomic
def recuse(*, application: Application, by: Any, reason: str, at: datetime) -> Recusal:
    """Stand aside in one case because of a bias, for good (R21); return the row.

    One's own signature is void. Raises NotAllowed without a mandate or a reason, and after the
    decision.
    """
    application = locked(application)
    _require_signatory(application, by, at=at)
    require_undecided(application)
    if not reason.strip():
        raise NotAllowed(_("Say in a few words what the bias is."))
    row, created = Recusal.objects.get_or_create(
        application=application, user=by, defaults={"reason": reason.strip(), "at": at}
    )
    if created:
        kind = Event.Kind.RECUSED
        record(application, kind, by=by, at=at, text=reason.strip(), internal=True)
        _void_own(application, by=by, at=at)
    return row


def _void_own(application: Application, *, by: Any, at: datetime) -> None:
    with translation.override(application.rules.language):
        reason = _("The signatory has declared a bias.")
    for signature in application.signatures.live().filter(signatory=by):
        void(signature, reason=reason, by=by, at=at)


# Who may


def _require_signatory(application: Application, by: Any, *, at: datetime) -> None:
    scheme, on = application.rules, application.rules.local_day(at)
    if not mandates.holds(by, *scheme.signing, scheme=scheme.slug, on=on):
        raise NotAllowed(
            _(
                "You have no mandate to sign here today. "
                "If you should have one, ask the administrator of the scheme."
            )
        )


def require_undecided(application: Application) -> None:
    """Raise NotAllowed once nobody can stand aside any more, because it has been decided."""
    if not application.undecided:
        raise NotAllowed(_("It has been decided already. Tell the office about your bias."))


def require_preparing(application: Application, by: Any, *, at: datetime) -> None:
    """Raise NotAllowed unless the person is an unbiased signatory and the case is to be decided."""
    _require_signatory(application, by, at=at)
    standing = may_sign(application, by, application.rules.local_day(at))
    if standing.biased:
        raise NotAllowed(standing.obstacle)
    if application.state != State.SUBMITTED:
        raise NotAllowed(
            _("Only a submitted application can be worked on. Its history says what has happened.")
        )
