"""Writes a decision with all that follows from it: money, state, letter, invoice, notice."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import translation

from applications.models import Application, Document, Event, State
from applications.services import make_document, move, notify_applicant
from decisions import letter
from decisions.models import REFUSE, Decision, Lowering, Signature
from decisions.offers import Offer
from drawing.wording import money
from invoicing import services as invoicing
from schemes import services as pools
from schemes.findings import Assessment
from schemes.models import Pool


def papers(
    application: Application, live: Sequence[Signature], offered: Offer, *, pool: Pool, at: datetime
) -> Decision:
    """Write decision, letter and notice of a grant from a pool; return the decision.

    Call it in the transaction that then binds the money and grants.
    """
    said = (offered.assessment, offered.terms, offered.lowering)
    decision = _write(application, live, *said, pool=pool, at=at)
    notify_applicant(application, "decided", at=at, decision=decision)
    return decision


def invoice_of(decision: Decision, *, terms: Any) -> invoicing.Draft:
    """Return the invoice of a grant as it will be, before it has its number; nothing is written."""
    return invoicing.draw_up(
        application=decision.application,
        amount=decision.amount,
        decided_on=decision.decided_on,
        at=decision.decided_at,
        decision={**decision.letter.content, "terms": decision.terms},
        terms=terms,
    )


def grant(decision: Decision, assessment: Assessment, terms: Any, *, by: Any) -> None:
    """Grant what was decided and is bound, and draw what it uses of the person's allowances.

    Call it with the pool held: application, pool, allowance, series is the order of all locks. Raises
    AllowanceSpent (L8), and IntegrityError when the person's year is taken (R23).
    """
    application, at = decision.application, decision.decided_at
    _draw_units(application, assessment, terms, by=by, at=at)
    application.granted, application.pool = decision.amount, decision.pool
    application.exclusive_key = application.rules.exclusive_key(application.year)
    words = money(decision.amount, application.rules.currency)
    _decide(application, State.APPROVED, Event.Kind.APPROVED, words, by=by, at=at)


def _draw_units(
    application: Application, assessment: Assessment, terms: Any, *, by: Any, at: datetime
) -> None:
    scheme = application.rules
    if not scheme.has_allowances:
        return
    pools.draw_units(
        scheme=scheme,
        person_key=application.person_key,
        allowances=scheme.allowances(assessment, terms),
        subject=application.uuid,
        at=at,
        by=by,
    )


def refusal(
    application: Application,
    live: Sequence[Signature],
    assessment: Assessment,
    terms: Any,
    *,
    by: Any,
    at: datetime,
) -> Decision:
    """Refuse, write letter, decision and notice; return the decision."""
    why = _why(application, live)
    _decide(application, State.REFUSED, Event.Kind.REFUSED, why, by=by, at=at)
    lowering = application.lowerings.last()
    decision = _write(application, live, assessment, terms, lowering, pool=None, at=at)
    notify_applicant(application, "decided", at=at, decision=decision)
    return decision


# What both write


def _decide(
    application: Application, state: str, kind: str, words: str, *, by: Any, at: datetime
) -> None:
    application.decided_at = at
    changed = ("granted", "pool", "exclusive_key", "decided_at")
    move(application, state, kind=kind, by=by, at=at, text=words, fields=changed)


def _write(
    application: Application,
    live: Sequence[Signature],
    assessment: Assessment,
    terms: Any,
    lowering: Lowering | None,
    *,
    pool: Pool | None,
    at: datetime,
) -> Decision:
    scheme = application.rules
    on = scheme.local_day(at)
    live = sorted(live, key=lambda each: scheme.signing.index(each.capacity))
    decision = Decision(
        application=application,
        outcome=live[0].outcome,
        amount=live[0].amount,
        capacities=[each.capacity for each in live],
        reasons=_reasons(application, live),
        text="\n\n".join(dict.fromkeys(each.text for each in live if each.text)),
        terms=scheme.terms_snapshot(terms),
        pool=pool,
        decided_at=at,
        decided_on=on,
    )
    with translation.override(scheme.language):
        decision.assessment = assessment.as_json()
    decision.letter = _letter(decision, live, assessment, lowering, at=at)
    decision.save(force_insert=True)
    return decision


def _reasons(application: Application, live: Sequence[Signature]) -> list[str]:
    named = {code for each in live for code in each.reasons if each.outcome == REFUSE}
    return [each.code for each in application.rules.refusal_reasons if each.code in named]


def _why(application: Application, live: Sequence[Signature]) -> str:
    """Return the reasons in words and what the signatories wrote, a line for each."""
    labels = {each.code: each.label for each in application.rules.refusal_reasons}
    with translation.override(application.rules.language):
        lines = [str(labels[code]) for code in _reasons(application, live)]
    return "\n".join(dict.fromkeys([*lines, *(each.text for each in live if each.text)]))


def _letter(
    decision: Decision,
    live: Sequence[Signature],
    assessment: Assessment,
    lowering: Lowering | None,
    *,
    at: datetime,
) -> Document:
    return make_document(
        decision.application,
        Document.Kind.LETTER,
        template="decisions/letter.html",
        content=letter.snapshot(
            decision, signatures=live, assessment=assessment, lowering=lowering
        ),
        at=at,
    )
