"""What RFR's arithmetic gives: the smallest of cap, amount asked, own contribution and half."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import translation

from schemes.rfr import amount, facts
from tests.schemes.situations import TERMS, assessed, drafted, said, without


@pytest.mark.parametrize(
    ("fee", "expected"),
    [
        ("1", "0"),
        ("1.99", "0"),
        ("2", "1"),
        ("9999.99", "4999"),
        ("4999.99", "2499"),
        ("10000", "5000"),
        ("10001", "5000"),
    ],
)
def test_r18_half_is_rounded_down_to_whole_kronor(fee, expected):
    assessment = assessed(costs__fee=fee, costs__travel="0", costs__lodging="0")

    assert str(assessment.by_rules) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"requested": "4999.99"}, "4999"),
        ({"requested": "100"}, "100"),
        ({"own_contribution": "1200.50"}, "1200"),
        ({"own_contribution": "99999"}, "5000"),
        ({"other_funding": "6000.01"}, "2499"),
        ({"other_funding": "11000.01"}, "0"),
        ({"costs__fee": 6000, "costs__travel": 3500.5, "requested": 4000}, "4000"),
    ],
)
def test_r18_the_smallest_decides(changes, expected):
    assert str(assessed(**changes).by_rules) == expected


def test_the_card_shows_how_the_amount_came_about():
    assessment = assessed(costs__lodging="1500.50", other_funding="1000", own_contribution="9000")

    with translation.override("en"):
        shown = [(str(line.label), str(line.amount), line.total) for line in assessment.arithmetic]

    assert shown == [
        ("Fee, travel and lodging", "11000.50", False),
        ("Money from elsewhere", "-1000", False),
        ("50% of what is left", "5000", False),
        ("The most for this kind of course", "5000", False),
        ("Asked for", "20000", False),
        ("The unit's own contribution", "9000", False),
        ("Grant", "5000", True),
        ("The unit pays the rest", "5000.50", False),
    ]


@pytest.mark.parametrize(
    ("own", "lines"),
    [
        (None, [("Grant", "5000"), ("The unit pays the rest", "6000")]),
        ("6000", [("Grant", "5000"), ("The unit pays the rest", "6000")]),
        ("5999.50", [("Grant", "5000"), ("The unit pays", "5999.50"), ("Not covered", "0.50")]),
        ("1200.50", [("Grant", "1200"), ("The unit pays", "1200.50"), ("Not covered", "8599.50")]),
        ("0", [("Grant", "0"), ("The unit pays", "0"), ("Not covered", "11000")]),
    ],
)
def test_r18_the_card_gives_the_unit_no_more_than_it_says_to_pay(own, lines):
    shown = assessed(own_contribution=own).arithmetic

    with translation.override("en"):
        found = [(str(line.label), str(line.amount)) for line in shown]

    assert found[-len(lines) :] == lines


def test_a_draft_shows_what_can_be_had_before_an_amount_is_asked_for():
    assessment = drafted(without("requested"))

    assert (str(assessment.by_rules), str(assessment.amount)) == ("5000", "0")


def test_a_draft_without_any_figure_shows_nothing_to_get():
    assessment = drafted({})

    assert [str(line.amount) for line in assessment.arithmetic] == ["0"]


@pytest.mark.parametrize(
    ("actual", "paid"),
    [
        ("11000", "4700"),  # dearer than thought: never more than was granted
        ("9400", "4700"),
        ("9399.99", "4699"),
        ("3000", "1500"),
        ("0", "0"),
    ],
)
def test_r11_r18_what_is_paid_follows_the_actual_cost_but_never_rises(actual, paid):
    known = facts.read(said())

    assert (
        str(amount.payable(known, TERMS, granted=Decimal(4700), actual_cost=Decimal(actual)))
        == paid
    )


def test_r12_r18_what_is_paid_is_never_above_the_cap():
    known = facts.read(said())

    assert amount.payable(known, TERMS, granted=Decimal(5500), actual_cost=Decimal(11000)) == 5000


def test_r22_what_came_from_elsewhere_is_taken_off_the_actual_cost_too():
    known = facts.read(said(other_funding="2000"))

    assert amount.payable(known, TERMS, granted=Decimal(4500), actual_cost=Decimal(1500)) == 0
    assert amount.payable(known, TERMS, granted=Decimal(4500), actual_cost=Decimal(5000)) == 1500


def test_every_figure_is_a_term():
    meagre = replace(TERMS, share=Decimal("0.25"), caps={**TERMS.caps, "sweden": Decimal(2000)})

    assert str(assessed(terms=meagre).amount) == "2000"
    assert str(assessed(terms=meagre, course__country="DE").amount) == "2750"
