"""What is known about one application for a refund, read strictly and frozen."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from schemes.base import FactsError
from schemes.reading import Reader

OSLO = ZoneInfo("Europe/Oslo")
SELF_EMPLOYED, MUNICIPALITY, EMPLOYED = "self_employed", "municipality", "employed"
KINDS = (SELF_EMPLOYED, MUNICIPALITY, EMPLOYED)
WHOLE, HALF = "whole", "half"
PARTS = (WHOLE, HALF)
CERTIFICATE, DOCUMENTATION, RECEIPT = "certificate", "absence", "receipt"  # kinds of paper
HOURS_OF_A_DAY = 24
YEAR = re.compile(r"\d{4}", re.ASCII)


@dataclass(frozen=True)
class Absence:
    """One day away from practice: what was stated, and the hours where they were."""

    on: date
    part: str
    hours: Decimal | None = None


@dataclass(frozen=True)
class Facts:
    """One application on one day. None is what is not known yet; amounts are in kroner."""

    submitted_at: datetime | None = None
    decided_on: date | None = None
    kind: str | None = None
    pre_approved: bool | None = None
    topic_accepted: bool | None = None
    evaluates_own_practice: bool | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    fee_paid: Decimal | None = None
    other_funding: Decimal | None = None
    absence: tuple[Absence, ...] = ()  # in the order of the days
    certificate_issued_on: date | None = None
    certificate_accepted: bool | None = None
    absence_accepted: bool | None = None
    units_used: Mapping[int, int] | None = None  # by year of the absence (L8)
    pool_remaining: Decimal | None = None
    waiting_ahead: int | None = None
    papers: frozenset[str] | None = None  # the kinds that are attached, where the house says so


def read(data: Mapping[str, Any], *, complete: bool = True) -> Facts:
    """Return the facts. Raises FactsError naming the first field that cannot be read.

    With `complete=False` whatever is missing or null is None, as in a draft. What a case officer
    judges is null until they have.
    """
    reader = Reader(data, complete=complete, time_zone=OSLO)
    return Facts(
        submitted_at=reader.moment("submitted_at"),
        decided_on=reader.day("decided_on"),
        kind=reader.choice("applicant.kind", KINDS),
        **_course(reader),
        fee_paid=reader.amount("fee_paid"),
        other_funding=reader.amount("other_funding"),
        absence=_absence(reader),
        **_documents(reader),
        units_used=_units_used(reader),
        pool_remaining=reader.amount("pool_remaining"),
        waiting_ahead=reader.count("waiting_ahead", optional=True),
        papers=_papers(reader),
    )


def _course(reader: Reader) -> dict[str, Any]:
    starts_on, ends_on = reader.days("course.starts_on", "course.ends_on")
    return {
        "pre_approved": reader.flag("course.pre_approved"),
        "topic_accepted": reader.flag("course.topic_accepted", optional=True),
        "evaluates_own_practice": reader.flag("course.evaluates_own_practice", optional=True),
        "starts_on": starts_on,
        "ends_on": ends_on,
    }


def _documents(reader: Reader) -> dict[str, Any]:
    names = ("certificate_accepted", "absence_accepted")
    accepted = {name: reader.flag(f"documents.{name}", optional=True) for name in names}
    issued_on = reader.day("documents.certificate_issued_on", optional=True)
    return {"certificate_issued_on": issued_on} | accepted


def _absence(reader: Reader) -> tuple[Absence, ...]:
    """Return the days in their order; a day outside the course's counts as well (the page is silent)."""
    rows = reader.raw("absence")
    if rows is None:
        return ()
    if not isinstance(rows, list):
        raise FactsError("absence", "must be a list of days")
    found: dict[date, Absence] = {}
    for place, row in enumerate(rows):
        day = _day_of_absence(row, f"absence.{place}")
        if day.on in found:
            raise FactsError(f"absence.{place}.on", "is there twice")
        found[day.on] = day
    return tuple(found[on] for on in sorted(found))


def _day_of_absence(row: Any, place: str) -> Absence:
    if not isinstance(row, Mapping):
        raise FactsError(place, "must be an object")
    # A day of absence is whole even in a draft: forms hand in only rows that can be read.
    reader = Reader(row, complete=True, time_zone=OSLO)
    try:
        hours = reader.amount("hours", optional=True)
        if hours is not None and hours > HOURS_OF_A_DAY:
            raise FactsError("hours", "must be the hours of one day, 24 at most")
        return Absence(reader.day("on"), reader.choice("part", PARTS), hours)
    except FactsError as error:
        raise FactsError(f"{place}.{error.field}", error.message) from None


def _papers(reader: Reader) -> frozenset[str] | None:
    kinds = reader.raw("papers", optional=True)
    if kinds is None:
        return None
    if not isinstance(kinds, list) or not all(isinstance(kind, str) for kind in kinds):
        raise FactsError("papers", "must be a list of kinds")
    return frozenset(kinds)


def _units_used(reader: Reader) -> Mapping[int, int] | None:
    used = reader.raw("history.units_used")
    if used is None:
        return None
    if not isinstance(used, Mapping):
        raise FactsError("history.units_used", "must be an object: year and units")
    counts = Reader(used, complete=True, time_zone=OSLO)
    try:
        return {_year(year): counts.count(year) for year in used}
    except FactsError as error:
        raise FactsError(f"history.units_used.{error.field}", error.message) from None


def _year(text: Any) -> int:
    if not isinstance(text, str) or not YEAR.fullmatch(text):
        raise FactsError(str(text), "must be a year, such as 2022")
    return int(text)
