"""Facts and terms of RFR in named situations: one good application, and how others differ from it."""

from datetime import date
from decimal import Decimal
from typing import Any

from schemes.rfr import facts, rules
from schemes.rfr.terms import Terms
from tests.schemes import changing

# Malmö on site in May 2024: every rule is met, the cap decides.
GOOD: dict[str, Any] = {
    "scheme": "rfr",
    "submitted_at": "2024-02-01T10:00:00+01:00",
    "decided_on": "2024-03-04",
    "course": {
        "attendance": "on_site",
        "country": "SE",
        "starts_on": "2024-05-15",
        "ends_on": "2024-05-17",
        "external": True,
    },
    "participant": {"specialist": True, "employed_in_region": True},
    "costs": {"fee": "6000", "travel": "3500", "lodging": "1500"},
    "other_funding": "0",
    "requested": "20000",
    "own_contribution": None,
    "statements": {"active_participation": True, "dissemination": True, "feedback_plan": True},
    "history": {"live_grants_this_year": 0},
    "pool_remaining": "1750000",
}

TERMS = Terms(
    valid_from=date(2024, 1, 1),
    caps={
        "sweden": Decimal(5000),
        "europe": Decimal(10000),
        "world": Decimal(20000),
        "digital": Decimal(5000),
    },
    share=Decimal("0.50"),
    budgets=(Decimal(1750000), Decimal(1750000)),
    zones={"SE": "sweden", "DE": "europe", "TR": "europe", "XK": "europe"},
    breaks=(),
    summer_weeks=(26, 32),
    winter_days=("12-20", "01-06"),
    unit_confirmation=True,
    partial_grants=False,
    overtaking=False,
    answer_days=21,
    report_days=60,
    invoice_months=1,
    invoice_days=30,
    buyer_name="Koncernkontoret",
    customer_number="i84201",
    orderer_id="4270700",
)


def said(**changes):
    """Return the good application with some facts changed: `course__country="DE"`."""
    return changing.changed(GOOD, **changes)


def without(*names):
    """Return the good application without some facts: `"course.country"`."""
    return changing.without(GOOD, *names)


def assessed(*, terms=TERMS, **changes):
    """Return the assessment of the good application with some facts changed."""
    return rules.assess(facts.read(said(**changes)), terms)


def drafted(data, *, terms=TERMS):
    """Return the assessment of facts that may be incomplete."""
    return rules.assess(facts.read(data, complete=False), terms)


def level(assessment, rule):
    """Return the level of one rule's finding, or None where the rule has nothing to say."""
    found = [finding.level.value for finding in assessment.findings if finding.rule == rule]
    return found[0] if found else None


def text(assessment, rule):
    """Return the sentence of one rule's finding, with ordinary spaces."""
    found = [str(finding.text) for finding in assessment.findings if finding.rule == rule]
    return found[0].replace("\N{NO-BREAK SPACE}", " ")
