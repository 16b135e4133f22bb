"""The worked examples of refunds come out exactly when they are typed in, sent in and decided."""

from datetime import date
from decimal import Decimal

import pytest

from applications.models import Event, State
from invoicing.services import current
from schemes.models import AllowanceEntry, Pool
from tests import factories
from tests.decisions.test_refund import ABSENCE, CERTIFICATE, granted, judged, officer, submitted
from tests.decisions.worked import Applicant, Signatory, cases_of, steps_of
from tests.schemes.test_fastlege_forms import APPLICANT, LISTED

pytestmark = pytest.mark.django_db

CASES = cases_of("fastlege")
BY_NAME = pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def typed(facts):
    """Return what the applicant of an example sends from each page."""
    course, documents = facts["course"], facts["documents"]
    other = {"organiser": "Demo", "evaluates_own_practice": "yes"}
    days = {name: course[name] for name in ("starts_on", "ends_on")}
    return {
        "applicant": APPLICANT | facts["applicant"],
        "course": days
        | ({"title": LISTED} if course["pre_approved"] else other | {"title": "Et annet kurs"}),
        "absence": _table(facts["absence"]),
        "fee": {name: facts[name].replace(".", ",") for name in ("fee_paid", "other_funding")},
        "papers": {"certificate_issued_on": documents["certificate_issued_on"] or ""},
    }


def _table(absence):
    return {
        f"absence-{place}-{what}": (each[what] or "").replace(".", ",")
        for place, each in enumerate(absence)
        for what in ("on", "part", "hours")
    }


def attached(facts):
    """Return the papers that the applicant of an example has."""
    certificate = facts["documents"]["certificate_issued_on"]
    return [*(["certificate"] if certificate else []), *(["absence"] if facts["absence"] else [])]


def used_before(units):
    """Let the same GP have been granted so many half days of other courses of the year."""
    for year, used in units.items():
        course = {"title": LISTED, "starts_on": f"{year}-05-02", "ends_on": f"{year}-05-06"}
        days = [f"{year}-05-{2 + nth:02}|half|" for nth in range(used)]
        by = officer()
        granted(judged(submitted(absence=days, course=course), by=by), by)
        assert sum(AllowanceEntry.objects.values_list("units", flat=True)) == used


def sent_in(facts, hold):
    """Return the application of an example, written on the pages and sent in at its moment."""
    used_before(facts["history"]["units_used"])
    hold(facts["submitted_at"])
    applicant, answers = Applicant("fastlege"), typed(facts)
    for slug in steps_of("fastlege"):
        papers = attached(facts) if slug == "papers" else ()
        assert applicant.fill(slug, answers[slug], papers) == {}
    return applicant.send()


def before_the_officer(facts, hold):
    """Return the case officer with the case on the day of its decision, papers judged."""
    application = sent_in(facts, hold)
    assert application.state == State.SUBMITTED
    hold(f"{facts['decided_on']}T12:00")
    left = Decimal(facts["pool_remaining"])
    for pool in Pool.objects.filter(scheme="fastlege"):
        factories.with_budget(pool, pool.committed + left)
    by = Signatory("case_officer", application)
    facts_of = {"certificate": CERTIFICATE, "absence": ABSENCE}
    papers = [facts_of[kind].replace(".", "__") for kind in attached(facts)]
    if papers:
        by.judges(**dict.fromkeys(papers, True))
    return by


def check(expected, found):
    """Compare what the rules say, or a decision's copy of it, with an example."""
    details = found["details"]
    assert found["rules"] == expected["rules"]
    assert Decimal(found["amount"]) == Decimal(expected["amount"])
    assert Decimal(details["fee"]) == Decimal(expected["fee"])
    assert Decimal(details["compensation"]) == Decimal(expected["compensation"])
    assert details["units"] == expected["units"]


def read(assessment):
    return {
        "rules": assessment.rules,
        "amount": assessment.amount,
        "details": assessment.details,
    }


def kept(decision):
    """Return what a decision keeps of the rules' word."""
    plain = decision.assessment
    stopping = [each["rule"] for each in plain["findings"] if each["level"] in ("refuse", "wait")]
    return {"rules": stopping, "amount": plain["amount"], "details": plain}


def drawn(application):
    """Return the half days that a case has drawn, by year."""
    entries = AllowanceEntry.objects.filter(subject=application.uuid)
    return {str(each.allowance.year): each.units for each in entries}


@BY_NAME
def test_typed_in_and_decided_it_comes_out_as_the_example_says(case, hold):
    by, expected = before_the_officer(case["facts"], hold), case["expected"]
    found = by.reads()
    assert found.outcome == expected["outcome"]
    check(expected, read(found))
    {"grant": is_granted, "wait": waits, "refuse": is_refused}[found.outcome](by, case)


def is_granted(by, case):
    application, expected = by.grants(), case["expected"]
    decision = application.decision
    assert (application.state, decision.outcome) == (State.APPROVED, "grant")
    assert decision.decided_on == date.fromisoformat(case["facts"]["decided_on"])
    check(expected, kept(decision))
    amount = Decimal(expected["amount"])
    statement = current(application)
    assert (application.granted, decision.amount, statement.amount) == (amount,) * 3
    assert drawn(application) == expected["units"]
    left = application.pool.remaining
    assert left == Decimal(case["facts"]["pool_remaining"]) - amount


def waits(by, case):
    application = by.grants()
    assert application.state == State.SUBMITTED
    assert not hasattr(application, "decision")
    assert not application.invoices.exists()
    assert drawn(application) == {}
    assert application.events.filter(kind=Event.Kind.SIGNED).exists()


def is_refused(by, case):
    assert by.grants().state == State.SUBMITTED
    application = by.refuses()
    decision = application.decision
    assert (application.state, decision.outcome) == (State.REFUSED, "refuse")
    assert decision.reasons == case["expected"]["rules"]
    check(case["expected"], kept(decision))
    assert (application.granted, drawn(application)) == (None, {})
    assert not application.invoices.exists()


def test_every_example_of_the_scheme_is_lived_through():
    assert len(CASES) == 12
    assert {case["expected"]["outcome"] for case in CASES} == {"grant", "wait", "refuse"}
