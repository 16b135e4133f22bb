"""RFR's calendar at its edges: halves, breaks, due dates and the day an answer can be expected."""

from dataclasses import replace
from datetime import date

import pytest

from schemes.rfr import days
from tests.schemes.situations import TERMS


def d(text):
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("starts", "decided", "due"),
    [
        ("2024-05-15", "2024-03-04", "2024-06-15"),
        ("2024-01-31", "2024-01-10", "2024-02-29"),
        ("2023-01-31", "2023-01-10", "2023-02-28"),
        ("2024-03-31", "2024-03-01", "2024-04-30"),
        ("2024-12-31", "2024-12-01", "2025-01-31"),
        ("2023-02-01", "2023-02-01", "2023-03-01"),  # decided on the first day: not after it
        ("2024-05-15", "2024-05-16", "2024-06-15"),  # the same either way
        ("2024-05-15", "2024-05-17", "2024-06-16"),
        ("2024-01-31", "2024-02-01", "2024-03-02"),
        ("2024-08-12", "2024-08-14", "2024-09-13"),
        ("2024-05-15", None, "2024-06-15"),
    ],
)
def test_r34_the_invoice_is_due_a_month_after_the_first_day(starts, decided, due):
    assert days.invoice_due_on(d(starts), decided and d(decided), TERMS) == d(due)


def test_r34_a_decision_after_the_first_day_never_shortens_the_month():
    hasty = replace(TERMS, invoice_days=5)

    assert days.invoice_due_on(d("2024-05-15"), d("2024-05-20"), hasty) == d("2024-06-15")


@pytest.mark.parametrize(
    ("year", "first", "last"),
    [
        (2020, "2020-06-22", "2020-08-09"),  # a year of 53 weeks
        (2021, "2021-06-28", "2021-08-15"),
        (2024, "2024-06-24", "2024-08-11"),
        (2025, "2025-06-23", "2025-08-10"),
        (2026, "2026-06-22", "2026-08-09"),
    ],
)
def test_r29_the_default_summer_break_is_weeks_26_to_32(year, first, last):
    summer, winter = days.breaks_of(year, TERMS)

    assert summer == (d(first), d(last))
    assert winter == (date(year, 12, 20), date(year + 1, 1, 6))


def test_r29_entered_breaks_replace_the_default_ones_of_their_year_only():
    entered = replace(TERMS, breaks=((d("2024-07-01"), d("2024-07-31")),))

    assert days.break_on(d("2024-06-30"), entered) is None
    assert days.break_on(d("2024-07-01"), entered) == (d("2024-07-01"), d("2024-07-31"))
    assert days.break_on(d("2024-07-31"), entered) == (d("2024-07-01"), d("2024-07-31"))
    assert days.break_on(d("2024-08-01"), entered) is None
    assert days.break_on(d("2024-12-24"), entered) is None
    assert days.break_on(d("2024-01-06"), entered) == (d("2023-12-20"), d("2024-01-06"))
    assert days.break_on(d("2025-06-23"), entered) == (d("2025-06-23"), d("2025-08-10"))


def test_r29_a_break_over_new_year_belongs_to_the_year_in_which_it_begins():
    entered = replace(TERMS, breaks=((d("2024-12-23"), d("2025-01-08")),))

    assert days.break_on(d("2025-01-08"), entered) == (d("2024-12-23"), d("2025-01-08"))
    assert days.break_on(d("2024-07-10"), entered) is None
    assert days.break_on(d("2025-07-10"), entered) == (d("2025-06-23"), d("2025-08-10"))


def test_r29_a_break_may_last_for_longer_than_a_year():
    entered = replace(TERMS, breaks=((d("2024-12-23"), d("2026-01-31")),))

    assert days.break_on(d("2026-01-31"), entered) == (d("2024-12-23"), d("2026-01-31"))


def test_r29_the_next_break_is_the_one_that_holds_the_day_or_the_next_to_begin():
    assert days.next_break(d("2024-07-01"), TERMS) == (d("2024-06-24"), d("2024-08-11"))
    assert days.next_break(d("2024-08-12"), TERMS) == (d("2024-12-20"), d("2025-01-06"))
    assert days.next_break(d("2025-01-03"), TERMS) == (d("2024-12-20"), d("2025-01-06"))
    assert days.next_break(d("2025-01-07"), TERMS) == (d("2025-06-23"), d("2025-08-10"))


def test_r29_decisions_resume_after_breaks_that_meet():
    meeting = ((d("2024-07-01"), d("2024-07-14")), (d("2024-07-15"), d("2024-07-31")))

    assert days.first_day_to_decide(d("2024-07-03"), replace(TERMS, breaks=meeting)) == d(
        "2024-08-01"
    )


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        ("2024-01-01", "2024-01-01", "2024-06-30"),
        ("2024-06-30", "2024-01-01", "2024-06-30"),
        ("2024-07-01", "2024-07-01", "2024-12-31"),
        ("2024-12-31", "2024-07-01", "2024-12-31"),
    ],
)
def test_r26_a_half_year_has_its_first_and_last_day(day, first, last):
    assert days.half_year(d(day)) == (d(first), d(last))


def test_r31_the_last_day_to_decide_is_the_one_before_the_december_break():
    assert days.last_day_to_decide(2024, TERMS) == d("2024-12-19")
    entered = replace(TERMS, breaks=((d("2024-07-01"), d("2024-07-31")),))
    assert days.last_day_to_decide(2024, entered) == d("2024-12-31")


@pytest.mark.parametrize(
    ("submitted", "starts", "expected"),
    [
        ("2024-02-01", "2024-05-15", "2024-02-22"),
        ("2024-06-10", "2024-09-01", "2024-08-12"),  # falls into the break: the first day after it
        ("2024-07-10", "2024-09-01", "2024-09-02"),  # counted from the end of the break
        ("2024-11-12", "2025-02-03", "2025-01-28"),  # R30: counted in the new year
        ("2024-12-05", "2024-12-18", "2024-12-19"),  # R31: an answer in the course's year
        ("2024-12-19", "2024-12-29", "2024-12-19"),
        ("2024-12-22", "2024-12-29", "2025-01-28"),
        ("2024-02-01", None, "2024-02-22"),
    ],
)
def test_r29_r30_r31_an_answer_is_expected_outside_breaks_in_the_right_year(
    submitted, starts, expected
):
    assert days.answer_expected_on(d(submitted), starts and d(starts), TERMS) == d(expected)


def test_r30_an_answer_about_a_coming_year_is_counted_from_its_first_day():
    early = replace(TERMS, breaks=((d("2024-12-20"), d("2024-12-31")),))

    assert days.answer_expected_on(d("2024-11-12"), d("2025-02-03"), early) == d("2025-01-22")
