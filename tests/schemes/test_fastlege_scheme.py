"""The refund scheme as the house sees it: what the contract asks of every scheme."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import translation

from schemes import entering, services
from schemes.base import Allowance
from schemes.entering import AlreadyEntered
from schemes.fastlege import tables
from schemes.fastlege.models import DatedTerms, ListedCourse
from schemes.models import LedgerEntry
from schemes.new_terms import NewTerms
from schemes.registry import get
from tests.factories import APRIL, appointed
from tests.role import aside
from tests.schemes.fastlege import said
from tests.schemes.test_fastlege_forms import ANSWERS, COURSE
from tests.schemes.test_new_terms import begun, entered, written

pytestmark = pytest.mark.django_db
NOW = datetime(2022, 6, 7, 9, tzinfo=UTC)


@pytest.fixture
def fastlege():
    return get("fastlege")


def d(text):
    return date.fromisoformat(text)


@pytest.mark.parametrize("rule", ["L7", "L8", "L9"])
def test_a_rule_that_cuts_a_day_has_words_for_the_column_that_says_so(fastlege, rule):
    assert fastlege.rules[rule].short


def test_one_case_officer_decides(fastlege):
    assert [capacity.slug for capacity in fastlege.capacities] == ["case_officer"]
    assert fastlege.exclusive_key(2022) is None
    assert not fastlege.asks_head_of_unit(tables.in_force(d("2022-06-07")))


def test_l8_nothing_is_left_of_an_allowance_that_was_lowered_below_what_is_granted(fastlege):
    with translation.override("en"):
        words = fastlege.allowance_in_words(Allowance(2026, 6, 4))

    assert words == "6 of the 4 half days of 2026 granted, 0 left."


def test_l5_one_appropriation_pays_whatever_the_day(fastlege):
    plans = {fastlege.pool_on(d(day)) for day in ("2021-08-17", "2022-06-30", "2031-12-31")}

    assert len(plans) == 1
    (plan,) = plans
    assert (plan.key, plan.starts_on, plan.budget) == ("2021", d("2021-08-17"), 24_000_000)
    assert plan.ends_on > d("2031-12-31")
    with translation.override("en"):
        assert fastlege.pool_title(plan.key) == "The appropriation"


def test_there_are_no_breaks_and_no_report(fastlege):
    assert fastlege.may_decide_on(d("2022-12-25"))
    assert fastlege.next_break(d("2022-12-25")) is None
    assert fastlege.last_day_to_decide(2022) is None
    assert fastlege.report_due_on(starts_on=d("2022-06-07"), ends_on=d("2022-06-10")) is None


def test_it_is_answered_and_paid_within_the_days_of_the_terms(fastlege):
    assert fastlege.answer_expected_on(submitted_on=d("2022-06-20"), starts_on=None) == d(
        "2022-07-20"
    )
    due = fastlege.due_on(starts_on=d("2022-06-07"), decided_on=d("2022-08-15"))
    assert due == d("2022-08-15") + timedelta(days=30)


def test_what_was_granted_is_paid(fastlege):
    facts = fastlege.read_facts(said())
    terms = fastlege.terms(facts)

    paid = fastlege.payable(facts, terms, granted=Decimal("11700.00"), actual_cost=Decimal(1))

    assert paid == Decimal("11700.00")


def test_l13_questions_go_to_the_funds_address(fastlege):
    assert fastlege.contact(on=d("2022-06-07")) == "fastlegekurs-ksfond@legeforeningen.no"
    assert fastlege.buyer(tables.in_force(None))["email"] == fastlege.contact(on=d("2022-06-07"))


@pytest.mark.parametrize(
    ("limit", "most"),
    [
        ({}, "2 days a year"),
        ({"units": 2}, "1 day a year"),
        ({"units": 3}, "1,5 days a year"),
        ({"units": 12, "units_per": "course"}, "6 days for each course"),
    ],
)
def test_l6_l8_l9_visitors_are_told_what_they_can_get_and_for_how_many_days(fastlege, limit, most):
    if limit:
        DatedTerms.objects.update(**limit)
    with translation.override("en"):
        words = fastlege.lead(on=d("2022-06-07")).replace("\xa0", " ")

    assert words == (
        "Apply after the course. You can get up to 4 000 Norwegian kroner of the course fee, and "
        f"8 500 kr for each whole day away from practice, at most {most}."
    )


@pytest.mark.parametrize(
    ("language", "kroner"),
    [("sv", " norska kronor"), ("nb", "\xa0kr"), ("en", " Norwegian kroner")],
)
def test_outside_norway_visitors_are_told_whose_kroner_it_is(fastlege, language, kroner):
    with translation.override(language):
        assert f"4\xa0000{kroner} " in fastlege.lead(on=d("2022-06-07"))


def test_a_refusal_names_a_rule_that_the_page_has(fastlege):
    coded = [reason.code for reason in fastlege.refusal_reasons]

    assert coded == ["L1", "L2", "L3", "L6", "other"]
    assert set(coded) - {"other"} <= set(fastlege.rules)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ["documents.certificate_accepted", "documents.absence_accepted"]),
        ({"absence": []}, ["documents.certificate_accepted"]),
        (
            {"course__pre_approved": False, "absence": []},
            ["course.topic_accepted", "documents.certificate_accepted"],
        ),
    ],
)
def test_l3_l10_l12_the_case_officer_judges_what_needs_eyes(fastlege, changes, expected):
    judged = fastlege.judgements(fastlege.read_facts(said(**changes)))

    assert [each.fact for each in judged] == expected
    papers = {kind.slug for kind in fastlege.papers()}
    assert {each.paper for each in judged} - {""} <= papers


def test_l12_an_accepted_course_is_put_on_the_list_once(fastlege):
    other = {"title": "Et annet kurs", "organiser": "Demo", "evaluates_own_practice": "no"}
    answers = ANSWERS | {"course": COURSE | other}
    assert not fastlege.read(answers).stated["course"]["pre_approved"]

    for _time in range(2):
        fastlege.list_course(answers=answers, on=d("2022-06-01"))

    assert ListedCourse.objects.get(title="Et annet kurs").organiser == "Demo"
    assert fastlege.read(answers).stated["course"]["pre_approved"]


def test_l11_l14_everything_happens_in_the_service(fastlege):
    assert [step.slug for step in fastlege.steps] == [
        "applicant",
        "course",
        "absence",
        "fee",
        "papers",
    ]


def test_a_decision_can_be_read_back_with_its_own_terms(fastlege):
    terms = fastlege.terms(fastlege.read_facts(said()))

    assert fastlege.terms_from_snapshot(fastlege.terms_snapshot(terms)) == terms


def test_a_draft_without_a_day_has_the_terms_of_the_day_it_is_looked_at(fastlege):
    draft = fastlege.read_facts({"decided_on": "2022-01-01"}, complete=False)

    assert fastlege.terms(draft).fee_cap == 4000
    assert fastlege.terms(fastlege.read_facts({}, complete=False)).fee_cap == 4000


# Its figures in the administration

OURS = [model for model in admin.site._registry if model._meta.app_label == "fastlege"]


def page(model, action, *args):
    return reverse(f"admin:fastlege_{model._meta.model_name}_{action}", args=args)


@pytest.fixture
def administrator(client):
    client.force_login(appointed("administrator", scheme="fastlege"))
    return client


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_list_opens(administrator, model):
    assert administrator.get(page(model, "changelist")).status_code == 200


def test_l6_l8_the_later_version_is_entered_as_a_row():
    by = appointed("administrator", scheme="fastlege")
    later = {"fee_cap": "7 000", "units": "12", "units_per": "course"}
    later |= {"municipality_day_rate": ""}

    entered(by, scheme=get("fastlege"), starts_on=d("2027-07-03"), amounts=later)

    assert tables.in_force(d("2027-07-02")).fee_cap == 4000
    found = tables.in_force(d("2027-07-03"))
    assert (found.fee_cap, found.units, found.by_year) == (7000, 12, False)
    assert not found.municipality_day_rate
    days = (d("2027-07-02"), d("2027-07-03"))
    assert [bool(get("fastlege").allowance_of_year(on=day)) for day in days] == [True, False]


def test_it_is_answered_and_paid_within_the_days_of_the_terms_of_the_course(fastlege):
    by, later = appointed("administrator", scheme="fastlege"), d("2027-01-02")
    entered(by, scheme=fastlege, answers={"answer_days": "10", "payment_days": "5"})
    before, since = d("2026-12-31"), d("2027-01-01")

    for starts_on, answer, payment in ((before, 30, 30), (since, 10, 5)):
        expected = fastlege.answer_expected_on(submitted_on=later, starts_on=starts_on)
        due = fastlege.due_on(starts_on=starts_on, decided_on=later)
        assert [(each - later).days for each in (expected, due)] == [answer, payment]


def test_l8_postgresql_finds_the_units_in_force_as_the_house_does(fastlege):
    by = appointed("administrator", scheme="fastlege")
    for day, units in (("2027-01-01", "6"), ("2023-07-03", "8")):
        entered(by, scheme=fastlege, starts_on=d(day), amounts={"units": units})
    days = [
        d(day)
        for day in (
            "2020-01-01",
            "2021-08-17",
            "2023-07-02",
            "2023-07-03",
            "2026-12-31",
            "2027-01-01",
        )
    ]

    with connection.cursor() as cursor:
        cursor.execute(f"PREPARE units_on(date) AS {fastlege.allowance_sql}")
        found = [cursor.execute(f"EXECUTE units_on('{day}')").fetchone()[0] for day in days]
        cursor.execute("DEALLOCATE units_on")

    assert found == [tables.in_force(day).units for day in days] == [4, 4, 4, 8, 8, 6]


def test_l6_a_version_between_two_counts_from_its_day_until_the_next(fastlege):
    by = appointed("administrator", scheme="fastlege")
    for day, cap in (("2027-01-01", "9 000"), ("2023-07-03", "7 000")):
        act = entered(by, scheme=fastlege, starts_on=d(day), amounts={"fee_cap": cap})

    # What a case could come to at most is by the most generous of them: nobody overtakes meanwhile.
    assert fastlege.most_a_year() == 9000 + 4 * Decimal(4375)
    days = ("2023-07-02", "2023-07-03", "2026-12-31", "2027-01-01")
    assert [tables.in_force(d(day)).fee_cap for day in days] == [4000, 7000, 7000, 9000]
    assert act.figures[0]["before"] == "4\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}kr"


def test_l9_a_missing_rate_is_entered_afterwards_and_counts_until_the_next(fastlege):
    by = appointed("administrator", scheme="fastlege")
    for day, rates in (("2025-01-01", ("9 300", "4 700")), ("2024-01-01", ("9 000", "4 500"))):
        typed = dict(zip(("whole", "half"), rates, strict=True))
        entered(by, scheme=fastlege, starts_on=d(day), rates=typed)

    rate_on = tables.in_force(d("2022-06-07")).rate_on
    days = ("2023-12-31", "2024-01-01", "2024-12-31", "2025-01-01")
    assert [rate_on(d(day)).half for day in days] == [4375, 4500, 4500, 4700]


@pytest.mark.parametrize(
    ("day", "entered_from"), [("2027-01-01", "2027-01-01"), ("2021-08-16", "2021-08-17")]
)
def test_no_version_begins_twice_on_a_day_or_before_the_first(fastlege, day, entered_from):
    by = appointed("administrator", scheme="fastlege")
    entered(by, scheme=fastlege)

    with pytest.raises(AlreadyEntered) as refused:
        begun(by, scheme=fastlege, starts_on=d(day))

    assert refused.value.day == d(entered_from)


def opened(fastlege):
    """Return the pool with 700 000 kr bound to it, for no case in particular."""
    aside("schemes_ledgerentry", "movement_follows_state")
    pool = services.pool_for(scheme=fastlege, on=d("2022-06-07"), at=NOW)
    services.bind(pool=pool, amount=Decimal(700_000), subject=uuid4(), at=NOW, by=None)
    return pool


def test_l5_the_pool_holds_what_the_administrator_appropriates(fastlege):
    pool = opened(fastlege)
    by = appointed("administrator", scheme="fastlege")

    for day, amount in (("2022-01-01", 30_000_000), ("2022-02-01", 700_000)):
        money = {"appropriation": str(amount)}
        entered(by, scheme=fastlege, starts_on=d(day), money=money)
        pool.refresh_from_db()
        assert pool.budget == amount

    budgets = LedgerEntry.objects.filter(pool=pool, kind="budget")
    assert sum(each.amount for each in budgets) == 700_000
    assert budgets.last().by == by


def test_l5_a_version_between_two_leaves_the_pool_what_newer_terms_give(fastlege):
    pool = opened(fastlege)
    by = appointed("administrator", scheme="fastlege")
    entered(by, scheme=fastlege, starts_on=d("2026-01-01"), money={"appropriation": "30000000"})
    moved = LedgerEntry.objects.count()
    less = {"appropriation": "600000"}  # than the 700 000 kr that are granted

    draft = written(by, scheme=fastlege, starts_on=d("2023-07-03"), money=less)
    plan, rows = fastlege.pool_on(d("2022-06-07")), NewTerms(fastlege, draft).rows
    entering.enter_terms(scheme=fastlege, draft=draft, by=by, at=APRIL)

    pool.refresh_from_db()
    assert (pool.budget, LedgerEntry.objects.count()) == (30_000_000, moved)
    assert entering.out_of_step(fastlege, on=APRIL.date()) == {}
    assert fastlege.budget_with(plan, rows, on=APRIL.date()) == 30_000_000
    assert fastlege.budget_with(plan, rows, on=d("2025-12-31")) == 600_000


def test_l5_a_version_that_is_in_force_until_newer_ones_gives_the_pool_its_own(fastlege):
    pool = opened(fastlege)
    by = appointed("administrator", scheme="fastlege")
    entered(by, scheme=fastlege, money={"appropriation": "30000000"})  # from next year on

    with pytest.raises(services.PoolTooSmall):
        entered(by, scheme=fastlege, starts_on=d("2026-03-01"), money={"appropriation": "600000"})
    entered(by, scheme=fastlege, starts_on=d("2026-02-01"), money={"appropriation": "900000"})

    pool.refresh_from_db()
    assert pool.budget == 900_000


def test_l5_an_appropriation_below_what_is_granted_is_refused_with_words(fastlege):
    pool = opened(fastlege)
    by = appointed("administrator", scheme="fastlege")

    with pytest.raises(ValidationError, match="granted already"), translation.override("en"):
        entered(by, scheme=fastlege, money={"appropriation": "699999.99"})

    pool.refresh_from_db()
    assert pool.budget == 24_000_000
    with pytest.raises(services.PoolTooSmall):
        services.set_budget(pool=pool, budget=Decimal(1), at=NOW, by=by, note="Demo")


def test_another_schemes_administrator_does_not_see_them(client):
    client.force_login(appointed("administrator"))

    assert client.get(page(DatedTerms, "changelist")).status_code == 403
