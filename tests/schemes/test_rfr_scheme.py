"""RFR as the house sees it: what the contract asks of every scheme."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from database.reads import reading_once
from schemes.models import Closing, Organisation
from schemes.registry import get
from schemes.rfr import tables
from schemes.services import closed
from tests.schemes.situations import said

pytestmark = pytest.mark.django_db


@pytest.fixture
def rfr():
    return get("rfr")


def d(text):
    return date.fromisoformat(text)


def test_r21_chair_and_representative_sign(rfr):
    assert [capacity.slug for capacity in rfr.capacities] == ["chair", "representative"]


def test_r26_r27_the_pool_of_a_day_has_the_half_years_budget(rfr):
    plan = rfr.pool_on(d("2026-07-01"))

    assert (plan.key, plan.starts_on, plan.ends_on) == ("2026-H2", d("2026-07-01"), d("2026-12-31"))
    assert plan.budget == Decimal(1_750_000)


def test_r26_a_pool_has_a_name_in_words(rfr):
    with translation.override("en"):
        assert rfr.pool_title("2026-H1") == "First half of 2026"
        assert rfr.pool_title("2026-H2") == "Second half of 2026"


def test_r23_a_person_holds_one_live_grant_a_year(rfr):
    assert rfr.exclusive_key(2026) == "rfr-2026"


def test_r29_it_knows_on_which_days_nothing_is_decided(rfr):
    assert rfr.may_decide_on(d("2026-06-21"))
    assert not rfr.may_decide_on(d("2026-06-22"))
    assert not rfr.may_decide_on(d("2026-01-06"))
    assert rfr.next_break(d("2026-03-01")) == (d("2026-06-22"), d("2026-08-09"))
    assert rfr.last_day_to_decide(2026) == d("2026-12-19")


def test_r29_an_answer_is_expected_after_the_break(rfr):
    expected = rfr.answer_expected_on(submitted_on=d("2026-07-01"), starts_on=d("2026-10-01"))

    assert expected == d("2026-08-31")


def test_r32_the_participant_reports_back_within_sixty_days(rfr):
    due = rfr.report_due_on(starts_on=d("2026-05-15"), ends_on=d("2026-05-17"))

    assert due == d("2026-07-16")


def test_r34_the_invoice_is_due_a_month_after_the_first_day(rfr):
    assert rfr.due_on(starts_on=d("2026-01-31"), decided_on=d("2026-01-10")) == d("2026-02-28")


def test_r35_the_buyer_has_its_two_numbers_each_alone(rfr):
    terms = rfr.terms(rfr.read_facts(said()))

    assert rfr.buyer(terms) == {
        "name": "Koncernkontoret",
        "customer_number": "i84201",
        "orderer_id": "4270700",
    }
    assert rfr.packet_parts == ("invoice", "confirmation", "application")


def test_r18_the_head_of_unit_is_asked(rfr):
    assert rfr.asks_head_of_unit(rfr.terms(rfr.read_facts(said())))


def test_a_refusal_names_a_rule_that_the_letter_has(rfr):
    coded = [reason.code for reason in rfr.refusal_reasons]

    assert [code for code in coded if code not in rfr.rules] == ["other"]
    assert len(coded) == len(set(coded))


def test_terms_are_read_once_for_many(rfr, django_assert_num_queries):
    this_year, next_year = (
        rfr.read_facts(said(course__starts_on=f"{year}-09-01", course__ends_on=f"{year}-09-02"))
        for year in (2026, 2027)
    )

    with django_assert_num_queries(1), reading_once():
        kept = [rfr.terms(facts) for facts in (this_year, next_year) * 10]

    assert len({id(each) for each in kept}) == 2


def test_r30_the_terms_are_those_of_the_course_year(rfr):
    facts = rfr.read_facts(
        said(course__starts_on="2027-02-01", course__ends_on="2027-02-02", decided_on="2026-11-25")
    )

    assert rfr.terms(facts) is tables.in_force(2027)


def test_a_draft_without_a_day_has_the_terms_of_the_day_it_is_looked_at(rfr):
    looked_at = rfr.read_facts({"decided_on": "2026-11-25"}, complete=False)

    assert rfr.terms(looked_at) is tables.in_force(2026)
    assert rfr.terms(rfr.read_facts({}, complete=False)).customer_number == "i84201"


def test_a_decision_can_be_read_back_with_its_own_terms(rfr):
    terms = rfr.terms(rfr.read_facts(said()))

    assert rfr.terms_from_snapshot(rfr.terms_snapshot(terms)) == terms


def test_r1_r5_r19_the_money_goes_to_an_administration_that_the_application_names(rfr):
    administration = Organisation.objects.filter(scheme="rfr").first()
    answers = {"participant": {"organisation": str(administration.pk), "head_name": "Demo Chef"}}

    columns = rfr.read(answers).columns

    assert columns.organisation_id == administration.pk
    assert columns.head_name == "Demo Chef"


def test_r28_submission_is_open_in_a_break_until_an_administrator_closes_it(rfr):
    in_july = datetime(2026, 7, 10, 12, tzinfo=UTC)
    assert not rfr.may_decide_on(in_july.date())
    assert closed(scheme=rfr, at=in_july) is None

    shut = Closing.objects.create(scheme="rfr", closes_at=in_july, reason="Demo")

    assert closed(scheme=rfr, at=in_july) == shut


def test_r36_who_answers_questions_about_invoices_is_a_setting(settings):
    names = ("INVOICE_CONTACT_NAME", "INVOICE_CONTACT_PHONE", "INVOICE_CONTACT_EMAIL")

    assert all(isinstance(getattr(settings, name), str) for name in names)
