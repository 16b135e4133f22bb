"""The arithmetic of the refund: the fee up to its cap, and each day of absence by that day's rate."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal

from schemes.fastlege import days
from schemes.fastlege.facts import HALF, MUNICIPALITY, WHOLE, Absence, Facts
from schemes.fastlege.terms import Terms

NOTHING = Decimal(0)
ORE = Decimal("0.01")
UNITS = {WHOLE: 2, HALF: 1}
WHOLE_DAY = UNITS[WHOLE]


@dataclass(frozen=True)
class Counted:
    """One day of absence as it is paid. `amount` is None where no rate is in force that day.

    `cut` is the rule that gives less than what was stated, "" where none does; `short` tells that
    it was the hours, and not what was left.
    """

    absence: Absence
    units: int
    amount: Decimal | None
    cut: str = ""
    short: bool = False

    @property
    def on(self) -> date:
        """The day."""
        return self.absence.on


def fee(facts: Facts, terms: Terms) -> Decimal:
    """Return min(fee paid − other funding, cap), never below 0, in kroner and whole øre (L6)."""
    paid = (facts.fee_paid or NOTHING) - (facts.other_funding or NOTHING)
    return max(NOTHING, min(paid, terms.fee_cap)).quantize(ORE, rounding=ROUND_FLOOR)


def counted(facts: Facts, terms: Terms) -> tuple[Counted, ...]:
    """Return every day of absence in date order, with the units that are left for it (L7, L8, L9)."""
    left = AllowanceLeft(facts, terms)
    return tuple(_counted(absence, facts, terms, left) for absence in facts.absence)


class AllowanceLeft:
    """The half days that are left, by year, while the days of absence are taken in their order (L8).

    Where they count for each course, there is but one sum, under None.
    """

    def __init__(self, facts: Facts, terms: Terms) -> None:
        self.by_year = terms.by_year
        used = facts.units_used or {}
        self.units: dict[int | None, int] = defaultdict(lambda: terms.units)
        self.units |= {year: max(0, terms.units - count) for year, count in used.items()}

    def take(self, day: date, wanted: int) -> int:
        """Return how many of the wanted units are left for a day, and take them."""
        key = day.year if self.by_year else None
        given = min(wanted, self.units[key])
        self.units[key] -= given
        return given


def _counted(absence: Absence, facts: Facts, terms: Terms, left: AllowanceLeft) -> Counted:
    if facts.kind == MUNICIPALITY and not terms.municipality_day_rate:
        return Counted(absence, 0, NOTHING, "L9")
    if not days.is_working_day(absence.on):
        return Counted(absence, 0, NOTHING, "L7")
    stated, wanted = UNITS[absence.part], _wanted(absence, terms)
    units = left.take(absence.on, wanted)
    amount = _paid(absence.on, units, terms)
    cut = "L9" if amount is None else "L8" if units < max(stated, wanted) else ""
    return Counted(absence, units, amount, cut, short=units == wanted < stated)


def _wanted(absence: Absence, terms: Terms) -> int:
    """Return the units that a day is worth: hours decide where they are given (L8)."""
    if absence.hours is None:
        return UNITS[absence.part]
    if absence.hours > terms.whole_day_above:
        return UNITS[WHOLE]
    return UNITS[HALF] if absence.hours >= terms.half_day_from else 0


def _paid(day: date, units: int, terms: Terms) -> Decimal | None:
    if not units:
        return NOTHING
    rate = terms.rate_on(day)
    if rate is None:
        return None
    return rate.whole if units == WHOLE_DAY else rate.half


def compensation(facts: Facts, terms: Terms) -> Decimal:
    """Return what the days of absence give, in kroner; a day without a rate gives nothing yet (L9)."""
    return sum((each.amount or NOTHING for each in counted(facts, terms)), NOTHING)


def units(facts: Facts, terms: Terms) -> dict[int, int]:
    """Return the units that are taken, by year of the absence; years without any are left out (L8)."""
    taken: dict[int, int] = {}
    for each in counted(facts, terms):
        if each.units:
            taken[each.on.year] = taken.get(each.on.year, 0) + each.units
    return taken


def by_rules(facts: Facts, terms: Terms) -> Decimal:
    """Return fee and compensation together, in kroner with two decimals (L6, L9)."""
    return (fee(facts, terms) + compensation(facts, terms)).quantize(ORE)


def most_a_year(terms: Terms) -> Decimal:
    """Return the most for each calendar year of a course: the fee's cap, and all units at the best rate."""
    each = (max(rate.half, rate.whole / WHOLE_DAY) for rate in terms.rates)
    return terms.fee_cap + terms.units * max(each, default=NOTHING)
