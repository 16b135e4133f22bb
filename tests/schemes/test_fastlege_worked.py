"""The worked examples of the refund scheme come out exactly, from the function and from the command."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from schemes.registry import get
from tests.schemes.test_fastlege_forms import APPLICANT

pytestmark = pytest.mark.django_db

WORKED = json.loads((Path(__file__).parent.parent / "worked.json").read_text())
CASES = [case for case in WORKED if case["facts"]["scheme"] == "fastlege"]
BY_NAME = pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])


def told(case, monkeypatch):
    monkeypatch.setattr("sys.stdin", StringIO(json.dumps(case["facts"]) + "\n"))
    out = StringIO()
    call_command("assess", stdout=out)
    return json.loads(out.getvalue())


def check(expected, *, outcome, amount, rules, details):
    assert outcome == expected["outcome"]
    assert Decimal(amount) == Decimal(expected["amount"])
    assert rules == expected["rules"]
    assert Decimal(details["fee"]) == Decimal(expected["fee"])
    assert Decimal(details["compensation"]) == Decimal(expected["compensation"])
    assert details["units"] == expected["units"]


@BY_NAME
def test_the_rules_give_what_the_example_says(case):
    scheme = get(case["facts"]["scheme"])
    facts = scheme.read_facts(case["facts"])

    assessment = scheme.assess(facts, scheme.terms(facts))

    check(
        case["expected"],
        outcome=assessment.outcome,
        amount=assessment.amount,
        rules=assessment.rules,
        details=assessment.details,
    )


@BY_NAME
def test_the_command_tells_what_the_example_says(case, monkeypatch):
    answer = told(case, monkeypatch)

    stopping = [each["rule"] for each in answer["findings"] if each["level"] in ("refuse", "wait")]
    check(
        case["expected"],
        outcome=answer["outcome"],
        amount=answer["amount"],
        rules=stopping,
        details=answer,
    )


def typed(facts):
    """Return how the applicant of an example would have filled in the pages."""
    listed = {"title": "SKIL – Vanedannende midler"}
    other = {"title": "Et annet kurs", "organiser": "Demo", "evaluates_own_practice": "yes"}
    course, documents = facts["course"], facts["documents"]
    days = [f"{each['on']}|{each['part']}|{each['hours'] or ''}" for each in facts["absence"]]
    return {
        "applicant": APPLICANT | facts["applicant"],
        "course": (listed if course["pre_approved"] else other)
        | {name: course[name] for name in ("starts_on", "ends_on")},
        "absence": {"absence": days},
        "fee": {name: facts[name].replace(".", ",") for name in ("fee_paid", "other_funding")},
        "papers": {"certificate_issued_on": documents["certificate_issued_on"] or ""},
    }


@BY_NAME
def test_the_pages_state_what_the_example_says(case):
    told, scheme = case["facts"], get(case["facts"]["scheme"])
    answers = typed(told)
    for step in scheme.steps:
        form = step.form(data=answers[step.slug], on=date(2022, 8, 15), others=answers)
        assert form.is_valid(), form.errors

    stated = scheme.read(answers).stated

    # What the case officer judges and the house knows comes beside it.
    known = {
        name: told[name] for name in ("submitted_at", "decided_on", "history", "pool_remaining")
    }
    judged = {"documents": told["documents"] | stated["documents"]}
    facts = scheme.read_facts(stated | known | judged)
    assert replace(facts, evaluates_own_practice=None) == scheme.read_facts(told)


def test_there_are_twelve_examples():
    assert len(CASES) == 12
