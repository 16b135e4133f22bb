"""The figures and switches that count for one course year, frozen; every number of RFR is one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

SWEDEN, EUROPE, WORLD, ON_SCREEN = "sweden", "europe", "world", "digital"
ZONES = (SWEDEN, EUROPE, WORLD, ON_SCREEN)

Days = tuple[date, date]


@dataclass(frozen=True)
class Terms:
    """What is in force. Amounts are whole kronor, periods are days unless they say otherwise."""

    valid_from: date
    caps: Mapping[str, Decimal]  # by zone (R12–R15)
    share: Decimal  # the part of the basis that a grant may be (R18)
    budgets: tuple[Decimal, Decimal]  # first and second half of the year (R26)
    zones: Mapping[str, str]  # country: zone; a country that is not there lies outside Europe
    breaks: tuple[Days, ...]  # as entered, both ends included (R29)
    summer_weeks: tuple[int, int]  # default: Monday of the first to Sunday of the last (R29)
    winter_days: tuple[str, str]  # default: MM-DD to MM-DD of the next year (R29)
    unit_confirmation: bool  # the head of unit must confirm (R18)
    partial_grants: bool  # a pool that is too small pays what it has (R27)
    overtaking: bool  # a later one may go first when the pool is too small for an earlier (R27)
    answer_days: int  # an applicant can expect an answer within
    report_days: int  # after the last day of the course (R32)
    invoice_months: int  # calendar months after the first day (R34)
    invoice_days: int  # after a decision that came after the first day (R34)
    buyer_name: str  # R35
    customer_number: str  # R35
    orderer_id: str  # R35

    def __hash__(self) -> int:
        """Return what equal terms share; among them are tables, which have no hash."""
        return hash((self.valid_from, self.share, self.budgets, self.breaks))


def snapshot(terms: Terms) -> dict[str, Any]:
    """Return the terms as plain JSON, for a decision to store."""
    plain = dict(vars(terms))
    plain["valid_from"] = terms.valid_from.isoformat()
    plain["caps"] = {zone: str(cap) for zone, cap in terms.caps.items()}
    plain["share"] = str(terms.share)
    plain["budgets"] = [str(budget) for budget in terms.budgets]
    plain["breaks"] = [[first.isoformat(), last.isoformat()] for first, last in terms.breaks]
    return plain


def from_snapshot(plain: Mapping[str, Any]) -> Terms:
    """Return the terms that a decision stored, whatever the tables say by now."""
    read = dict(plain)
    read["valid_from"] = date.fromisoformat(plain["valid_from"])
    read["caps"] = {zone: Decimal(cap) for zone, cap in plain["caps"].items()}
    read["share"] = Decimal(plain["share"])
    read["budgets"] = tuple(Decimal(budget) for budget in plain["budgets"])
    read["breaks"] = tuple(
        (date.fromisoformat(first), date.fromisoformat(last)) for first, last in plain["breaks"]
    )
    read["summer_weeks"] = tuple(plain["summer_weeks"])
    read["winter_days"] = tuple(plain["winter_days"])
    return Terms(**read)
