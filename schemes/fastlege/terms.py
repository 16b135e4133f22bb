"""The figures and switches that count for one course, frozen; every number of the scheme is one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

PER_YEAR, PER_COURSE = "year", "course"


@dataclass(frozen=True)
class Rate:
    """What a whole and a half day of absence give, in kroner, from a day on (L9)."""

    valid_from: date
    whole: Decimal
    half: Decimal


@dataclass(frozen=True)
class Terms:
    """What is in force. Amounts are kroner, units are half days, periods are days."""

    valid_from: date
    first_day: date  # of the scheme: no certificate from before it (L1)
    last_day: date | None  # of the scheme: no certificate from after it (L1)
    fee_cap: Decimal  # the most of one course's fee (L6)
    units: int  # half days, for each GP (L8)
    units_per: str  # within a calendar year of the absence, or for one course (L8)
    whole_day_above: Decimal  # hours: more are a whole day (L8)
    half_day_from: Decimal  # hours: fewer are none (L8)
    municipality_day_rate: bool  # a municipality is paid by the day rate (L9)
    appropriation: Decimal  # L5
    overtaking: bool  # a later one may go first when the money does not suffice (L5)
    answer_days: int  # an applicant can expect an answer within
    payment_days: int  # after the decision
    contact: str  # L13
    payer: str  # who pays
    rates: tuple[Rate, ...]  # in the order of their days (L9)

    def rate_on(self, day: date) -> Rate | None:
        """Return the rate in force on a day, or None before the first one (L9)."""
        begun = [rate for rate in self.rates if rate.valid_from <= day]
        return begun[-1] if begun else None

    @property
    def by_year(self) -> bool:
        """Whether the units count within the calendar year of the absence (L8)."""
        return self.units_per == PER_YEAR


DAYS = ("valid_from", "first_day")
FIGURES = ("fee_cap", "whole_day_above", "half_day_from", "appropriation")


def snapshot(terms: Terms) -> dict[str, Any]:
    """Return the terms as plain JSON, for a decision to store."""
    plain = dict(vars(terms))
    plain |= {name: plain[name].isoformat() for name in DAYS}
    plain["last_day"] = terms.last_day.isoformat() if terms.last_day else None
    plain |= {name: str(plain[name]) for name in FIGURES}
    plain["rates"] = [
        [rate.valid_from.isoformat(), str(rate.whole), str(rate.half)] for rate in terms.rates
    ]
    return plain


def from_snapshot(plain: Mapping[str, Any]) -> Terms:
    """Return the terms that a decision stored, whatever the tables say by now."""
    read = dict(plain)
    read |= {name: date.fromisoformat(plain[name]) for name in DAYS}
    read["last_day"] = date.fromisoformat(plain["last_day"]) if plain["last_day"] else None
    read |= {name: Decimal(plain[name]) for name in FIGURES}
    read["rates"] = tuple(
        Rate(date.fromisoformat(day), Decimal(whole), Decimal(half))
        for day, whole, half in plain["rates"]
    )
    return Terms(**read)
