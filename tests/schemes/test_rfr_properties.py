"""What must hold of RFR's rules whatever the application: searched for with Hypothesis."""

import copy
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from schemes.findings import Level
from schemes.rfr import days, rules
from schemes.rfr.facts import Facts
from tests.schemes.situations import GOOD, TERMS, drafted

amounts = st.decimals(min_value=0, max_value=60_000, places=2)
calendar = st.dates(min_value=date(2020, 1, 1), max_value=date(2030, 12, 31))
moments = st.datetimes(
    min_value=datetime(2020, 1, 1), max_value=datetime(2030, 12, 31), timezones=st.just(UTC)
)
flags = st.booleans()
rarely_false = st.sampled_from([True, True, True, False])

FIELDS = {
    "submitted_at": moments,
    "decided_on": calendar,
    "attendance": st.sampled_from(["on_site", "digital"]),
    "country": st.sampled_from(["SE", "DE", "TR", "GL", "US", "XK"]),
    "starts_on": calendar,
    "ends_on": calendar,
    "external": rarely_false,
    "specialist": rarely_false,
    "employed_in_region": rarely_false,
    "fee": amounts,
    "travel": amounts,
    "lodging": amounts,
    "other_funding": st.one_of(st.just(Decimal(0)), amounts),
    "funding_from_industry": flags,
    "requested": amounts,
    "own_contribution": st.one_of(st.none(), amounts),
    "active_participation": rarely_false,
    "dissemination": rarely_false,
    "feedback_plan": rarely_false,
    "live_grants": st.sampled_from([0, 0, 0, 1]),
    "earlier_applications": st.integers(0, 3),
    "declared_earlier": flags,
    "pool_remaining": st.one_of(st.just(Decimal(1_750_000)), amounts),
    "waiting_ahead": st.sampled_from([0, 0, 0, 1]),
    "unit_confirmed": rarely_false,
}
whole = st.builds(Facts, **FIELDS)
drafts = st.builds(Facts, **{name: st.one_of(st.none(), field) for name, field in FIELDS.items()})


@st.composite
def grantable(draw):
    """Facts that only the calendar, the amounts or the pool can stop."""
    starts_on = draw(calendar)
    decided_on = date(starts_on.year, 1, 7) + timedelta(days=draw(st.integers(0, 350)))
    return draw(
        st.builds(
            Facts,
            **{**FIELDS, "starts_on": st.just(starts_on), "decided_on": st.just(decided_on)},
        )
    )


def with_(facts, **changes):
    return Facts(**{**vars(facts), **changes})


def assess(facts):
    return rules.assess(facts, TERMS)


@given(whole)
def test_r12_r13_r14_r15_never_above_the_cap(facts):
    assessment = assess(facts)

    assert 0 <= assessment.by_rules <= Decimal(assessment.details["cap"])


@given(whole)
def test_r18_never_above_half_the_basis_the_amount_asked_or_the_contribution(facts):
    granted = assess(facts).by_rules
    left = max(Decimal(0), facts.cost - facts.other_funding)

    assert granted <= left / 2
    assert granted <= left - granted  # the unit pays at least as much
    assert granted <= facts.requested
    assert facts.own_contribution is None or granted <= facts.own_contribution
    assert granted == int(granted)


@given(whole, st.sampled_from(["fee", "travel", "lodging"]), amounts)
def test_r18_cheaper_never_gives_more(facts, cost, less):
    cheaper = with_(facts, **{cost: max(Decimal(0), getattr(facts, cost) - less)})

    assert assess(cheaper).by_rules <= assess(facts).by_rules


@given(whole, amounts)
def test_r4_r18_more_money_from_elsewhere_never_gives_more(facts, more):
    richer = with_(facts, other_funding=facts.other_funding + more)

    assert assess(richer).by_rules <= assess(facts).by_rules


@given(grantable(), st.timedeltas(timedelta(0), timedelta(days=800)))
def test_r9_a_later_submission_never_turns_a_refusal_into_a_grant(facts, later):
    after = with_(facts, submitted_at=facts.submitted_at + later)

    if assess(facts).outcome == "refuse":
        assert assess(after).outcome == "refuse"


@given(grantable(), st.integers(0, 400))
def test_r10_an_earlier_start_never_turns_a_late_submission_into_one_in_time(facts, days_earlier):
    moved = with_(facts, starts_on=facts.starts_on - timedelta(days=days_earlier))

    if "R9" in assess(facts).rules:
        assert "R9" in assess(moved).rules


@given(grantable())
def test_r27_a_grant_never_exceeds_what_the_pool_has(facts):
    assert assess(facts).amount <= facts.pool_remaining


@given(grantable())
def test_r29_nothing_is_granted_within_a_break(facts):
    if days.break_on(facts.decided_on, TERMS):
        assert assess(facts).amount == 0
        assert "R29" in assess(facts).rules


@given(whole)
def test_r30_r31_nothing_is_granted_outside_the_year_of_the_course(facts):
    if facts.decided_on.year != facts.starts_on.year:
        assert assess(facts).amount == 0


@given(whole)
def test_r23_nobody_gets_a_second_grant_in_a_year(facts):
    assert assess(with_(facts, live_grants=1)).outcome == "refuse"


@given(drafts)
def test_every_rule_speaks_once_at_most_and_a_draft_never_fails(facts):
    assessment = assess(facts)
    numbers = [finding.rule for finding in assessment.findings]

    assert len(numbers) == len(set(numbers))
    assert [int(number[1:]) for number in numbers] == sorted(int(n[1:]) for n in numbers)
    assert all(str(finding.text) for finding in assessment.findings)
    assert all(str(line.label) for line in assessment.arithmetic)
    assert (assessment.amount > 0) == (assessment.outcome == "grant")
    assert assessment.as_json()["outcome"] == assessment.outcome


@given(drafts)
def test_only_what_is_known_refuses_and_every_refusal_stays_when_the_rest_is_filled_in(facts):
    filled = {name: value for name, value in vars(facts).items() if value is not None}
    rest = {"external": True, "specialist": True, "employed_in_region": True, "feedback_plan": True}
    refused = {finding.rule for finding in assess(facts).at(Level.REFUSE)}

    assert refused <= {each.rule for each in assess(Facts(**{**rest, **filled})).at(Level.REFUSE)}


@given(
    st.sets(st.sampled_from([(a, b) for a, v in GOOD.items() if isinstance(v, dict) for b in v]))
)
def test_any_part_of_the_facts_makes_a_draft(missing):
    data = copy.deepcopy(GOOD)
    for section, name in missing:
        del data[section][name]

    assert drafted(data).outcome in ("grant", "wait")


@given(whole, amounts, amounts)
def test_r22_what_is_paid_never_exceeds_the_grant_and_a_lower_cost_never_pays_more(
    facts, one, other
):
    low, high = sorted((one, other))
    granted = assess(facts).by_rules

    def paid(actual):
        return rules.amount.payable(facts, TERMS, granted=granted, actual_cost=actual)

    assert 0 <= paid(low) <= paid(high) <= granted
