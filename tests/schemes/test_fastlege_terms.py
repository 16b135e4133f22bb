"""The refund scheme's figures in the tables: what the page gives, which row counts, what is kept."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from database.reads import reading_once
from schemes.fastlege import tables, terms
from schemes.fastlege.models import DatedTerms, DayRate, ListedCourse
from schemes.registry import get
from tests.schemes.fastlege import GOOD, TERMS, away, said

pytestmark = pytest.mark.django_db


def d(text):
    return date.fromisoformat(text)


@pytest.fixture
def later():
    """The version of 3 July 2023, entered as an administrator does: a new row beside the old one."""
    row = DatedTerms.objects.get()
    row.pk, row.valid_from = None, d("2023-07-03")
    row.fee_cap, row.units, row.units_per = Decimal(7000), 12, "course"
    row.municipality_day_rate = False
    row.save()
    return row


def assessed(**changes):
    scheme = get("fastlege")
    facts = scheme.read_facts(said(**changes))
    return scheme.assess(facts, scheme.terms(facts))


def test_l1_l5_l6_l8_l9_l13_the_pages_figures_are_in_force():
    assert tables.in_force(d("2022-06-07")) == TERMS


def test_the_figures_carry_the_sentences_that_they_come_from():
    source = DatedTerms.objects.get().source

    assert "Kursavgift opp til 4 000 NOK" in source
    assert "sier ikke hvor stor bevilgningen er" in source


def test_l12_the_sixteen_courses_are_on_the_list():
    assert ListedCourse.objects.count() == 16
    assert ListedCourse.objects.valid_on(d("2022-06-07")).filter(organiser="SKIL").count() == 12


@pytest.mark.parametrize("day", ["2020-01-01", "2021-08-17", "2023-07-02"])
def test_a_course_is_judged_by_the_terms_of_its_first_day(later, day):
    assert tables.in_force(d(day)).fee_cap == 4000


@pytest.mark.parametrize("day", ["2023-07-03", "2031-01-01"])
def test_l6_l8_the_version_of_3_july_2023_is_used_from_that_day(later, day):
    assert (tables.in_force(d(day)).fee_cap, tables.in_force(d(day)).units) == (7000, 12)


def test_while_the_day_of_a_course_is_not_known_the_newest_terms_are_shown(later):
    assert tables.in_force(None).fee_cap == 7000


def september(**changes):
    days = away(*(f"2023-09-{day:02}" for day in (4, 5, 6, 7, 8)))
    said = {"starts_on": "2023-09-04", "ends_on": "2023-09-08"}
    return {
        "course": GOOD["course"] | said,
        "absence": days,
        "fee_paid": "9000",
        "documents": GOOD["documents"] | {"certificate_issued_on": "2023-09-11"},
        "history": {"units_used": {"2023": 4}},
        **changes,
    }


def test_l6_l8_under_the_later_version_more_is_paid_for_each_course(later):
    assert assessed(**september()).amount == Decimal(7000 + 5 * 8750)


def test_l9_under_the_later_version_a_municipality_gets_no_day_rate(later):
    found = assessed(**september(applicant={"kind": "municipality"}))

    assert (found.amount, found.details["units"]) == (Decimal(7000), {})


def test_l8_without_the_later_version_the_year_still_counts():
    assert assessed(**september()).amount == Decimal(4000)


def test_l8_grants_per_course_take_nothing_of_the_years_allowance(later):
    scheme = get("fastlege")
    for changes, expected in [({}, [(2022, 2, 4)]), (september(), [])]:
        facts = scheme.read_facts(said(**changes))
        used = scheme.terms(facts)
        taken = scheme.allowances(scheme.assess(facts, used), used)
        assert [(each.year, each.units, each.limit) for each in taken] == expected


def test_l9_a_newer_rate_counts_from_its_day():
    DayRate.objects.create(valid_from=d("2024-01-01"), whole=9000, half=4600)

    assert tables.in_force(d("2023-12-20")).rate_on(d("2024-01-02")).half == 4600
    assert tables.in_force(d("2024-01-02")).rate_on(d("2023-12-20")).half == 4375
    assert tables.in_force(d("2024-01-02")).rate_on(d("2019-12-31")) is None


def test_without_any_terms_it_is_said_loudly():
    DatedTerms.objects.all().delete()

    with pytest.raises(LookupError, match="no terms"):
        tables.read()


def test_a_decision_keeps_the_terms_that_it_used():
    DatedTerms.objects.update(last_day=d("2030-12-31"))
    used = tables.in_force(d("2022-06-07"))
    kept = json.loads(json.dumps(terms.snapshot(used)))
    DatedTerms.objects.update(fee_cap=1)
    DayRate.objects.all().delete()

    assert terms.from_snapshot(kept) == used
    assert terms.from_snapshot(json.loads(json.dumps(terms.snapshot(TERMS)))) == TERMS


@pytest.mark.parametrize(
    "wrong",
    [
        {"valid_from": d("2023-07-03")},
        {"last_day": d("2021-08-16")},
        {"units_per": "month"},
        {"half_day_from": Decimal(5)},
        {"fee_cap": Decimal(-1)},
    ],
)
def test_the_database_refuses_terms_that_make_no_sense(later, wrong):
    later.pk, later.valid_from = None, d("2025-01-01")
    for name, value in wrong.items():
        setattr(later, name, value)

    with pytest.raises(IntegrityError), transaction.atomic():
        later.save()


def test_the_database_refuses_rates_that_make_no_sense():
    with pytest.raises(IntegrityError), transaction.atomic():
        DayRate.objects.create(valid_from=d("2025-01-01"), whole=4000, half=4001)


def test_terms_are_read_once_for_many(django_assert_num_queries):
    scheme = get("fastlege")
    tables.read()
    many = [
        scheme.read_facts(said(course__starts_on=f"2022-0{month}-01", course__ends_on="2022-12-01"))
        for month in range(1, 10)
    ]

    with django_assert_num_queries(1), reading_once():
        kept = [scheme.terms(facts) for facts in many]

    assert len(set(map(id, kept))) == 1


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("SKIL – Vanedannende midler", True),
        ("  skil -  vanedannende   MIDLER ", True),
        ("Vanedannende midler", False),
        ("", False),
    ],
)
def test_l12_a_course_is_found_however_it_is_written(typed, known):
    assert bool(tables.listed(typed, on=d("2022-06-07"))) == known


def test_l12_a_listed_course_has_its_days():
    ListedCourse.objects.filter(title="SKIL – Vanedannende midler").update(valid_to=d("2022-06-06"))

    assert tables.listed("SKIL – Vanedannende midler", on=d("2022-06-06"))
    assert not tables.listed("SKIL – Vanedannende midler", on=d("2022-06-07"))
    assert tables.listed("SKIL – Vanedannende midler", on=None)


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("sunn skil", ["SKIL – Sunn Seksuell Helse Hele Livet"]),
        ("hadm4402 uio", ["UIO – Emnekurs HADM4402 Kvalitet og pasientsikkerhet"]),
        ("sunn uio", []),
    ],
)
def test_l12_a_listed_course_is_found_by_all_of_the_words_that_are_sought(words, titles):
    assert [each.title for each in tables.found(words, on=d("2022-06-07"))] == titles
