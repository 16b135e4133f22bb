"""The decision letter: a copy of everything that was decided, and why, in the scheme's language."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from applications import confirmation
from decisions.models import GRANT, Decision, Lowering, Signature
from schemes.base import Scheme
from schemes.findings import Assessment, Finding, Level, Line


def snapshot(
    decision: Decision,
    *,
    signatures: Sequence[Signature],
    assessment: Assessment,
    lowering: Lowering | None,
) -> dict[str, Any]:
    """Return what the letter states, as plain JSON in the scheme's language.

    Amounts are text, days and times ISO text under names that end in `_on` and `_at`, or `at`. The personal
    number is never there.
    """
    application, scheme = decision.application, decision.application.rules
    with translation.override(scheme.language):
        return {
            "scheme": scheme.as_json(),
            "reference": application.reference,
            "outcome": decision.outcome,
            "amount": None if decision.amount is None else str(decision.amount),
            "decided_on": decision.decided_on.isoformat(),
            "pool": scheme.pool_title(decision.pool.key) if decision.pool else "",
            **confirmation.columns(application),
            "submitted_at": scheme.local(application.submitted_at).isoformat(),
            "arithmetic": [line.as_json() for line in _arithmetic(decision, assessment)],
            "lowered": _lowered(decision, lowering, assessment),
            "findings": _findings(scheme, decision, assessment),
            "reasons": _reasons(scheme, decision),
            "text": decision.text,
            "signatures": [_signature(scheme, each) for each in signatures],
            "review": _review(scheme, on=decision.decided_on),
        }


def _review(scheme: Scheme, *, on: date) -> str:
    """Return how to ask for a review: at the scheme's own address, where it has one."""
    if contact := scheme.contact(on=on):
        words = _("Write to %(contact)s with your questions, or to have the decision reviewed.")
        return str(words % {"contact": contact})
    return settings.REVIEW_TEXT


def _arithmetic(decision: Decision, assessment: Assessment) -> list[Line]:
    """Return the sum behind the amount; what was lowered stands in place of what the rules give."""
    lines = list(assessment.arithmetic)
    totals = [place for place, line in enumerate(lines) if line.total]
    if not totals or decision.amount in (None, lines[totals[-1]].amount):
        return lines
    by_rules = [replace(line, total=False) for line in lines[: totals[-1] + 1]]
    return [*by_rules, Line(_("Lowered to"), decision.amount, total=True)]


def _lowered(
    decision: Decision, lowering: Lowering | None, assessment: Assessment
) -> dict[str, str] | None:
    if lowering is None or decision.outcome != GRANT or lowering.amount >= assessment.by_rules:
        return None
    return {
        "by_rules": str(assessment.by_rules),
        "amount": str(lowering.amount),
        "reason": lowering.reason,
    }


def _findings(scheme: Scheme, decision: Decision, assessment: Assessment) -> list[dict[str, str]]:
    """Return the rules that were met, or for a refusal those that were not, with their sentences."""
    levels = [Level.MET, Level.LOOK] if decision.outcome == GRANT else [Level.REFUSE]
    return [_finding(scheme, each) for each in assessment.at(*levels)]


def _finding(scheme: Scheme, finding: Finding) -> dict[str, str]:
    rule = scheme.rules.get(finding.rule)
    return finding.as_json() | {"sentence": str(rule.sentence) if rule else ""}


def _reasons(scheme: Scheme, decision: Decision) -> list[dict[str, str]]:
    labels = {each.code: each.label for each in scheme.refusal_reasons}
    sentences = {number: str(rule.sentence) for number, rule in scheme.rules.items()}
    return [
        {"code": code, "label": str(labels[code]), "sentence": sentences.get(code, "")}
        for code in decision.reasons
    ]


def _signature(scheme: Scheme, signature: Signature) -> dict[str, Any]:
    labels = {each.slug: each.label for each in scheme.capacities}
    return {
        "name": signature.name,
        "capacity": str(labels.get(signature.capacity, signature.capacity)),
        "deputy": signature.deputy,
        "ground": signature.ground,
        "at": scheme.local(signature.signed_at).isoformat(),
    }
