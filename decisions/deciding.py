"""The decision itself: when all have signed the same, it is read again under lock and written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from applications.assessment import Circumstances
from applications.models import Application, Event
from applications.recording import history_at_once
from applications.services import record
from database.reads import read_anew
from decisions import funds, writing
from decisions.models import GRANT, Decision, Signature
from decisions.offers import Offer, as_held, offer
from decisions.standing import CaseFiles
from invoicing import services as invoicing
from schemes import services as pools
from schemes.findings import Finding, Level

ONE_LIVE_GRANT = "application_one_live_grant"


@dataclass(frozen=True)
class Obstacle:
    """Why nothing is decided although it was signed: the rules in the way, and when or by whom."""

    findings: tuple[Finding, ...]
    sentence: str


class Changed(Exception):
    """With the pool held, what is `offered` is no longer what was signed for."""

    def __init__(self, offered: Offer) -> None:
        super().__init__(str(offered.amount))
        self.offered = offered


@dataclass(frozen=True)
class Result:
    """What came of a signature: it alone, the decision, or what stands in the decision's way."""

    signature: Signature
    decision: Decision | None = None
    obstacle: Obstacle | None = None


def void(signature: Signature, *, reason: str, by: Any, at: datetime) -> None:
    """Make a signature count no longer, and write why into the history of the office."""
    signature.voided_at, signature.void_reason = at, reason
    signature.save(update_fields=["voided_at", "void_reason"])
    words = f"{signature.name}: {reason}"
    kind = Event.Kind.SIGNATURE_VOIDED
    record(signature.application, kind, by=by, at=at, text=words, internal=True)


def conclude(
    application: Application,
    signature: Signature,
    files: CaseFiles,
    offered: Offer | None,
    *,
    by: Any,
    at: datetime,
) -> Result:
    """Decide, if everyone whose signature is needed has signed the same (R21); return the result.

    Call it with the application locked, and for a grant with what was offered. Signatures of people
    whose mandate has ended, or who are biased by now, are voided first.
    """
    live = still_counting(application, files, by=by, at=at)
    if {each.capacity for each in live} != set(application.rules.signing):
        return Result(signature, obstacle=_ceased(application, files, by=by))
    if len({each.outcome for each in live}) > 1:
        return Result(signature, obstacle=_disagreed(application, live, by=by, at=at))
    if live[0].outcome == GRANT:
        made = _grant(application, live, offered, by=by, at=at)
    else:
        made = _refuse(application, live, by=by, at=at)
    if isinstance(made, Obstacle):
        return Result(signature, obstacle=made)
    return Result(signature, decision=made)


def still_counting(
    application: Application, files: CaseFiles, *, by: Any, at: datetime
) -> list[Signature]:
    """Return the signatures that still count on the day of the files, and void the others.

    Call it with the application locked. `by` is None when nobody but the calendar did it.
    """
    for each in files.live(application):
        each.application = application
        if reason := _why_not(each, application, files):
            void(each, reason=reason, by=by, at=at)
    return files.live(application)


def _why_not(signature: Signature, application: Application, files: CaseFiles) -> str | None:
    person = signature.signatory
    with translation.override(application.rules.language):
        if signature.revision != application.revision:
            return _("The application was changed after it was signed.")
        if files.bias(application, person):
            return _("The signatory is biased.")
        if not files.holds(person, signature.capacity, application):
            return _("The mandate of the signatory has ended.")
    return None


def _ceased(application: Application, files: CaseFiles, *, by: Any) -> Obstacle | None:
    """Return whose signature has just ceased to count, and why; None when it is nobody else's."""
    voided = [each for each in files.signatures[application.pk] if each.voided_at]
    gone = [each for each in voided if each.signatory_id != by.pk]
    words = _("The signature of %(name)s no longer counts: %(reason)s")
    said = [words % {"name": each.name, "reason": each.void_reason} for each in gone]
    return Obstacle((), " ".join(said)) if said else None


def _disagreed(
    application: Application, live: Sequence[Signature], *, by: Any, at: datetime
) -> Obstacle:
    record(application, Event.Kind.DISAGREED, by=by, at=at, internal=True)
    words = "; ".join(f"{each.name}: {each.get_outcome_display()}" for each in live)
    return Obstacle((), _("You do not agree, so nothing is decided. %(who)s.") % {"who": words})


# Granting


def _grant(
    application: Application, live: Sequence[Signature], offered: Offer, *, by: Any, at: datetime
) -> Decision | Obstacle | None:
    on = application.rules.local_day(at)
    if obstacle := _hindrance(application, offered, live, by=by, at=at):
        return obstacle
    try:
        with transaction.atomic(), history_at_once():
            return _bind_and_grant(application, live, offered, on=on, by=by, at=at)
    except Changed as changed:
        return _hindrance(application, changed.offered, live, by=by, at=at)
    except pools.PoolTooSmall:
        return _read_again(application, _("There is not enough money left."), on=on, at=at)
    except pools.AllowanceSpent:
        words = _("The participant has used the allowance of the year in another case just now.")
        return _read_again(application, words, on=on, at=at)
    except IntegrityError as error:
        if not _names(error, ONE_LIVE_GRANT):
            raise
        words = _("The participant has been granted another course of the same year just now.")
        return _read_again(application, words, on=on, at=at)


def _bind_and_grant(
    application: Application,
    live: Sequence[Signature],
    offered: Offer,
    *,
    on: date,
    by: Any,
    at: datetime,
) -> Decision:
    """Write what is told of the grant, bind its money, and grant it; return the decision.

    The papers state what the pool had when the offer was read. From the binding on the pool is held and
    nobody else decides, so only what follows from it comes after, with the next number of the invoices.
    """
    pool = pools.pool_for(scheme=application.rules, on=on, at=at)
    decision = writing.papers(application, live, offered, pool=pool, at=at)
    invoice = writing.invoice_of(decision, terms=offered.terms)
    entry = pools.bind(pool=pool, amount=offered.amount, subject=application.uuid, at=at, by=by)
    held = as_held(application, offered, entry, on=on, at=at)
    if not _is_clear(held, live):
        raise Changed(held)
    writing.grant(decision, held.assessment, held.terms, by=by)
    invoicing.open_invoice(draft=invoice, at=at, by=by)
    return decision


def _is_clear(offered: Offer, live: Sequence[Signature]) -> bool:
    return not _stops(offered) and not _outdated(live, offered)


def _stops(offered: Offer) -> tuple[Finding, ...]:
    return offered.assessment.at(Level.REFUSE, Level.WAIT, Level.OPEN)


def _outdated(live: Sequence[Signature], offered: Offer) -> list[Signature]:
    return [each for each in live if each.amount != offered.amount]


def _names(error: IntegrityError, constraint: str) -> bool:
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) == constraint


def _hindrance(
    application: Application, offered: Offer, live: Sequence[Signature], *, by: Any, at: datetime
) -> Obstacle | None:
    """Return what stands in the way of a grant, or None; void what was signed for another amount."""
    if findings := _stops(offered):
        return in_the_way(findings)
    if obstacle := _break(application, on=application.rules.local_day(at)):
        return obstacle
    return _changed_amount(live, offered, by=by, at=at)


def _break(application: Application, *, on: date) -> Obstacle | None:
    if application.rules.may_decide_on(on):
        return None
    return Obstacle((), _("Nothing is decided today: it is a decision break."))


def in_the_way(findings: Sequence[Finding]) -> Obstacle:
    """Return the obstacle that some findings are, with their rules and reasons in words."""
    refused = [each for each in findings if each.level == Level.REFUSE]
    lead = (
        _("The rules do not allow a grant.")
        if refused
        else _("It is signed, and it can be decided when this no longer stands in the way.")
    )
    reasons = [f"{each.rule}: {each.text}" for each in findings]
    return Obstacle(tuple(findings), " ".join([lead, *reasons]))


def _changed_amount(
    live: Sequence[Signature], offered: Offer, *, by: Any, at: datetime
) -> Obstacle | None:
    outdated = _outdated(live, offered)
    for each in outdated:
        void_for_amount(each, by=by, at=at)
    if not outdated:
        return None
    return Obstacle((), _("The amount has changed since it was signed. It must be signed again."))


def void_for_amount(signature: Signature, *, by: Any, at: datetime) -> None:
    """Void a signature that names another amount than may be granted now."""
    with translation.override(signature.application.rules.language):
        reason = _("The amount that can be granted has changed since.")
    void(signature, reason=reason, by=by, at=at)


def _read_again(application: Application, words: str, *, on: date, at: datetime) -> Obstacle:
    """Return the obstacle as the rules put it now that somebody else was quicker."""
    # What was written before the refusal is undone in the database, so also here.
    application.refresh_from_db()
    read_anew(pools.opened)
    read_anew(funds.waiting)
    findings = offer(application, on=on, at=at).assessment.at(Level.REFUSE, Level.WAIT)
    return in_the_way(findings) if findings else Obstacle((), words)


# Refusing


def _refuse(
    application: Application, live: Sequence[Signature], *, by: Any, at: datetime
) -> Decision | Obstacle:
    on = application.rules.local_day(at)
    circumstances = Circumstances([application], on=on, at=at)
    assessment = circumstances.assess(application)
    first = application.rules.before_any_decision
    if held_up := [each for each in assessment.at(Level.WAIT) if each.rule in first]:
        return in_the_way(held_up)
    if obstacle := _break(application, on=on):
        return obstacle
    terms = circumstances.terms(application)
    return writing.refusal(application, live, assessment, terms, by=by, at=at)
