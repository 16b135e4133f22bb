"""Reads from the tables which terms and rates are in force, and which courses are approved beforehand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Q, QuerySet, TextField
from django.db.models.functions import Cast, JSONArray

from database.reads import kept
from schemes.fastlege.models import DatedTerms, DayRate, ListedCourse
from schemes.fastlege.terms import Rate, Terms
from schemes.models import counts_on

SLUG = "fastlege"


@dataclass(frozen=True)
class Tables:
    """All terms in the order of their days."""

    versions: tuple[Terms, ...]

    @property
    def first(self) -> Terms:
        """The first terms that there were."""
        return self.versions[0]

    def in_force(self, day: date | None) -> Terms:
        """Return the terms for a course that begins on a day; the newest while no day is known.

        A course from before the first terms has those.
        """
        if day is None:
            return self.versions[-1]
        begun = [terms for terms in self.versions if terms.valid_from <= day]
        return begun[-1] if begun else self.first


@kept
def read() -> Tables:
    """Return the tables, in one query. Raises LookupError without any terms."""
    rates = DayRate.objects.order_by("valid_from").values(
        row=JSONArray(F("valid_from"), Cast("whole", TextField()), Cast("half", TextField()))
    )
    rows = DatedTerms.objects.order_by("valid_from").annotate(all_rates=ArraySubquery(rates))
    versions = tuple(_terms(row) for row in rows)
    if not versions:
        raise LookupError("The refund scheme has no terms: enter them in the administration.")
    return Tables(versions)


def in_force(day: date | None) -> Terms:
    """Return the terms for a course that begins on a day."""
    return read().in_force(day)


def listed(title: str, *, on: date | None) -> ListedCourse | None:
    """Return the pre-approved course of that name, however its spaces and capitals are written (L12).

    Takes the first day of the course; while it is not known, any day's list counts.
    """
    wanted = _plain(title)
    return next((course for course in courses(on=on) if _plain(course.title) == wanted), None)


def courses(*, on: date | None) -> Iterable[ListedCourse]:
    """Return the courses that are approved beforehand when they begin on a day, by title."""
    return [course for course in _every_course() if on is None or counts_on(course, on)]


@kept
def _every_course() -> list[ListedCourse]:
    return list(ListedCourse.objects.all())


def found(words: str, *, on: date) -> QuerySet[ListedCourse]:
    """Return the courses of a day's list whose title or organiser holds every word, by title."""
    rows = ListedCourse.objects.valid_on(on)
    for word in words.split():
        rows = rows.filter(Q(title__icontains=word) | Q(organiser__icontains=word))
    return rows


AS_THEY_ARE = (
    "valid_from",
    "first_day",
    "last_day",
    "fee_cap",
    "units",
    "units_per",
    "whole_day_above",
    "half_day_from",
    "municipality_day_rate",
    "appropriation",
    "overtaking",
    "answer_days",
    "payment_days",
    "contact",
    "payer",
)


def _terms(row: DatedTerms) -> Terms:
    rates = tuple(
        Rate(date.fromisoformat(valid_from), Decimal(whole), Decimal(half))
        for valid_from, whole, half in row.all_rates
    )
    return Terms(rates=rates, **{name: getattr(row, name) for name in AS_THEY_ARE})


def _plain(title: str) -> str:
    # A hyphen for the dash, as keyboards have it.
    return " ".join(title.replace("\N{EN DASH}", "-").split()).casefold()
