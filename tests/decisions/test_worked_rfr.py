"""The worked examples of RFR come out exactly when they are typed in, confirmed and signed by two."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from applications import services
from applications.models import State
from invoicing.services import current
from schemes import clock
from schemes import services as pools
from tests import factories
from tests.decisions.worked import Applicant, Signatory, cases_of, steps_of
from tests.factories import again

pytestmark = pytest.mark.django_db

CASES = cases_of("rfr")
LACKS_A_PLAN = "no plan for passing the content on"
SENT = [case for case in CASES if case["name"] != LACKS_A_PLAN]
BY_NAME = pytest.mark.parametrize("case", SENT, ids=[case["name"] for case in SENT])
JANUARY = datetime(2024, 1, 15, 9, 0, tzinfo=UTC)
DETAILS = ("zone", "pool", "invoice_due_on")
YES = {True: "yes", False: "no"}


def typed(facts):
    """Return what the participant of an example sends from each page."""
    course, who, funding = facts["course"], facts["participant"], facts["other_funding"]
    answers = factories.answers(
        starts_on=date.fromisoformat(course["starts_on"]),
        participant={
            "specialist": YES[who["specialist"]],
            "employed": YES[who["employed_in_region"]],
        },
        course=course | {"external": YES[course["external"]]},
        costs=facts["costs"]
        | {name: facts[name] or "" for name in ("other_funding", "requested", "own_contribution")},
    )
    if funding != "0":
        answers["costs"] |= {"funding_from": "En fond", "funding_from_industry": "no"}
    if not facts["statements"]["feedback_plan"]:
        answers["benefit"] |= {"feedback_plan": ""}
    return answers


def written(facts, hold):
    """Return the participant, who has filled in every page, and what the pages found wrong."""
    for _nth in range(facts["history"]["live_grants_this_year"]):
        factories.approved(at=JANUARY)
    hold(facts["submitted_at"])
    applicant, answers = Applicant("rfr"), typed(facts)
    wrong = {slug: list(applicant.fill(slug, answers[slug])) for slug in steps_of("rfr")}
    return applicant, {slug: names for slug, names in wrong.items() if names}


def signatories(facts, hold):
    """Return chair and representative with the case on the day of its decision."""
    applicant, wrong = written(facts, hold)
    assert wrong == {}
    application = applicant.send()
    assert application.state == State.SUBMITTED
    request = application.head_requests.get()
    services.answer_as_head(request=request, answer="confirmed", at=clock.now())
    hold(f"{facts['decided_on']}T12:00")
    _leave_in_the_pool(application, Decimal(facts["pool_remaining"]))
    return [Signatory(capacity, application) for capacity in ("chair", "representative")]


def _leave_in_the_pool(application, left):
    on = clock.today(application.rules.time_zone)
    pool = pools.pool_for(scheme=application.rules, on=on, at=clock.now())
    factories.with_budget(pool, pool.committed + left)


def check(expected, assessment):
    assert assessment.outcome == expected["outcome"]
    assert assessment.rules == expected["rules"]
    assert assessment.amount == Decimal(expected["amount"])
    assert {name: assessment.details[name] for name in DETAILS} == {
        name: expected[name] for name in DETAILS
    }


@BY_NAME
def test_typed_in_and_signed_it_comes_out_as_the_example_says(case, hold):
    chair, representative = signatories(case["facts"], hold)
    for each in (chair, representative):
        check(case["expected"], each.reads())
    come_out = {"grant": is_granted, "wait": waits, "refuse": is_refused}
    come_out[case["expected"]["outcome"]](chair, representative, case)


def is_granted(chair, representative, case):
    expected, amount = case["expected"], Decimal(case["expected"]["amount"])
    assert chair.grants().state == State.SUBMITTED
    application = representative.grants()
    decision, invoice = application.decision, current(application)
    assert (application.state, decision.outcome) == (State.APPROVED, "grant")
    assert (application.granted, decision.amount, invoice.amount) == (amount,) * 3
    assert decision.decided_on == date.fromisoformat(case["facts"]["decided_on"])
    assert decision.assessment["zone"] == expected["zone"]
    assert application.pool.key == expected["pool"]
    assert invoice.due_on == date.fromisoformat(expected["invoice_due_on"])


def waits(chair, representative, case):
    chair.grants()
    application = representative.grants()
    assert application.state == State.SUBMITTED
    assert not hasattr(application, "decision")
    assert not application.invoices.exists()
    assert application.signatures.live().count() == 2


def is_refused(chair, representative, case):
    chair.grants(), representative.grants()
    assert again(chair.application).state == State.SUBMITTED
    chair.refuses()
    application = representative.refuses()
    assert (application.state, application.decision.outcome) == (State.REFUSED, "refuse")
    assert application.decision.reasons == case["expected"]["rules"]
    assert not application.invoices.exists()


def test_r33_the_pages_let_nobody_send_in_without_a_plan_for_passing_the_content_on(hold):
    case = next(case for case in CASES if case["name"] == LACKS_A_PLAN)
    applicant, wrong = written(case["facts"], hold)
    assert wrong == {"benefit": ["feedback_plan"]}
    assert applicant.send().state == State.DRAFT
    assert case["expected"]["rules"] == ["R33"]


def test_every_example_of_the_scheme_is_lived_through():
    assert len(SENT) == len(CASES) - 1 == 19
    assert {case["expected"]["outcome"] for case in SENT} == {"grant", "wait", "refuse"}
