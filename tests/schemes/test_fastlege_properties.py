"""What must hold for any facts of the refund scheme whatever, tried on many invented applications."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from schemes.fastlege import amount, days, rules
from schemes.fastlege.facts import Absence, Facts, read
from tests.schemes.fastlege import TERMS

DAYS = st.dates(date(2021, 12, 20), date(2023, 1, 10))
# Facts that come as JSON may be finer than øre.
MONEY = st.decimals(0, 20_000, places=3)
HOURS = st.none() | st.decimals(0, 24, places=2)
PARTS = st.sampled_from(["whole", "half"])
ABSENCES = st.lists(
    st.builds(Absence, on=DAYS, part=PARTS, hours=HOURS), max_size=12, unique_by=lambda day: day.on
).map(lambda rows: tuple(sorted(rows, key=lambda row: row.on)))
USED = st.dictionaries(st.sampled_from([2021, 2022, 2023]), st.integers(0, 6))
KINDS = st.sampled_from(["self_employed", "municipality"])
LATER = replace(TERMS, units=12, units_per="course", fee_cap=Decimal(7000))
ANY_TERMS = st.sampled_from([TERMS, LATER])


@st.composite
def applications(draw):
    """Draw facts that lack nothing but may break any rule."""
    starts_on = draw(DAYS)
    return Facts(
        decided_on=date(2023, 2, 1),
        kind=draw(KINDS),
        pre_approved=True,
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=3),
        fee_paid=draw(MONEY),
        other_funding=draw(MONEY),
        absence=draw(ABSENCES),
        certificate_issued_on=starts_on + timedelta(days=3),
        certificate_accepted=True,
        absence_accepted=True,
        units_used=draw(USED),
        pool_remaining=Decimal(10**6),
    )


def worth(assessment):
    return Decimal(assessment.details["compensation"])


@given(applications())
def test_l8_units_never_exceed_the_allowance_of_any_year(facts):
    units = rules.assess(facts, TERMS).details["units"]

    for year, taken in units.items():
        assert 0 < taken <= max(0, TERMS.units - facts.units_used.get(int(year), 0))


@given(applications())
def test_l8_units_never_exceed_the_allowance_of_a_course(facts):
    assert sum(rules.assess(facts, LATER).details["units"].values()) <= LATER.units


@given(applications(), ANY_TERMS)
def test_l6_the_fee_is_never_above_cap_or_what_was_paid_oneself_nor_below_0(facts, terms):
    fee = Decimal(rules.assess(facts, terms).details["fee"])

    assert 0 <= fee <= terms.fee_cap
    assert fee <= max(Decimal(0), facts.fee_paid - facts.other_funding)


@given(applications(), ANY_TERMS)
def test_l6_l9_the_amount_is_fee_and_compensation_and_so_says_its_arithmetic(facts, terms):
    found = rules.assess(facts, terms)

    assert found.by_rules == Decimal(found.details["fee"]) + worth(found)
    assert found.arithmetic[-1].amount == found.by_rules
    assert worth(found) == sum(Decimal(day["amount"]) for day in found.details["days"])


@given(applications(), ANY_TERMS)
def test_l6_l8_l9_nothing_gives_more_than_the_most_of_each_year_that_it_touches(facts, terms):
    years = {day.on.year for day in facts.absence} or {facts.starts_on.year}

    assert rules.assess(facts, terms).by_rules <= len(years) * amount.most_a_year(terms)


@given(applications(), ANY_TERMS)
def test_l7_no_day_off_is_ever_paid(facts, terms):
    for day in rules.assess(facts, terms).details["days"]:
        if not days.is_working_day(date.fromisoformat(day["on"])):
            assert (day["units"], day["amount"]) == (0, "0")


@given(applications(), st.data())
def test_l8_the_order_in_which_days_are_stated_is_irrelevant(facts, data):
    rows = [
        {"on": each.on.isoformat(), "part": each.part, "hours": each.hours and str(each.hours)}
        for each in facts.absence
    ]
    shuffled = data.draw(st.permutations(rows))

    assert read({"absence": shuffled}, complete=False).absence == facts.absence


@given(applications(), ANY_TERMS, DAYS, PARTS)
def test_l9_a_further_day_never_gives_less(facts, terms, on, part):
    if on in {each.on for each in facts.absence}:
        return
    more = tuple(sorted((*facts.absence, Absence(on, part)), key=lambda row: row.on))

    further = rules.assess(replace(facts, absence=more), terms)

    assert sum(further.details["units"].values()) >= sum(
        rules.assess(facts, terms).details["units"].values()
    )


@given(applications(), st.integers(1, 4))
def test_l8_more_used_before_never_gives_more(facts, more):
    used = {year: facts.units_used.get(year, 0) + more for year in (2021, 2022, 2023)}

    assert worth(rules.assess(replace(facts, units_used=used), TERMS)) <= worth(
        rules.assess(facts, TERMS)
    )


@given(applications(), MONEY)
def test_l6_more_money_from_others_never_gives_more(facts, more):
    helped = replace(facts, other_funding=facts.other_funding + more)

    assert rules.assess(helped, TERMS).by_rules <= rules.assess(facts, TERMS).by_rules


@given(applications(), MONEY)
def test_l6_a_dearer_course_never_gives_less(facts, more):
    dearer = replace(facts, fee_paid=facts.fee_paid + more)

    assert rules.assess(dearer, TERMS).by_rules >= rules.assess(facts, TERMS).by_rules


@given(applications(), st.sampled_from([None, False]))
def test_l10_nothing_is_granted_without_an_accepted_certificate(facts, accepted):
    found = rules.assess(replace(facts, certificate_accepted=accepted), TERMS)

    assert (found.amount, "L10" in found.rules) == (0, True)


@given(applications(), st.decimals(0, 40_000, places=2))
def test_l5_what_is_granted_is_there(facts, left):
    found = rules.assess(replace(facts, pool_remaining=left), TERMS)

    assert found.amount <= left


# A half day that is not half of a whole one, as the page allows.
ODD = replace(TERMS, rates=tuple(replace(each, half=each.half + 111) for each in TERMS.rates))


@given(applications())
def test_l9_a_day_gives_the_whole_or_the_half_rate_in_force_and_no_other_sum(facts):
    for day in rules.assess(facts, ODD).details["days"]:
        rate = ODD.rate_on(date.fromisoformat(day["on"]))
        given_for = {0: Decimal(0), 1: rate.half, 2: rate.whole}
        assert Decimal(day["amount"]) == given_for[day["units"]]
