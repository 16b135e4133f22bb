"""The queue: what waits, for whom, in order of arrival, and what in it needs eyes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import JSONArray
from django.utils.translation import gettext as _

from applications.models import Application, Applications, State, holds
from decisions import funds, line
from decisions.models import Signature
from decisions.places import Place, place_by, place_of, values_of
from schemes.base import Assessment, Capacity, Finding, Level, Scheme
from schemes.prepared import Asked, Given, prepared
from schemes.reads import known

SOON = 21  # days: a course that begins within them is marked
EYES = {Level.REFUSE: "bad", Level.LOOK: "warn", Level.WAIT: "neutral"}
UNDECIDED = (State.SUBMITTED, State.RETURNED)
# What one row shows of a case; the answers stay in the database.
UNSHOWN = ("answers", "report")
# What a line of the queue shows, is sorted by, and is assessed from.
LINE = (
    *("uuid", "scheme", "state", "year", "submitted_at", "person_key", "facts"),
    *("course_title", "participant", "workplace", "organisation__name"),
    *("starts_on", "asked", "assessed"),
)
# Who has signed a case as it stands: pairs of capacity and outcome.
SIGNED = ArraySubquery(
    Signature.objects.live()
    .filter(application=OuterRef("pk"), revision=OuterRef("revision"))
    .values(said=JSONArray("capacity", "outcome"))
)


SORTS: Mapping[str, tuple[str, ...]] = {
    "arrived": ("submitted_at", "pk"),
    "course": ("course_title", "pk"),
    "starts": ("starts_on", "pk"),
    "asked": ("asked", "pk"),
    "rules": ("assessed", "pk"),
}


@dataclass(frozen=True)
class Tag:
    """A few words about a case and their tone."""

    label: str
    tone: str = "neutral"


@dataclass(frozen=True)
class Row:
    """One application as a line of the queue."""

    application: Application
    assessment: Assessment
    place: Tag
    eyes: list[tuple[Finding, str]]
    near: Tag | None
    simple: bool


@dataclass(frozen=True)
class Waiting:
    """What waits in a scheme and holds some words, as it stands before a person on a day."""

    scheme: Scheme
    user: Any
    on: date
    words: str = ""

    @cached_property
    def _given(self) -> dict[str, Any]:
        place = values_of(self.scheme, self.user, on=self.on)
        return {"scheme": self.scheme.slug, "place": place}

    def counts(self) -> dict[str, int]:
        """Return how many wait at each place. One query; what all of them ask for comes along."""
        if self.words:
            return dict(_by_place(self.found("")).values_list("place", "number"))
        rows = _counts(**self._given, year=self.on.year)
        known(funds.waiting, self.scheme.slug, on=self.on, found=funds.summed(rows))
        return {row["place"]: row["number"] for row in rows}

    def found(self, place: str) -> Applications:
        """Return what waits at a place, "" for all, each with its `place`."""
        found = search(undecided(self.scheme, self.user, on=self.on), self.words)
        return found.filter(place=place) if place else found

    def whole(self, place: str, sort: str) -> QuerySet[Application]:
        """Return the same in an order, as a file of it says it."""
        return ordered(shown(self.found(place)), sort)

    def listed(self, place: str) -> QuerySet[Application] | Asked:
        """Return the same with what the lines of the queue need, who signed included."""
        if self.words:
            return listed(self.found(place))
        return _listed.on(**self._given, at=place)


@prepared
def _counts(scheme: Given, place: Given, year: Given) -> QuerySet:
    return _by_place(undecided_in(scheme, place_by(place))).annotate(**funds.sums(year))


def _by_place(waiting: QuerySet[Application]) -> QuerySet:
    return waiting.order_by().values("place").annotate(number=Count("pk"))


@prepared
def _listed(scheme: Given, place: Given, *, at: str) -> QuerySet[Application]:
    waiting = undecided_in(scheme, place_by(place))
    return listed(waiting.filter(place=at) if at else waiting)


def undecided(scheme: Scheme, user: Any, *, on: date) -> QuerySet[Application]:
    """Return what waits in a scheme, each with its `place` for this person on a day."""
    return undecided_in(scheme.slug, place_of(scheme, user, on=on))


def undecided_in(scheme: Any, place: RawSQL) -> QuerySet[Application]:
    """Return what waits in a scheme, each with its `place`, told by an expression."""
    waiting = Application.objects.filter(scheme=scheme, state__in=UNDECIDED)
    return waiting.exclude(submitted_at=None).annotate(place=place)


def places(
    scheme: Scheme, counted: Mapping[str, int], *, on: date, signs: bool = True
) -> list[Place]:
    """Return the places that a scheme knows, and every other one at which something waits.

    "Your signature" is a place only for who `signs` here.
    """
    unknown = {
        Place.MINE: not signs,
        Place.DOCUMENTS: not scheme.takes_papers_later,
        Place.HEAD: not scheme.head_reads,
        Place.NEXT_YEAR: scheme.last_day_to_decide(on.year) is None,
    }
    return [place for place in Place if counted.get(place) or not unknown.get(place)]


def search(applications: Applications, words: str) -> Applications:
    """Return those that wait whose course, participant, unit or administration holds every word."""
    return applications.filter(holds(words, walked=True))


def ordered(applications: QuerySet[Application], sort: str) -> QuerySet[Application]:
    """Return them by a known column, "-" before it turns it round; else in order of arrival."""
    return applications.order_by(*order(sort))


def order(sort: str) -> list[str]:
    """Return the names of the columns for a sort that is asked for."""
    columns = SORTS.get(sort.removeprefix("-"), SORTS["arrived"])
    return [f"-{name}" for name in columns] if sort.startswith("-") else list(columns)


def rows(page: Sequence[Application], *, scheme: Scheme, on: date, at: datetime) -> list[Row]:
    """Return the lines of one page of what is `listed`; as many queries for 1 as for 50."""
    assessed = line.assess_in_line(page, on=on, at=at)
    last = scheme.last_day_to_decide(on.year)
    return [
        Row(
            application=each,
            assessment=assessed[each.pk],
            place=_place_tag(each, scheme, dict(each.signed)),
            eyes=eyes(assessed[each.pk]),
            near=near(each, on=on, last=last) if scheme.before_course else None,
            simple=is_simple(assessed[each.pk]),
        )
        for each in page
    ]


def shown(applications: QuerySet[Application]) -> QuerySet[Application]:
    """Return them with what a line shows fetched along."""
    return applications.select_related("organisation").defer(*UNSHOWN)


def listed(applications: QuerySet[Application]) -> QuerySet[Application]:
    """Return them with what the lines of the queue need, who signed included."""
    fetched = applications.select_related("organisation").only(*LINE)
    return fetched.annotate(signed=SIGNED)


def eyes(assessment: Assessment) -> list[tuple[Finding, str]]:
    """Return the findings that somebody should look at, worst first, each with its tone."""
    return [(finding, tone) for level, tone in EYES.items() for finding in assessment.at(level)]


def is_simple(assessment: Assessment) -> bool:
    """Tell whether all rules are met and nothing needs a judgement: such can be signed in one go."""
    return not assessment.at(Level.OPEN, Level.LOOK, Level.WAIT, Level.REFUSE)


def near(application: Application, *, on: date, last: date | None) -> Tag | None:
    """Return a warning when the course is close or past, or the year's last day is (R31)."""
    days = (application.starts_on - on).days
    if days < 0:
        return Tag(_("The course has begun"), "warn")
    if days <= SOON:
        return Tag(_("The course is close"), "warn")
    if last and application.year == on.year and 0 <= (last - on).days <= 2 * SOON:
        return Tag(_("Decide before the break"))
    return None


def must_be_decided(scheme: Scheme, *, on: date) -> tuple[date | None, int]:
    """Return the last day to decide this year's applications, and how many wait for it (R31)."""
    last = scheme.last_day_to_decide(on.year)
    return last, funds.waiting(scheme.slug, on=on).of_this_year if last else 0


def _place_tag(application: Application, scheme: Scheme, signed: dict[str, str]) -> Tag:
    place = Place(application.place)
    missing = [each for each in scheme.capacities if each.slug not in signed]
    if place == Place.MINE:
        return Tag(str(place.label) if missing else _("Signed: decide now"), "accent")
    if place == Place.OTHER:
        return Tag(_missing_words(missing, signed))
    if place == Place.NEXT_YEAR:
        return Tag(_("Saved for %(year)d") % {"year": application.year})
    return Tag(str(place.label), "warn" if place == Place.FUNDS else "neutral")


def _missing_words(missing: list[Capacity], signed: dict[str, str]) -> str:
    if not missing:
        agree = len(set(signed.values())) == 1
        return _("Signed, not decided yet") if agree else _("The signatories disagree")
    return ", ".join(str(capacity.label) for capacity in missing)
