"""The worked examples of the refund scheme come out exactly, from the function and from the command."""

import json
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from schemes.registry import get

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


def test_there_are_twelve_examples():
    assert len(CASES) == 12
