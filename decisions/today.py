"""What waits in a scheme today for somebody who signs there, in figures, with the way to each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Min, Q

from decisions.places import Place, undecided
from decisions.queue import SOON
from schemes.base import Scheme

# So far back it is looked for the day from which on an answer is still in time.
DAYS_BACK = 120
DAY = timedelta(days=1)


@dataclass(frozen=True)
class AtPlace:
    """What waits at one place: how many, since when, how many late and how many for a course soon."""

    number: int = 0
    oldest: datetime | None = None
    late: int = 0
    soon: int = 0


@dataclass(frozen=True)
class Desk:
    """What a scheme's signatory finds on a day."""

    scheme: Scheme
    places: Mapping[str, AtPlace]
    pause: tuple[date, date] | None
    last_day: date | None

    def at(self, place: Place) -> AtPlace:
        """Return what waits at a place."""
        return self.places.get(place.value, AtPlace())

    @property
    def late(self) -> int:
        """How many could be decided and have had no answer by the day that applicants were told."""
        return self.at(Place.MINE).late + self.at(Place.OTHER).late


def desk(scheme: Scheme, user: Any, *, on: date) -> Desk:
    """Return what waits in a scheme for a signatory on a day. One query and those of the terms."""
    soon = Q(starts_on__range=(on, on + timedelta(days=SOON)))
    rows = undecided(scheme, user, on=on).order_by().values("place")
    rows = rows.annotate(
        number=Count("pk"),
        oldest=Min("submitted_at"),
        late=Count("pk", filter=late(scheme, on=on)),
        soon=Count("pk", filter=soon),
    )
    return Desk(
        scheme=scheme,
        places={row.pop("place"): AtPlace(**row) for row in rows},
        pause=scheme.next_break(on),
        last_day=scheme.last_day_to_decide(on.year),
    )


def late(scheme: Scheme, *, on: date) -> Q:
    """Return what tells who has had no answer by the day that they were told (R29, R30).

    Whoever applied in an earlier year for a course of this one was told a day of this year. A course of a
    coming year is late for nobody.
    """
    new_year = date(on.year, 1, 1)
    begun = _begins(scheme, new_year)
    of_this_year = Q(starts_on__year=on.year)
    saved = of_this_year & Q(submitted_at__lt=begun)
    others = Q(starts_on__lt=new_year) | of_this_year & Q(submitted_at__gte=begun)
    answered = answered_before(scheme, on=on) or on - DAY * DAYS_BACK
    found = others & _arrived_by(scheme, answered)
    answered = answered_before(scheme, on=on, starts_on=new_year)
    return found | saved & _arrived_by(scheme, answered) if answered else found


def answered_before(scheme: Scheme, *, on: date, starts_on: date | None = None) -> date | None:
    """Return the last day of arrival for which an answer was promised by the day before (R29, R30).

    None if there is none within the last `DAYS_BACK` days.
    """
    days = (on - DAY * back for back in range(1, DAYS_BACK))
    promised = scheme.answer_expected_on
    in_time = (day for day in days if promised(submitted_on=day, starts_on=starts_on) < on)
    return next(in_time, None)


def _arrived_by(scheme: Scheme, day: date) -> Q:
    return Q(submitted_at__lt=_begins(scheme, day + DAY))


def _begins(scheme: Scheme, day: date) -> datetime:
    """Return the first moment of a day where the scheme is at home."""
    return datetime.combine(day, time.min, ZoneInfo(scheme.time_zone))
