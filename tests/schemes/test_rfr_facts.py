"""Reading RFR's facts: strict, kind, and naming the field."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from schemes.base import FactsError
from schemes.rfr import facts
from tests.schemes.situations import GOOD, said, without

MANDATORY = [
    "submitted_at",
    "decided_on",
    "course.attendance",
    "course.country",
    "course.starts_on",
    "course.ends_on",
    "course.external",
    "participant.specialist",
    "participant.employed_in_region",
    "costs.fee",
    "costs.travel",
    "costs.lodging",
    "other_funding",
    "requested",
    "statements.active_participation",
    "statements.dissemination",
    "statements.feedback_plan",
    "history.live_grants_this_year",
    "pool_remaining",
]


def field_of(data):
    with pytest.raises(FactsError) as caught:
        facts.read(data)
    return caught.value.field


@pytest.mark.parametrize("name", MANDATORY)
def test_a_missing_fact_is_named(name):
    assert field_of(without(name)) == name
    assert field_of(said(**{name.replace(".", "__"): None})) == name


@pytest.mark.parametrize("section", ["course", "participant", "costs", "statements", "history"])
def test_a_section_that_is_no_object_is_named(section):
    assert field_of({**GOOD, section: "SE"}) == section
    assert field_of({**GOOD, section: None}).startswith(section)


@pytest.mark.parametrize("amount", ["0", "4999.99", 5000, 4999.5, Decimal("12.30"), "000007"])
def test_amounts_are_texts_or_numbers(amount):
    assert facts.read(said(requested=amount)).requested == Decimal(str(amount))


@pytest.mark.parametrize(
    "amount",
    [
        *["-1", -1, -0.5, "NaN", "Infinity", float("nan"), float("inf"), True, "", " 5", "5 000"],
        *["1_000", "5,50", "1e3", "1e999999", "9" * 40, 10**30, "kr", [], {}, "٣"],
    ],
)
@pytest.mark.parametrize(
    "name", ["costs.fee", "other_funding", "own_contribution", "pool_remaining"]
)
def test_what_is_no_amount_is_named(name, amount):
    assert field_of(said(**{name.replace(".", "__"): amount})) == name


@pytest.mark.parametrize(
    "day",
    ["2024-13-01", "2023-02-29", "20240515", "2024-W20-3", "15/5", "", 20240515, "0001-01-01"],
)
def test_what_is_no_day_is_named(day):
    assert field_of(said(course__starts_on=day)) == "course.starts_on"


@pytest.mark.parametrize(
    "moment", ["2024-05-14", "2024-05-14T25:00:00", "soon", "", 5, "9999-12-31T23:59:59-10:00"]
)
def test_what_is_no_time_is_named(moment):
    assert field_of(said(submitted_at=moment)) == "submitted_at"


def test_a_course_does_not_end_before_it_begins():
    assert field_of(said(course__ends_on="2024-05-14")) == "course.ends_on"


def test_a_draft_whose_days_contradict_has_no_last_day_yet():
    read = facts.read(said(course__ends_on="2024-05-14"), complete=False)

    assert (read.starts_on, read.ends_on) == (date(2024, 5, 15), None)


@pytest.mark.parametrize("country", ["XX", "se", "SWE", "Sweden", "", "EU", "UK", 46, ["SE"]])
def test_an_unknown_country_is_named(country):
    assert field_of(said(course__country=country)) == "course.country"


@pytest.mark.parametrize("attendance", ["hybrid", "", "ON_SITE", 1, {}])
def test_an_unknown_attendance_is_named(attendance):
    assert field_of(said(course__attendance=attendance)) == "course.attendance"


@pytest.mark.parametrize("flag", ["true", 1, 0, "yes", []])
def test_what_is_neither_true_nor_false_is_named(flag):
    assert field_of(said(course__external=flag)) == "course.external"
    assert field_of(said(unit_confirmed=flag)) == "unit_confirmed"


@pytest.mark.parametrize("count", [-1, 0.5, "1", True, []])
def test_what_is_no_count_is_named(count):
    assert field_of(said(history__live_grants_this_year=count)) == "history.live_grants_this_year"


def test_r15_a_digital_course_needs_no_country():
    assert facts.read(said(course__attendance="digital", course__country=None)).country is None


def test_r9_a_time_without_offset_is_stockholms():
    assert facts.read(said(submitted_at="2024-05-14T23:59:00")).submitted_on == date(2024, 5, 14)
    assert facts.read(said(submitted_at="2024-05-14T22:00:00Z")).submitted_on == date(2024, 5, 15)


def test_r9_the_day_of_a_submission_is_stockholms_whoever_made_the_facts():
    late = datetime(2024, 5, 14, 22, 30, tzinfo=UTC)

    assert facts.Facts(submitted_at=late).submitted_on == date(2024, 5, 15)


def test_a_draft_may_lack_everything_but_not_lie():
    assert facts.read({}, complete=False) == facts.Facts()
    with pytest.raises(FactsError):
        facts.read({"requested": "much"}, complete=False)


def test_facts_that_are_no_object_are_refused():
    with pytest.raises(FactsError):
        facts.read([])
