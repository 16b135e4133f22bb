"""Reading the refund scheme's facts: strict, kind, and naming the field."""

from datetime import date
from decimal import Decimal

import pytest

from schemes.base import FactsError
from schemes.fastlege import facts
from tests.schemes.fastlege import GOOD, away, said, without

MANDATORY = [
    "submitted_at",
    "decided_on",
    "applicant.kind",
    "course.pre_approved",
    "course.starts_on",
    "course.ends_on",
    "fee_paid",
    "other_funding",
    "absence",
    "history.units_used",
    "pool_remaining",
]
OPTIONAL = [
    "course.topic_accepted",
    "course.evaluates_own_practice",
    "documents.certificate_issued_on",
    "documents.certificate_accepted",
    "documents.absence_accepted",
    "waiting_ahead",
    "papers",
]


def field_of(data):
    with pytest.raises(FactsError) as caught:
        facts.read(data)
    return caught.value.field


@pytest.mark.parametrize("name", MANDATORY)
def test_a_missing_fact_is_named(name):
    assert field_of(without(name)) == name
    assert field_of(said(**{name.replace(".", "__"): None})) == name


@pytest.mark.parametrize("name", OPTIONAL)
def test_what_nobody_has_judged_or_brought_yet_may_be_missing(name):
    assert facts.read(said(**{name.replace(".", "__"): None}))


@pytest.mark.parametrize("section", ["applicant", "course", "documents", "history"])
def test_a_section_that_is_no_object_is_named(section):
    assert field_of({**GOOD, section: "NO"}) == section


@pytest.mark.parametrize("kind", ["doctor", "", 1, ["municipality"]])
def test_l2_an_unknown_applicant_is_named(kind):
    assert field_of(said(applicant__kind=kind)) == "applicant.kind"


@pytest.mark.parametrize("amount", ["-1", "4 000", "4000,50", True, "NaN", [], 10**30])
@pytest.mark.parametrize("name", ["fee_paid", "other_funding", "pool_remaining"])
def test_what_is_no_amount_is_named(name, amount):
    assert field_of(said(**{name: amount})) == name


@pytest.mark.parametrize(
    ("rows", "field"),
    [
        ("2022-06-07", "absence"),
        ({}, "absence"),
        (["2022-06-07"], "absence.0"),
        ([{"part": "whole"}], "absence.0.on"),
        ([{"on": "2022-06-07"}], "absence.0.part"),
        ([*away("2022-06-07"), {"on": "2022-06-31", "part": "whole"}], "absence.1.on"),
        ([{"on": "2022-06-07", "part": "quarter"}], "absence.0.part"),
        ([{"on": "2022-06-07", "part": "half", "hours": "-1"}], "absence.0.hours"),
        ([{"on": "2022-06-07", "part": "half", "hours": "24.01"}], "absence.0.hours"),
        ([{"on": "2022-06-07", "part": "half", "hours": "3,5"}], "absence.0.hours"),
        (away("2022-06-07", "2022-06-08", ("2022-06-07", "half")), "absence.2.on"),
    ],
)
def test_a_day_that_cannot_be_read_is_named_by_its_place(rows, field):
    assert field_of(said(absence=rows)) == field


@pytest.mark.parametrize(
    ("used", "field"),
    [
        ([], "history.units_used"),
        ("2022", "history.units_used"),
        ({"22": 1}, "history.units_used.22"),
        ({"2022": -1}, "history.units_used.2022"),
        ({"2022": "1"}, "history.units_used.2022"),
        ({"2022": None}, "history.units_used.2022"),
        ({"2022": True}, "history.units_used.2022"),
    ],
)
def test_l8_units_that_cannot_be_read_are_named(used, field):
    assert field_of(said(history__units_used=used)) == field


@pytest.mark.parametrize("papers", ["certificate", [1], {}])
def test_papers_are_a_list_of_kinds(papers):
    assert field_of(said(papers=papers)) == "papers"


def test_days_are_kept_in_their_order_and_hours_are_optional():
    rows = [{"on": "2022-06-09", "part": "half"}, *away(("2022-06-07", "whole", 4.5))]

    assert facts.read(said(absence=rows)).absence == (
        facts.Absence(date(2022, 6, 7), "whole", Decimal("4.5")),
        facts.Absence(date(2022, 6, 9), "half", None),
    )


def test_a_course_does_not_end_before_it_begins():
    assert field_of(said(course__ends_on="2022-06-06")) == "course.ends_on"


def test_a_draft_may_lack_everything_but_not_lie():
    assert facts.read({}, complete=False) == facts.Facts()
    with pytest.raises(FactsError):
        facts.read({"fee_paid": "much"}, complete=False)
    draft = facts.read(said(course__ends_on="2022-06-06"), complete=False)
    assert (draft.starts_on, draft.ends_on) == (date(2022, 6, 7), None)


def test_a_time_without_offset_is_oslos():
    read = facts.read(said(submitted_at="2022-06-20T23:30:00"))

    assert read.submitted_at.utcoffset().total_seconds() == 7200
