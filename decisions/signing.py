"""Signing to grant or to refuse, one application or several in a row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Mandate
from applications.models import Application, Event, State
from applications.recording import history_at_once
from applications.services import NotAllowed, Stale, locked, record
from database.reads import reading_once
from decisions.deciding import Result, conclude, void, void_for_amount
from decisions.models import GRANT, REFUSE, Signature
from decisions.offers import Offer, offer
from decisions.standing import CaseFiles, Standing
from drawing.wording import moment, money


@dataclass(frozen=True)
class Ballot:
    """What somebody signs: to grant an amount, or to refuse for reasons."""

    outcome: str
    amount: Decimal | None
    reasons: list[str]
    text: str

    def says(self, signature: Signature) -> bool:
        """Tell whether a signature says this already; no words leave those that are there."""
        mine = (self.outcome, self.amount, self.reasons)
        same = mine == (signature.outcome, signature.amount, signature.reasons)
        return same and self.text in ("", signature.text)


# Signing


@transaction.atomic
@reading_once()
@history_at_once()
def sign(
    *,
    application: Application,
    by: Any,
    outcome: str,
    revision: int,
    at: datetime,
    amount: Decimal | None = None,
    reasons: Sequence[str] = (),
    text: str = "",
    capacity: str | None = None,
) -> Result:
    """Sign to grant or to refuse; the last signature that agrees decides, under lock (R21, R27).

    Takes the `revision` that was read, and for a grant the `amount` that was shown (None takes what
    the rules give now). Signing otherwise than before voids one's own first signature; signing the
    same again tries to decide anew. Changes the signatures and, with a decision, the pool, the
    application, letter, invoice and notice. What hinders a decision comes back as an obstacle, and
    the signature is kept. Raises NotAllowed for whoever may not sign this, Stale when the answers
    have changed since.
    """
    application = locked(application)
    _require_unchanged(application, revision)
    files = CaseFiles([application], application.rules.local_day(at))
    standing = files.standing(application, by)
    if not standing.mandates:
        raise NotAllowed(standing.obstacle)
    granting = outcome == GRANT
    offered = offer(application, on=files.on, at=at, files=files) if granting else None
    ballot = _ballot(application, outcome, offered, amount, reasons, text)
    signature = standing.signed
    if signature is None or not _stands(signature, application, ballot):
        signature = _sign_anew(application, files, standing, ballot, capacity, by=by, at=at)
    signature.application = application
    return conclude(application, signature, files, offered, by=by, at=at)


def _stands(signature: Signature, application: Application, ballot: Ballot) -> bool:
    return signature.revision == application.revision and ballot.says(signature)


def _require_unchanged(application: Application, revision: int) -> None:
    if application.decided_at:
        words = _("This was decided on %(moment)s. Nothing more is to be signed.")
        with timezone.override(application.rules.time_zone):
            raise NotAllowed(words % {"moment": moment(application.decided_at)})
    if application.state != State.SUBMITTED:
        raise NotAllowed(
            _("Only a submitted application can be signed. Its history says what has happened.")
        )
    if application.revision != revision:
        raise Stale(application)


def _ballot(
    application: Application,
    outcome: str,
    offered: Offer | None,
    amount: Decimal | None,
    reasons: Sequence[str],
    text: str,
) -> Ballot:
    if offered:
        _require_offered(offered.amount, amount, application)
        return Ballot(GRANT, offered.amount, [], text.strip())
    if outcome != REFUSE:
        raise ValueError(f"One signs to grant or to refuse, not {outcome!r}.")
    _require_reasons(application, reasons, text)
    return Ballot(REFUSE, None, list(reasons), text.strip())


def _require_offered(offered: Decimal, amount: Decimal | None, application: Application) -> None:
    if not offered:
        raise NotAllowed(
            _(
                "By the rules there is nothing to grant. "
                "Refuse the application, or ask the applicant."
            )
        )
    if amount is not None and amount != offered:
        words = _("What can be granted is now %(amount)s. Look again before you sign.")
        raise NotAllowed(words % {"amount": money(offered, application.rules.currency)})


def _require_reasons(application: Application, reasons: Sequence[str], text: str) -> None:
    known = {each.code for each in application.rules.refusal_reasons}
    if not reasons or set(reasons) - known:
        raise NotAllowed(_("Choose at least one reason for the refusal."))
    # A reason that no rule stands behind says nothing by itself.
    if not text.strip() and not set(reasons) & set(application.rules.rules):
        raise NotAllowed(_("Give the reason in words."))


def _sign_anew(
    application: Application,
    files: CaseFiles,
    standing: Standing,
    ballot: Ballot,
    capacity: str | None,
    *,
    by: Any,
    at: datetime,
) -> Signature:
    mandate = _mandate(standing, capacity)
    with translation.override(application.rules.language):
        changed_mind = _("The signatory has signed otherwise.")
    if standing.signed:
        standing.signed.application = application
        void(standing.signed, reason=changed_mind, by=by, at=at)
    for other in _of_another_amount(files.live(application), ballot):
        other.application = application
        void_for_amount(other, by=by, at=at)
    signature = _write(application, mandate, ballot, by=by, at=at)
    files.signatures[application.pk].append(signature)
    record(application, Event.Kind.SIGNED, by=by, at=at)
    return signature


def _mandate(standing: Standing, capacity: str | None) -> Mandate:
    held = [each for each in standing.mandates if capacity in (None, each.capacity)]
    if not held:
        raise NotAllowed(
            _("You hold no such mandate, or somebody has signed by it. Open the case again.")
        )
    if standing.signed:
        held.sort(key=lambda each: each.capacity != standing.signed.capacity)
    return held[0]


def _of_another_amount(live: list[Signature], ballot: Ballot) -> list[Signature]:
    if ballot.outcome != GRANT:
        return []
    return [each for each in live if each.outcome == GRANT and each.amount != ballot.amount]


def _write(
    application: Application, mandate: Mandate, ballot: Ballot, *, by: Any, at: datetime
) -> Signature:
    return Signature.objects.create(
        application=application,
        signatory=by,
        name=str(by),
        capacity=mandate.capacity,
        deputy=mandate.deputy,
        ground=mandate.ground,
        revision=application.revision,
        signed_at=at,
        **vars(ballot),
    )


def sign_many(
    *, applications: Iterable[Application], by: Any, at: datetime
) -> list[tuple[Application, Result | str]]:
    """Sign to grant several that have nothing to judge, each in a transaction of its own.

    Returns each with its result, or with the sentence that says why it was not signed.
    """
    return [(each, _sign_one_of_many(each, by=by, at=at)) for each in applications]


def _sign_one_of_many(application: Application, *, by: Any, at: datetime) -> Result | str:
    try:
        offered = offer(application, on=application.rules.local_day(at), at=at)
        if offered.lowered or not offered.assessment.all_met:
            return _("There is something to judge here. Open it and sign it by itself.")
        return sign(
            application=application,
            by=by,
            outcome=GRANT,
            revision=application.revision,
            at=at,
            amount=offered.amount,
        )
    except NotAllowed as obstacle:
        return str(obstacle)
    except Stale:
        return _("The answers have changed. Open it and read it again.")
