"""The worked examples of both schemes come out exactly, from the function and from the command."""

import json
from collections import Counter
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from schemes.registry import get

pytestmark = pytest.mark.django_db

WORKED = json.loads((Path(__file__).parent.parent / "worked.json").read_text())
BY_NAME = pytest.mark.parametrize("case", WORKED, ids=[case["name"] for case in WORKED])
AMOUNTS = {"amount", "fee", "compensation"}


def same(name, told, expected):
    return Decimal(told) == Decimal(expected) if name in AMOUNTS else told == expected


def check(told, expected):
    """Hold what was told against all that an example names."""
    assert [name for name in expected if not same(name, told[name], expected[name])] == []


@BY_NAME
def test_the_rules_give_what_the_example_says(case):
    scheme = get(case["facts"]["scheme"])
    facts = scheme.read_facts(case["facts"])

    found = scheme.assess(facts, scheme.terms(facts))

    told = {"outcome": found.outcome, "amount": found.amount, "rules": found.rules}
    check(found.details | told, case["expected"])


@BY_NAME
def test_the_command_tells_what_the_example_says(case, monkeypatch):
    monkeypatch.setattr("sys.stdin", StringIO(json.dumps(case["facts"]) + "\n"))
    out = StringIO()

    call_command("assess", stdout=out)

    told = json.loads(out.getvalue())
    stopping = [each["rule"] for each in told["findings"] if each["level"] in ("refuse", "wait")]
    check(told | {"rules": stopping}, case["expected"])


def test_none_of_the_examples_is_missing():
    assert Counter(case["facts"]["scheme"] for case in WORKED) == {"rfr": 20, "fastlege": 12}
