"""What is known about one application to RFR, read strictly and frozen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from schemes.reading import Reader
from schemes.rfr.countries import KNOWN_COUNTRIES

STOCKHOLM = ZoneInfo("Europe/Stockholm")
ON_SITE, DIGITAL = "on_site", "digital"
ATTENDANCES = (ON_SITE, DIGITAL)


@dataclass(frozen=True)
class Facts:
    """One application on one day. None is what is not known yet; amounts are in kronor."""

    submitted_at: datetime | None = None
    decided_on: date | None = None
    attendance: str | None = None
    country: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    external: bool | None = None
    specialist: bool | None = None
    employed_in_region: bool | None = None
    fee: Decimal | None = None
    travel: Decimal | None = None
    lodging: Decimal | None = None
    other_funding: Decimal | None = None
    funding_from_industry: bool | None = None
    requested: Decimal | None = None
    own_contribution: Decimal | None = None
    active_participation: bool | None = None
    dissemination: bool | None = None
    feedback_plan: bool | None = None
    live_grants: int | None = None
    earlier_applications: int | None = None
    declared_earlier: bool | None = None
    pool_remaining: Decimal | None = None
    waiting_ahead: int | None = None
    unit_confirmed: bool | None = None

    @property
    def submitted_on(self) -> date | None:
        """The local calendar day of the submission (R9)."""
        return self.submitted_at.astimezone(STOCKHOLM).date() if self.submitted_at else None

    @property
    def course_year(self) -> int | None:
        """The year that the application belongs to: that of the course's first day (R2)."""
        return self.starts_on.year if self.starts_on else None

    @property
    def costs(self) -> tuple[Decimal | None, ...]:
        """Fee, travel and lodging: the only costs that there are (R11, R16, R17)."""
        return (self.fee, self.travel, self.lodging)

    @property
    def cost(self) -> Decimal | None:
        """The costs known so far added up, or None while none is known (R11)."""
        known = [each for each in self.costs if each is not None]
        return sum(known, Decimal(0)) if known else None


def read(data: Mapping[str, Any], *, complete: bool = True) -> Facts:
    """Return the facts. Raises FactsError naming the first field that cannot be read.

    With `complete=False` whatever is missing or null is None, as in a draft.
    """
    reader = Reader(data, complete=complete, time_zone=STOCKHOLM)
    stated = _course(reader) | _participant(reader) | _money(reader) | _statements(reader)
    return Facts(**stated, **_circumstances(reader))


def _course(reader: Reader) -> dict[str, Any]:
    attendance = reader.choice("course.attendance", ATTENDANCES)
    # A digital course has its cap whatever the country (R15), so it needs none.
    digital = attendance == DIGITAL
    starts_on, ends_on = reader.days("course.starts_on", "course.ends_on")
    return {
        "attendance": attendance,
        "country": reader.choice("course.country", KNOWN_COUNTRIES, optional=digital),
        "starts_on": starts_on,
        "ends_on": ends_on,
        "external": reader.flag("course.external"),
    }


def _participant(reader: Reader) -> dict[str, Any]:
    return {
        "specialist": reader.flag("participant.specialist"),
        "employed_in_region": reader.flag("participant.employed_in_region"),
    }


def _money(reader: Reader) -> dict[str, Any]:
    return {
        "fee": reader.amount("costs.fee"),
        "travel": reader.amount("costs.travel"),
        "lodging": reader.amount("costs.lodging"),
        "other_funding": reader.amount("other_funding"),
        "funding_from_industry": reader.flag("funding_from_industry", optional=True),
        "requested": reader.amount("requested"),
        "own_contribution": reader.amount("own_contribution", optional=True),
    }


def _statements(reader: Reader) -> dict[str, Any]:
    return {
        "active_participation": reader.flag("statements.active_participation"),
        "dissemination": reader.flag("statements.dissemination"),
        "feedback_plan": reader.flag("statements.feedback_plan"),
    }


def _circumstances(reader: Reader) -> dict[str, Any]:
    return {
        "submitted_at": reader.moment("submitted_at"),
        "decided_on": reader.day("decided_on"),
        "live_grants": reader.count("history.live_grants_this_year"),
        "earlier_applications": reader.count("history.applications_this_year", optional=True),
        "declared_earlier": reader.flag("history.declared_earlier", optional=True),
        "pool_remaining": reader.amount("pool_remaining"),
        "waiting_ahead": reader.count("waiting_ahead", optional=True),
        "unit_confirmed": reader.flag("unit_confirmed", optional=True),
    }
