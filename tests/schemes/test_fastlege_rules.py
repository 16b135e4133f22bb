"""The refund scheme's rules one by one: where each begins, where it ends, and what it says."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from schemes.fastlege import amount
from schemes.fastlege.page import SENTENCES
from schemes.fastlege.terms import Rate
from tests.schemes.fastlege import GOOD, RATES, TERMS, assessed, away, drafted, said, without
from tests.schemes.situations import level, text

LATER = replace(
    TERMS, fee_cap=Decimal(7000), units=12, units_per="course", municipality_day_rate=False
)


def test_the_good_application_is_granted():
    found = assessed()

    assert (found.outcome, found.amount, found.rules) == ("grant", Decimal("11700.00"), [])
    assert {finding.level.value for finding in found.findings} == {"met"}
    assert " ".join(finding.rule for finding in found.findings) == "L1 L2 L3 L5 L6 L7 L8 L9 L10 L12"


def test_every_rule_is_tried_and_none_hides_another():
    found = assessed(
        applicant__kind="employed",
        course__pre_approved=False,
        documents__certificate_issued_on="2021-08-16",
        documents__certificate_accepted=False,
        absence=away("2019-06-11"),
        pool_remaining="1",
    )

    assert found.outcome == "refuse"
    assert found.rules == ["L1", "L2", "L5", "L9", "L10", "L12"]


@pytest.mark.parametrize(
    ("issued", "expected"),
    [("2021-08-16", "refuse"), ("2021-08-17", "met"), ("2022-06-13", "met"), (None, None)],
)
def test_l1_the_scheme_has_a_first_day(issued, expected):
    assert level(assessed(documents__certificate_issued_on=issued), "L1") == expected


@pytest.mark.parametrize(
    ("last_day", "expected"), [("2022-06-13", "met"), ("2022-06-12", "refuse")]
)
def test_l1_the_scheme_may_have_a_last_day(last_day, expected):
    terms = replace(TERMS, last_day=TERMS.first_day.fromisoformat(last_day))

    assert level(assessed(terms=terms), "L1") == expected


def test_l1_says_when_the_scheme_ended():
    terms = replace(TERMS, last_day=date(2022, 6, 12))

    with translation.override("en"):
        assert "ended on 12 June 2022" in text(assessed(terms=terms), "L1")


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("self_employed", "met"), ("municipality", "met"), ("employed", "refuse")],
)
def test_l2_an_employed_gp_goes_through_the_municipality(kind, expected):
    assert level(assessed(applicant__kind=kind), "L2") == expected


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("self_employed", "A self-employed GP applies."),
        ("municipality", "The municipality applies for a GP that it employs."),
        ("employed", "Ask your municipality to apply for you"),
    ],
)
def test_l2_says_who_applies_and_kindly_where_to_go(kind, words):
    with translation.override("en"):
        assert words in text(assessed(applicant__kind=kind), "L2")


@pytest.mark.parametrize(
    ("listed", "accepted", "third", "twelfth"),
    [
        (True, None, "met", "met"),
        (True, False, "met", "met"),
        (False, None, None, "wait"),
        (False, True, "met", "met"),
        (False, False, "refuse", None),
    ],
)
def test_l3_l12_a_listed_course_is_approved_and_another_is_judged(listed, accepted, third, twelfth):
    found = assessed(course__pre_approved=listed, course__topic_accepted=accepted)

    assert (level(found, "L3"), level(found, "L12")) == (third, twelfth)


@pytest.mark.parametrize(
    ("listed", "evaluates", "expected"),
    [(False, False, "look"), (False, True, "met"), (False, None, None), (True, False, None)],
)
def test_l4_own_practice_should_be_evaluated_but_need_not(listed, evaluates, expected):
    found = assessed(course__pre_approved=listed, course__evaluates_own_practice=evaluates)

    assert level(found, "L4") == expected
    assert "L4" not in found.rules


@pytest.mark.parametrize(
    ("left", "expected"), [("11700", "met"), ("11699.99", "wait"), ("0", "wait")]
)
def test_l5_the_appropriation_pays_whole_or_not_yet(left, expected):
    found = assessed(pool_remaining=left)

    assert level(found, "L5") == expected
    assert found.by_rules == Decimal("11700.00")


def test_l5_nobody_overtakes_unless_the_terms_let_them():
    assert level(assessed(waiting_ahead=1), "L5") == "wait"
    assert level(assessed(waiting_ahead=0), "L5") == "met"
    assert level(assessed(waiting_ahead=1, terms=replace(TERMS, overtaking=True)), "L5") == "met"


@pytest.mark.parametrize(
    ("paid", "others", "fee"),
    [
        ("3999.99", "0", "3999.99"),
        ("4000", "0", "4000.00"),
        ("4000.01", "0", "4000.00"),
        ("6500", "3000", "3500.00"),
        ("6500", "2000", "4000.00"),
        ("1000.55", "0.56", "999.99"),
        ("1000", "1000", "0.00"),
        ("1000", "1000.01", "0.00"),
        ("1000", "999999", "0.00"),
        ("0", "0", "0.00"),
        ("100.009", "0", "100.00"),
    ],
)
def test_l6_the_fee_after_other_money_up_to_the_cap(paid, others, fee):
    found = assessed(fee_paid=paid, other_funding=others)

    assert found.details["fee"] == fee
    assert found.amount == Decimal(fee) + 8500


def test_l6_nothing_to_refund_is_refused():
    assert assessed(fee_paid="0", absence=[]).rules == ["L6"]
    assert assessed(fee_paid="0", absence=away("2022-06-11")).rules == ["L6"]
    assert assessed(fee_paid="500", other_funding="500", absence=[]).rules == ["L6"]
    assert assessed(fee_paid="0", history__units_used={"2022": 4}).rules == ["L6"]


def test_l6_a_day_that_cannot_be_reckoned_yet_is_no_reason_to_refuse():
    found = assessed(fee_paid="0", absence=away("2019-06-11"))

    assert (found.outcome, found.rules) == ("wait", ["L9"])
    assert level(found, "L6") == "met"


@pytest.mark.parametrize(
    "off",
    [
        "2022-01-01",
        "2022-04-14",
        "2022-04-15",
        "2022-04-17",
        "2022-04-18",
        "2023-05-01",
        "2022-05-17",
        "2022-05-26",
        "2022-06-06",
        "2023-12-25",
        "2023-12-26",
        "2022-06-11",
        "2022-06-12",
    ],
)
def test_l7_weekends_and_red_days_give_nothing_but_the_fee_is_paid(off):
    found = assessed(absence=away(off))

    assert (found.amount, found.details["units"]) == (Decimal("3200.00"), {})
    assert (level(found, "L7"), found.details["days"][0]["rule"]) == ("met", "L7")


@pytest.mark.parametrize(
    "on", ["2022-04-13", "2022-04-19", "2021-12-24", "2021-12-31", "2022-05-27"]
)
def test_l7_days_beside_them_are_working_days(on):
    assert assessed(absence=away(on)).details["units"] == {on[:4]: 2}


def test_l7_a_day_off_takes_nothing_of_the_allowance():
    days = away("2022-06-03", "2022-06-04", "2022-06-05", "2022-06-06", "2022-06-07")

    found = assessed(absence=days)

    assert [day["units"] for day in found.details["days"]] == [2, 0, 0, 0, 2]
    assert found.details["compensation"] == "17000"


@pytest.mark.parametrize(
    ("used", "units", "compensation"),
    [
        (0, {"2022": 2}, "8500"),
        (2, {"2022": 2}, "8500"),
        (3, {"2022": 1}, "4250"),
        (4, {}, "0"),
        (9, {}, "0"),
    ],
)
def test_l8_what_was_used_earlier_in_the_year_is_gone(used, units, compensation):
    found = assessed(history__units_used={"2022": used, "2021": 4, "2023": 4})

    assert found.details["units"] == units
    assert found.details["compensation"] == compensation
    assert found.outcome == "grant"


def test_l8_when_one_unit_is_left_a_whole_day_is_paid_as_a_half_and_later_days_not():
    days = away("2022-06-09", ("2022-06-07", "half"), "2022-06-10", "2022-06-08")

    found = assessed(absence=days)

    assert [(day["on"], day["units"], day["rule"]) for day in found.details["days"]] == [
        ("2022-06-07", 1, ""),
        ("2022-06-08", 2, ""),
        ("2022-06-09", 1, "L8"),
        ("2022-06-10", 0, "L8"),
    ]


def test_l8_each_calendar_year_of_the_absence_has_its_own_allowance():
    days = away("2022-12-29", "2022-12-30", "2023-01-02", "2023-01-03", "2023-01-04")

    found = assessed(
        course__starts_on="2022-12-29",
        course__ends_on="2023-01-04",
        absence=days,
        history__units_used={"2022": 1, "2023": 1},
    )

    assert found.details["units"] == {"2022": 3, "2023": 3}
    assert found.details["compensation"] == str(8500 + 4250 + 8750 + 4375)


OVER_NEW_YEAR = {"absence": away("2022-12-29", "2022-12-30", "2023-01-02")}


@pytest.mark.parametrize(
    ("used", "changes", "words"),
    [
        ({}, {}, "2 of the 4 half days of 2022; 0 used before, 2 left."),
        ({"2022": 9}, {}, "0 of the 4 half days of 2022; 9 used before, 0 left."),
        (
            {"2022": 1, "2023": 3},
            OVER_NEW_YEAR,
            "3 of the 4 half days of 2022; 1 used before, 0 left. "
            "1 of the 4 half days of 2023; 3 used before, 0 left.",
        ),
        ({"2022": 4}, {"terms": LATER}, "2 of 12 half days for this course."),
    ],
)
def test_l8_says_how_much_is_taken_and_left_of_each_year_or_course(used, changes, words):
    with translation.override("en"):
        assert text(assessed(history__units_used=used, **changes), "L8") == words


def test_l8_later_terms_count_the_units_for_each_course():
    days = away(*(f"2023-09-{day:02}" for day in range(4, 9)), "2023-09-11", "2023-09-12")

    found = assessed(terms=LATER, absence=days, fee_paid="9000", history__units_used={"2023": 12})

    assert found.details["units"] == {"2023": 12}
    assert found.amount == Decimal(7000 + 6 * 8750)


@pytest.mark.parametrize(
    ("hours", "units"),
    [
        *[("0", 0), ("1.99", 0), ("2", 1), ("2.0", 1), ("4", 1), ("4.00", 1)],
        *[("4.01", 2), ("4.1", 2), ("24", 2), (3, 1), (4.5, 2)],
    ],
)
@pytest.mark.parametrize("part", ["whole", "half"])
def test_l8_hours_decide_where_they_are_given(part, hours, units):
    found = assessed(absence=away(("2022-06-07", part, hours)))

    assert found.details["units"] == ({"2022": units} if units else {})


def test_l8_a_day_says_whether_its_hours_cut_it_or_what_was_left_of_the_year():
    days = away(
        ("2022-06-07", "half", "1"),
        ("2022-06-08", "whole", "3"),
        "2022-06-09",
        "2022-06-10",
        ("2022-06-13", "whole", "3"),
    )

    found = assessed(absence=days)

    told = [(day["units"], day["rule"], day["short"]) for day in found.details["days"]]
    # What was left also cut the last day; the hours alone would have given it a half.
    assert told == [
        (0, "L8", True),
        (1, "L8", True),
        (2, "", False),
        (1, "L8", False),
        (0, "L8", False),
    ]


def test_l8_l9_without_absence_there_is_nothing_to_say_of_days():
    found = assessed(absence=[])

    assert (level(found, "L8"), level(found, "L9")) == (None, None)


def test_l8_is_open_until_it_is_known_what_was_used():
    data = without("history.units_used")

    assert level(drafted(data), "L8") == "open"
    assert level(drafted(data | {"absence": []}), "L8") is None


@pytest.mark.parametrize(
    ("on", "whole", "half"),
    [
        ("2021-12-30", "8080", "4040"),
        ("2022-01-03", "8500", "4250"),
        ("2022-12-30", "8500", "4250"),
        ("2023-01-02", "8750", "4375"),
        ("2031-06-10", "8750", "4375"),
    ],
)
def test_l9_the_rate_in_force_on_the_day_of_absence(on, whole, half):
    assert assessed(absence=away(on)).details["compensation"] == whole
    assert assessed(absence=away((on, "half"))).details["compensation"] == half


@pytest.mark.parametrize(("on", "whole"), [("2021-12-31", 8080), ("2022-01-01", 8500)])
def test_l9_a_rate_counts_from_its_first_day(on, whole):
    assert TERMS.rate_on(date.fromisoformat(on)).whole == whole


def test_l9_a_half_is_a_figure_of_its_own():
    odd = replace(
        TERMS,
        rates=(*RATES, Rate(TERMS.first_day.replace(year=2024), Decimal(9001), Decimal("4600.50"))),
    )

    assert assessed(terms=odd, absence=away(("2024-09-10", "half"))).amount == Decimal("7800.50")


@pytest.mark.parametrize(("half", "most"), [(4000, 22_000), (4500, 22_000), (5000, 24_000)])
def test_l8_l9_the_most_of_a_year_is_what_the_better_of_whole_and_half_days_give(half, most):
    rates = (Rate(TERMS.first_day, Decimal(9000), Decimal(half)),)

    assert amount.most_a_year(replace(TERMS, rates=rates)) == most


def test_l6_without_any_rate_the_fee_is_the_most():
    assert amount.most_a_year(replace(TERMS, rates=())) == 4000


def test_l9_a_day_without_a_rate_cannot_be_decided():
    assert assessed(absence=away("2019-12-31")).rules == ["L9"]
    assert assessed(absence=away("2019-12-31", "2022-06-07")).rules == ["L9"]


def test_l9_a_day_that_gives_nothing_needs_no_rate():
    assert assessed(absence=away("2019-12-28")).rules == []
    assert assessed(absence=away("2019-12-31"), history__units_used={"2019": 4}).rules == []


def test_l9_later_terms_pay_a_municipality_no_day_rate():
    found = assessed(terms=LATER, applicant__kind="municipality")

    assert (found.amount, found.details["units"]) == (Decimal("3200.00"), {})
    assert level(found, "L9") == "look"
    assert assessed(terms=LATER).amount == Decimal("11700.00")
    assert level(assessed(terms=LATER), "L9") == "met"
    assert level(assessed(applicant__kind="municipality"), "L9") == "met"


@pytest.mark.parametrize(
    ("documents", "absence", "expected"),
    [
        ({}, True, "met"),
        ({"certificate_issued_on": None}, True, "wait"),
        ({"certificate_accepted": False}, True, "wait"),
        ({"certificate_accepted": None}, True, "wait"),
        ({"absence_accepted": False}, True, "wait"),
        ({"absence_accepted": None}, True, "wait"),
        ({"absence_accepted": False}, False, "met"),
    ],
)
def test_l10_nothing_is_paid_before_the_papers_are_accepted(documents, absence, expected):
    days = GOOD["absence"] if absence else []

    found = assessed(documents=GOOD["documents"] | documents, absence=days)

    assert level(found, "L10") == expected


@pytest.mark.parametrize(
    ("accepted", "papers", "words"),
    [
        (None, ["certificate"], "The documentation of the absence is missing."),
        (None, ["absence", "certificate"], "of the absence has not been accepted yet."),
        (None, ["absence", "certificate"], "The course certificate has not been accepted yet."),
        (True, ["absence"], "The course certificate with its day of issue is missing."),
        (True, ["absence", "certificate"], "and the documentation are accepted."),
    ],
)
def test_l10_says_what_is_missing_and_what_is_not_accepted_yet(accepted, papers, words):
    judged = {"certificate_accepted": accepted, "absence_accepted": accepted}

    with translation.override("en"):
        found = text(assessed(documents=GOOD["documents"] | judged, papers=papers), "L10")

    assert words in found


@pytest.mark.parametrize(("issued", "expected"), [("2022-06-09", "look"), ("2022-06-10", "met")])
def test_l10_a_certificate_from_before_the_end_of_the_course_is_looked_at(issued, expected):
    found = assessed(documents__certificate_issued_on=issued)

    assert (level(found, "L10"), found.outcome) == (expected, "grant")


def test_l10_while_the_last_day_is_not_known_no_certificate_is_early():
    assert level(drafted(without("course.ends_on")), "L10") == "met"


NO_FEE, OFF, WITHOUT_RATE = {"fee_paid": "0"}, away("2022-06-11", "2022-06-06"), away("2019-06-11")
LISTED = {"course__pre_approved": True}
UNLISTED = {"course__pre_approved": False}


@pytest.mark.parametrize(
    ("rule", "changes", "words"),
    [
        ("L1", {}, "The course certificate is of 13 June 2022, within the days of the scheme."),
        ("L5", {}, "The appropriation has 24 000 000 kr left."),
        ("L6", {}, "3 200 kr of the course fee is refunded; at most 4 000 kr for each course."),
        ("L6", NO_FEE, "There is no course fee to refund."),
        ("L7", {"absence": []}, "No absence from practice is stated; only the fee is refunded."),
        ("L7", {}, "All days of absence are working days."),
        ("L7", {"absence": OFF}, "give no compensation: 6 June 2022, 11 June 2022."),
        ("L9", {}, "Absence gives 8 500 kr by the rates in force on each day."),
        ("L9", {"absence": WITHOUT_RATE}, "No rate is entered for 11 June 2019, so it cannot be"),
        ("L12", LISTED, "The course is on the list of pre-approved courses."),
        ("L12", UNLISTED, "A case officer assesses it."),
        ("L12", UNLISTED | {"course__topic_accepted": True}, "has been assessed and accepted."),
    ],
)
def test_each_rule_says_what_it_found(rule, changes, words):
    with translation.override("en"):
        assert words in text(assessed(**changes), rule)


def test_l11_l13_l14_have_nothing_to_find():
    numbers = {finding.rule for finding in assessed(course__evaluates_own_practice=True).findings}

    assert set(SENTENCES) - numbers == {"L4", "L11", "L13", "L14"}


def test_a_draft_is_told_what_is_not_answered_yet():
    found = drafted({})

    assert (found.outcome, found.amount) == ("wait", 0)
    assert [finding.rule for finding in found.findings if finding.level == "open"] == [
        "L2",
        "L3",
        "L5",
        "L6",
    ]
    assert level(found, "L12") is None
    assert [line.amount for line in found.arithmetic] == [0]


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("applicant.kind", "L2"),
        ("course.pre_approved", "L3"),
        ("pool_remaining", "L5"),
        ("fee_paid", "L6"),
        ("other_funding", "L6"),
        ("history.units_used", "L8"),
    ],
)
def test_what_a_draft_does_not_say_yet_is_open(name, rule):
    found = drafted(without(name))

    assert [finding.rule for finding in found.at("open")] == [rule]
    assert (found.outcome, found.amount) == ("wait", 0)


def test_absence_outside_the_course_counts_for_the_page_is_silent():
    assert assessed(absence=away("2022-06-13")).details["units"] == {"2022": 2}


@pytest.mark.parametrize("language", ["en", "sv", "nb"])
def test_every_sentence_can_be_said(language):
    with translation.override(language):
        plain = assessed(absence=away("2022-06-07", "2022-06-11", ("2022-06-08", "half", "1")))
        assert all(finding["text"] for finding in plain.as_json()["findings"])
        assert all(line["label"] for line in plain.as_json()["arithmetic"])


def test_the_arithmetic_shows_every_day():
    with translation.override("en"):
        found = assessed(
            fee_paid="5000",
            other_funding="500",
            absence=away("2022-06-07", ("2022-06-08", "half"), "2022-06-09", "2022-06-11"),
        )
        lines = [
            (line["label"].replace("\xa0", " "), line["amount"])
            for line in found.as_json()["arithmetic"]
        ]

    assert lines == [
        ("Course fee paid", "5000"),
        ("Paid by others", "-500"),
        ("Refund of the fee", "4000.00"),
        ("7 June 2022: a whole day", "8500"),
        ("8 June 2022: a half day", "4250"),
        ("9 June 2022: paid as a half day, as only one was left", "4250"),
        ("11 June 2022: weekend", "0"),
        ("Refund", "21000.00"),
    ]


@pytest.mark.parametrize(
    ("day", "changes", "rule", "words"),
    [
        (("2022-06-07", "whole", "3"), {}, "L8", "a half day by the hours stated"),
        (("2022-06-07", "whole", "1"), {}, "L8", "too few hours"),
        (("2022-06-07", "half", "1"), {}, "L8", "too few hours"),
        (("2022-06-07", "half", "5"), {}, "", "a whole day"),
        (
            ("2022-06-07", "half", "5"),
            {"used": 3},
            "L8",
            "paid as a half day, as only one was left",
        ),
        (("2022-06-07", "whole"), {"used": 3}, "L8", "paid as a half day, as only one was left"),
        (("2022-06-07", "half"), {"used": 3}, "", "a half day"),
        (("2022-06-07", "whole"), {"used": 4}, "L8", "no days are left"),
        (("2022-06-06", "whole"), {}, "L7", "public holiday"),
        (("2022-06-11", "whole"), {}, "L7", "weekend"),
        (("2019-06-11", "whole"), {}, "L9", "no rate is entered"),
        (("2022-06-07", "whole"), {"terms": LATER, "kind": "municipality"}, "L9", "no day rate"),
    ],
)
def test_l7_l8_l9_a_day_that_gives_less_than_was_stated_says_why(day, changes, rule, words):
    found = assessed(
        terms=changes.get("terms", TERMS),
        applicant__kind=changes.get("kind", "self_employed"),
        absence=away(day),
        history__units_used={"2022": changes.get("used", 0)},
    )

    (told,), line = found.details["days"], found.arithmetic[-2]
    with translation.override("en"):
        assert (told["rule"], str(line.label).partition(": ")[2]) == (rule, words)
    assert line.amount == Decimal(told["amount"] or 0)
    assert (told["stated"], told["hours"]) == (*day[1:], None)[:2]


def test_said_changes_only_what_is_named():
    assert said() == GOOD
