"""Facts and terms of the refund scheme in named situations: one good application, and how others differ."""

from datetime import date
from decimal import Decimal
from typing import Any

from schemes.fastlege import facts, rules
from schemes.fastlege.terms import Rate, Terms
from tests.schemes import changing

# A self-employed GP, a listed course in June 2022, one whole day away: every rule is met.
GOOD: dict[str, Any] = {
    "scheme": "fastlege",
    "submitted_at": "2022-06-20T10:00:00+02:00",
    "decided_on": "2022-08-15",
    "applicant": {"kind": "self_employed"},
    "course": {
        "pre_approved": True,
        "topic_accepted": None,
        "starts_on": "2022-06-07",
        "ends_on": "2022-06-10",
    },
    "fee_paid": "3200",
    "other_funding": "0",
    "absence": [{"on": "2022-06-07", "part": "whole", "hours": None}],
    "documents": {
        "certificate_issued_on": "2022-06-13",
        "certificate_accepted": True,
        "absence_accepted": True,
    },
    "history": {"units_used": {}},
    "pool_remaining": "24000000",
}

RATES = (
    Rate(date(2020, 1, 1), Decimal(8080), Decimal(4040)),
    Rate(date(2022, 1, 1), Decimal(8500), Decimal(4250)),
    Rate(date(2023, 1, 1), Decimal(8750), Decimal(4375)),
)

TERMS = Terms(
    valid_from=date(2021, 8, 17),
    first_day=date(2021, 8, 17),
    last_day=None,
    fee_cap=Decimal(4000),
    units=4,
    units_per="year",
    whole_day_above=Decimal(4),
    half_day_from=Decimal(2),
    municipality_day_rate=True,
    appropriation=Decimal(24_000_000),
    overtaking=False,
    answer_days=30,
    payment_days=30,
    contact="fastlegekurs-ksfond@legeforeningen.no",
    payer="Den norske legeforening",
    rates=RATES,
)


def away(*days):
    """Return absence: `away("2022-06-07", ("2022-06-08", "half"), ("2022-06-09", "whole", "3"))`."""
    rows = [(each,) if isinstance(each, str) else each for each in days]
    defaults = ("", "whole", None)
    return [
        dict(zip(("on", "part", "hours"), row + defaults[len(row) :], strict=True)) for row in rows
    ]


def said(**changes):
    """Return the good application with some facts changed: `applicant__kind="municipality"`."""
    return changing.changed(GOOD, **changes)


def without(*names):
    """Return the good application without some facts: `"course.starts_on"`."""
    return changing.without(GOOD, *names)


def assessed(*, terms=TERMS, **changes):
    """Return the assessment of the good application with some facts changed."""
    return rules.assess(facts.read(said(**changes)), terms)


def drafted(data, *, terms=TERMS):
    """Return the assessment of facts that may be incomplete."""
    return rules.assess(facts.read(data, complete=False), terms)
