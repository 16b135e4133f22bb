"""Each rule of RFR by itself, at its edges; and that no rule hides another."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import translation

from schemes.rfr.letter import SENTENCES
from tests.schemes.situations import TERMS, assessed, drafted, level, said, text, without

ZONE_RULES = {"R12", "R13", "R14", "R15"}
MET = "R2 R4 R7 R8 R9 R10 R11 R12 R18 R23 R26 R27 R29 R31 R33"


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def test_a_good_application_meets_every_rule():
    assessment = assessed()

    assert {finding.level.value for finding in assessment.findings} == {"met"}
    assert " ".join(finding.rule for finding in assessment.findings) == MET
    assert (assessment.outcome.value, str(assessment.amount)) == ("grant", "5000")


DECLARED = {"history__declared_earlier": True, "history__applications_this_year": 1}
LATER = {"course__starts_on": "2025-02-03", "course__ends_on": "2025-02-05"}


@pytest.mark.parametrize(
    ("rule", "changes", "words"),
    [
        ("R2", {}, "An external course. It belongs to 2024, the year of its first day."),
        ("R4", {}, "No money comes from elsewhere."),
        ("R4", {"other_funding": "3000"}, "3 000 kr comes from elsewhere and is taken off"),
        ("R7", {}, "The participant is a specialist and employed by the region."),
        ("R8", {}, "It says how the participant takes part actively and how knowledge is spread."),
        ("R10", {}, "The application is not made in retrospect."),
        ("R10", {"decided_on": "2024-05-15"}, "The course has begun, but the application was in"),
        ("R12", {}, "On site in Sweden: at most 5 000 kr for each participant."),
        ("R13", {"course__country": "DE"}, "On site in Europe: at most 10 000 kr"),
        ("R14", {"course__country": "US"}, "On site outside Europe: at most 20 000 kr"),
        ("R15", {"course__attendance": "digital"}, "Attended digitally: at most 5 000 kr"),
        ("R23", {}, "The participant has no other grant in the year of the course."),
        ("R25", DECLARED, "What was said about earlier applications agrees with the register."),
        ("R25", DECLARED | {"history__declared_earlier": False}, "but the register has 1."),
        ("R25", DECLARED | {"history__applications_this_year": 0}, "but the register has none."),
        ("R26", {}, "It is paid from the money for 1 January 2024 to 30 June 2024."),
        ("R27", {}, "The half-year has 1 750 000 kr left."),
        ("R27", {"pool_remaining": "4999"}, "has 4 999 kr left, too little for 5 000 kr."),
        ("R27", {"waiting_ahead": 1}, "Applications that came earlier wait for money"),
        ("R29", {}, "Decisions are made at this time of the year."),
        ("R29", {"decided_on": "2024-07-10"}, "from 24 June 2024 to 11 August 2024."),
        ("R29", {"decided_on": "2024-07-10"}, "can be decided from 12 August 2024."),
        ("R30", LATER, "The course is in 2025. The application is saved and decided in 2025"),
        ("R31", {}, "It is decided in 2024, the year of the course."),
        ("R31", {"decided_on": "2025-02-03"}, "The course was in 2024, and its answer had to be"),
        ("R33", {}, "It says how the content of the course will be passed on."),
    ],
)
def test_each_rule_says_what_it_found(rule, changes, words):
    assert words in text(assessed(**changes), rule)


def test_r3_r6_r20_r24_are_background_and_find_nothing():
    background = {"R3", "R6", "R20", "R24"}

    assert all(SENTENCES[number].startswith("Bakgrund:") for number in background)
    assert background.isdisjoint(finding.rule for finding in assessed().findings)


def test_r2_a_course_that_the_region_holds_is_refused():
    assert assessed(course__external=False).rules == ["R2"]


def test_r2_the_round_is_the_year_of_the_first_day():
    assessment = assessed(course__starts_on="2024-12-31", course__ends_on="2025-01-02")

    assert assessment.details["course_year"] == 2024


def test_r4_money_from_industry_is_shown_but_not_refused():
    assessment = assessed(other_funding="3000", funding_from_industry=True)

    assert level(assessment, "R4") == "look"
    assert assessment.outcome == "grant"
    assert text(assessment, "R4").startswith("3 000 kr comes from industry")


@pytest.mark.parametrize(
    ("other", "industry"), [("3000", False), ("3000", None), ("0", True), ("0", None)]
)
def test_r4_other_money_or_none_needs_no_look(other, industry):
    assert level(assessed(other_funding=other, funding_from_industry=industry), "R4") == "met"


@pytest.mark.parametrize(("specialist", "employed"), [(False, True), (True, False), (False, False)])
def test_r7_only_employed_specialists(specialist, employed):
    assessment = assessed(
        participant__specialist=specialist, participant__employed_in_region=employed
    )

    assert assessment.rules == ["R7"]


def test_r7_says_all_that_is_lacking_in_one_finding():
    assessment = assessed(participant__specialist=False, participant__employed_in_region=False)

    assert "specialist certificate" in text(assessment, "R7")
    assert "not employed by the region" in text(assessment, "R7")


@pytest.mark.parametrize("missing", ["active_participation", "dissemination"])
def test_r8_active_participation_and_dissemination_are_both_required(missing):
    assert assessed(**{f"statements__{missing}": False}).rules == ["R8"]


@pytest.mark.parametrize(
    ("submitted", "verdict"),
    [
        ("2024-05-14T23:59:59+02:00", "met"),
        ("2024-05-15T00:00:00+02:00", "refuse"),
        ("2024-05-14T21:59:59+00:00", "met"),
        ("2024-05-14T22:00:00Z", "refuse"),
        ("2024-05-14T23:59:00", "met"),
        ("2024-05-15T00:00:00", "refuse"),
        ("2024-05-15T11:00:00+13:00", "refuse"),
        ("2024-05-15T09:00:00+13:00", "met"),
    ],
)
def test_r9_the_local_day_of_the_submission_is_before_the_first_day(submitted, verdict):
    assert level(assessed(submitted_at=submitted), "R9") == verdict


@pytest.mark.parametrize(
    ("submitted", "starts_on", "verdict"),
    [
        ("2024-03-30T23:30:00+00:00", "2024-03-31", "refuse"),  # still winter time: 00:30
        ("2024-03-30T22:59:59+00:00", "2024-03-31", "met"),
        ("2024-03-31T22:00:00+00:00", "2024-04-01", "refuse"),  # summer time since 02:00
        ("2024-10-27T22:59:59+00:00", "2024-10-28", "met"),  # winter time again
        ("2024-10-27T23:00:00+00:00", "2024-10-28", "refuse"),
    ],
)
def test_r9_knows_summer_time(submitted, starts_on, verdict):
    assessment = assessed(
        submitted_at=submitted, course__starts_on=starts_on, course__ends_on=starts_on
    )

    assert level(assessment, "R9") == verdict


def test_r9_says_what_it_compared_and_that_nobody_can_make_an_exception():
    sentence = text(assessed(submitted_at="2024-05-15T07:00:00+02:00"), "R9")

    assert "nobody can make an exception" in sentence


@pytest.mark.parametrize("starts_on", ["2024-05-14", "2024-06-14"])
def test_r9_says_from_when_it_counts_in_words_that_hold_before_it_is_sent_in(starts_on):
    assessment = assessed(
        submitted_at="2024-05-15T07:00:00+02:00",
        course__starts_on=starts_on,
        course__ends_on="2024-06-15",
    )

    sentence = text(assessment, "R9").replace("\xa0", " ")
    assert sentence.startswith("The application counts from 15 May 2024")


def test_r10_a_start_that_is_corrected_later_is_tested_against_the_first_submission():
    corrected = assessed(course__starts_on="2024-01-20", course__ends_on="2024-01-21")

    assert corrected.rules == ["R9"]
    assert level(corrected, "R10") is None
    assert level(assessed(submitted_at="2024-05-15T10:00:00+02:00"), "R10") is None


def test_r10_a_decision_after_the_course_is_allowed_when_it_was_in_time():
    late = assessed(decided_on="2024-05-20")

    assert late.outcome == "grant"
    assert "may still be granted" in text(late, "R10")


def test_r11_the_basis_is_fee_travel_and_lodging():
    assessment = assessed(costs__fee="1000.50", costs__travel="2000.25", costs__lodging="3000")

    assert text(assessment, "R11") == "Fee, travel and lodging come to 6 000,75 kr."


@pytest.mark.parametrize(
    ("changes", "rule", "zone", "cap"),
    [
        ({"course__country": "SE"}, "R12", "sweden", "5000"),
        ({"course__country": "DE"}, "R13", "europe", "10000"),
        ({"course__country": "US"}, "R14", "world", "20000"),
        ({"course__country": "US", "course__attendance": "digital"}, "R15", "digital", "5000"),
        ({"course__country": None, "course__attendance": "digital"}, "R15", "digital", "5000"),
    ],
)
def test_r12_r13_r14_r15_each_zone_has_its_cap(changes, rule, zone, cap):
    assessment = assessed(**changes)

    assert (assessment.details["zone"], assessment.details["cap"]) == (zone, cap)
    assert {finding.rule for finding in assessment.findings} & ZONE_RULES == {rule}


def test_r15_a_hybrid_course_follows_the_participants_own_attendance():
    changes = {"course__country": "DE", "costs__fee": "20000"}

    assert str(assessed(**changes, course__attendance="digital").amount) == "5000"
    assert str(assessed(**changes, course__attendance="on_site").amount) == "10000"


def test_r16_r17_no_other_cost_and_no_salary_counts():
    data = said()
    data["costs"]["salary"] = data["costs"]["meals"] = "90000"

    assert str(drafted(data).by_rules) == "5000"


def test_r18_the_head_of_unit_must_confirm_the_same_sum():
    assert level(assessed(unit_confirmed=True), "R18") == "met"
    assert assessed(unit_confirmed=None).outcome == "grant"

    waiting = assessed(unit_confirmed=False)

    assert (waiting.outcome.value, waiting.rules) == ("wait", ["R18"])


@pytest.mark.parametrize(
    ("confirmed", "own", "sentence"),
    [
        (None, "6000", "The rules give 5 000 kr; the unit pays the other 6 000 kr."),
        (True, "20000", "The rules give 5 000 kr; the head of unit confirms the other 6 000 kr."),
        (
            None,
            "5200",
            "The rules give 5 000 kr and the unit pays 5 200 kr. "
            "It is not said who pays the remaining 800 kr.",
        ),
        (
            True,
            "4000",
            "The rules give 4 000 kr and the head of unit confirms 4 000 kr. "
            "It is not said who pays the remaining 3 000 kr.",
        ),
    ],
)
def test_r18_the_unit_pays_no_more_than_it_states(confirmed, own, sentence):
    assert text(assessed(unit_confirmed=confirmed, own_contribution=own), "R18") == sentence


def test_r18_the_confirmation_can_be_switched_off():
    assert assessed(unit_confirmed=False, terms=replace(TERMS, unit_confirmation=False)).rules == []


@pytest.mark.parametrize(
    ("changes", "because"),
    [
        ({"requested": "0"}, "No money is asked for"),
        ({"requested": "0.99"}, "No money is asked for"),
        ({"own_contribution": "0"}, "pays nothing itself"),
        ({"other_funding": "11000"}, "no cost left"),
        ({"other_funding": "25000"}, "no cost left"),
        ({"other_funding": "11000", "requested": "1", "own_contribution": "1"}, "no cost left"),
        ({"costs__fee": "0", "costs__travel": "1", "costs__lodging": "0.99"}, "no cost left"),
    ],
)
def test_r18_an_amount_of_nothing_is_refused_with_its_reason(changes, because):
    assessment = assessed(**changes)

    assert (assessment.rules, str(assessment.by_rules)) == (["R18"], "0")
    assert because in text(assessment, "R18")


def test_r18_nothing_to_grant_is_refused_though_the_head_has_not_confirmed():
    assessment = assessed(requested="0", unit_confirmed=False)

    assert [finding.level.value for finding in assessment.findings if finding.rule == "R18"] == [
        "refuse"
    ]


@pytest.mark.parametrize(("live", "verdict"), [(0, "met"), (1, "refuse"), (2, "refuse")])
def test_r23_one_live_grant_a_year(live, verdict):
    assert level(assessed(history__live_grants_this_year=live), "R23") == verdict


@pytest.mark.parametrize(
    ("declared", "registered", "verdict"),
    [
        (True, 1, "met"),
        (True, 2, "met"),
        (False, 0, "met"),
        (True, 0, "look"),
        (False, 2, "look"),
        (None, 2, None),
        (False, None, None),
    ],
)
def test_r25_the_declaration_is_compared_with_the_register(declared, registered, verdict):
    assessment = assessed(
        history__declared_earlier=declared, history__applications_this_year=registered
    )

    assert level(assessment, "R25") == verdict
    assert assessment.outcome == "grant"


@pytest.mark.parametrize(
    ("decided_on", "pool"),
    [
        ("2024-01-07", "2024-H1"),
        ("2024-02-29", "2024-H1"),
        ("2024-06-30", "2024-H1"),
        ("2024-07-01", "2024-H2"),
        ("2024-12-31", "2024-H2"),
        ("2025-01-01", "2025-H1"),
    ],
)
def test_r26_the_half_year_of_the_decision_pays(decided_on, pool):
    assert assessed(decided_on=decided_on).details["pool"] == pool


@pytest.mark.parametrize(("left", "rules"), [("5000", []), ("4999.99", ["R27"]), ("0", ["R27"])])
def test_r27_the_pool_must_suffice(left, rules):
    assert assessed(pool_remaining=left).rules == rules


@pytest.mark.parametrize(
    ("decided_on", "starts_on", "promised"),
    [
        ("2024-06-14", "2024-11-20", "the money of the next half-year"),
        ("2024-09-02", "2024-11-20", "It is answered by the end of the year."),
        ("2024-07-01", "2024-07-01", "It is answered by the end of the year."),
        ("2024-09-02", "2025-02-03", "the money of the next half-year"),
    ],
)
def test_r27_r31_no_later_half_year_is_promised_than_may_pay(decided_on, starts_on, promised):
    course = {"course__starts_on": starts_on, "course__ends_on": starts_on}
    sentence = text(assessed(pool_remaining="0", decided_on=decided_on, **course), "R27")

    assert promised in sentence
    assert ("next half-year" in sentence) != ("moved to this half-year" in sentence)


@pytest.mark.parametrize("unknown", ["decided_on", "course.starts_on"])
def test_r27_while_a_day_is_not_known_the_next_half_year_may_pay(unknown):
    found = drafted(without(unknown) | {"pool_remaining": "0"})

    assert "the money of the next half-year" in text(found, "R27")


def test_r27_the_pool_is_looked_at_even_when_another_rule_refuses():
    assert assessed(pool_remaining="10", course__external=False).rules == ["R2", "R27"]


def test_r27_a_switch_lets_a_small_pool_pay_what_it_has():
    generous = replace(TERMS, partial_grants=True)

    assert str(assessed(pool_remaining="1234.56", terms=generous).amount) == "1234"
    assert str(assessed(pool_remaining="1750000", terms=generous).amount) == "5000"
    assert assessed(pool_remaining="0.50", terms=generous).rules == ["R27"]
    assert drafted(without("pool_remaining"), terms=generous).by_rules == 5000


def test_r27_nobody_overtakes_unless_the_terms_say_so():
    assert assessed(waiting_ahead=1).rules == ["R27"]
    assert assessed(waiting_ahead=0).rules == []
    assert assessed(waiting_ahead=1, terms=replace(TERMS, overtaking=True)).rules == []


@pytest.mark.parametrize(
    ("decided_on", "rules"),
    [
        ("2024-06-23", []),
        ("2024-06-24", ["R29"]),
        ("2024-08-11", ["R29"]),
        ("2024-08-12", []),
        ("2024-12-19", []),
        ("2024-12-20", ["R29"]),
        ("2024-12-31", ["R29"]),
        ("2024-01-06", ["R29"]),
        ("2024-01-07", []),
    ],
)
def test_r29_nothing_is_decided_in_a_break_both_ends_included(decided_on, rules):
    early = {"submitted_at": "2023-11-01T10:00:00+01:00"}

    assert assessed(decided_on=decided_on, **early).rules == rules


def test_r30_a_coming_year_is_saved():
    course = {"course__starts_on": "2025-02-03", "course__ends_on": "2025-02-05"}

    assert assessed(decided_on="2024-11-25", **course).rules == ["R30"]
    assert level(assessed(decided_on="2024-11-25", **course), "R31") is None
    assert assessed(decided_on="2024-12-27", **course).rules == ["R29", "R30"]
    assert assessed(decided_on="2025-01-07", **course).rules == []


def test_r31_a_later_year_is_refused():
    course = {"course__starts_on": "2024-12-10", "course__ends_on": "2024-12-11"}

    assert assessed(decided_on="2024-12-19", **course).rules == []
    assert assessed(decided_on="2025-01-01", **course).rules == ["R29", "R31"]
    assert assessed(decided_on="2025-01-07", **course).rules == ["R31"]


def test_r33_a_plan_for_passing_it_on_is_required():
    assert assessed(statements__feedback_plan=False).rules == ["R33"]


def test_no_rule_hides_another():
    assessment = assessed(
        course__external=False,
        participant__specialist=False,
        statements__dissemination=False,
        statements__feedback_plan=False,
        submitted_at="2024-05-20T10:00:00+02:00",
        decided_on="2025-07-10",
        requested="0",
        history__live_grants_this_year=1,
    )

    assert assessment.rules == ["R2", "R7", "R8", "R9", "R18", "R23", "R29", "R31", "R33"]
    assert assessment.outcome == "refuse"


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("course.external", {"R2"}),
        ("other_funding", {"R4", "R18"}),
        ("participant.specialist", {"R7"}),
        ("participant.employed_in_region", {"R7"}),
        ("statements.active_participation", {"R8"}),
        ("statements.dissemination", {"R8"}),
        ("course.starts_on", {"R2", "R9"}),
        ("submitted_at", {"R9"}),
        ("costs.travel", {"R11", "R18"}),
        ("course.country", {"R12", "R18"}),
        ("course.attendance", {"R12", "R18"}),
        ("requested", {"R18"}),
        ("history.live_grants_this_year", {"R23"}),
        ("pool_remaining", {"R27"}),
        ("decided_on", {"R29"}),
        ("statements.feedback_plan", {"R33"}),
    ],
)
def test_what_a_draft_does_not_say_yet_is_open(name, rules):
    assessment = drafted(without(name))

    assert {finding.rule for finding in assessment.at("open")} == rules
    assert (assessment.outcome.value, str(assessment.amount)) == ("wait", "0")


def test_an_empty_draft_is_open_everywhere_and_refuses_nothing():
    assessment = drafted({})

    assert {finding.level.value for finding in assessment.findings} == {"open"}
    assert assessment.outcome == "wait"
    assert set(assessment.details.values()) == {None}


def test_sentences_speak_the_language_of_their_reader():
    finding = next(each for each in assessed().findings if each.rule == "R9")

    with translation.override("en"):
        english = str(finding.text)
    with translation.override("sv"):
        swedish_day = str(finding.text)

    assert "May" in english
    assert "maj" in swedish_day


def test_what_was_found_of_the_same_facts_and_terms_is_kept_in_no_language():
    first = assessed(course__external=False)
    with translation.override("sv"):
        again = assessed(course__external=False)
        assert again is first
        assert text(again, "R2").startswith("Regionen")
    assert text(first, "R2").startswith("The region")


def test_other_terms_find_anew():
    higher = replace(TERMS, caps=TERMS.caps | {"sweden": Decimal(5500)})
    assert (assessed().amount, assessed(terms=higher).amount) == (5000, 5500)
