"""The worked examples of refunds state the same when they are typed into the pages."""

from dataclasses import replace
from datetime import date

import pytest

from schemes.registry import get
from tests.schemes.test_fastlege_forms import APPLICANT
from tests.schemes.test_worked import WORKED

pytestmark = pytest.mark.django_db

CASES = [case for case in WORKED if case["facts"]["scheme"] == "fastlege"]


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


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
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
