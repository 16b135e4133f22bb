"""The queue: what waits, for whom, in order of arrival, and what in it needs eyes."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, ExpressionWrapper, F, OuterRef, QuerySet, TextField, Value
from django.db.models.functions import Coalesce, Concat
from django.utils.translation import gettext as _

from applications import beside
from applications.assessment import Around, assessed, tell
from applications.models import SOUGHT, Application, Applications
from database import finding
from database.prepared import Asked, Given, prepared
from database.reads import take_as_read
from decisions import funds
from decisions.models import Signature
from decisions.places import Part, Place, looker, undecided_for
from decisions.standing import party
from schemes.base import Capacity, Scheme
from schemes.findings import Assessment, Finding, Level
from schemes.registry import get

SOON = 21  # days: a course that begins within them is marked
EYES = {Level.REFUSE: "bad", Level.LOOK: "warn", Level.WAIT: "neutral"}
# What one row shows of a case; the answers stay in the database.
UNSHOWN = ("answers", "report")
# Who has signed a case as it stands: capacity and outcome, with a blank between.
SIGNED = ArraySubquery(
    Signature.objects.live()
    .filter(application=OuterRef("pk"), revision=OuterRef("revision"))
    .order_by()
    .values(said=Concat("capacity", Value(" "), "outcome"))
)
NO_OUTCOME = "-"  # in place of an outcome
# The facts as they come from PostgreSQL: many are known by them, few are read.
STATED = ExpressionWrapper(F("facts"), output_field=TextField())

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


class Listed(NamedTuple):
    """As much of an application as the queue shows, is sorted by, and is assessed from."""

    pk: int
    uuid: UUID
    scheme: str
    state: str
    year: int
    submitted_at: datetime
    person_key: str
    course_title: str
    participant: str
    workplace: str
    organisation: str | None
    starts_on: date
    asked: Decimal | None
    assessed: Decimal | None
    stated: str  # the facts, as text
    place: str
    applicant_id: int
    head_email: str
    beside: str  # what its assessment depends on besides, as text
    signed: tuple[str, ...]  # the last: it is fetched as a list

    @property
    def rules(self) -> Scheme:
        """The scheme that the application belongs to."""
        return get(self.scheme)

    @property
    def facts(self) -> dict[str, Any]:
        """What the answers state, as the rules read it; who gets it does not change it."""
        return _parsed(self.stated)


@lru_cache(50)
def _parsed(stated: str) -> dict[str, Any]:
    return json.loads(stated)


# Where its columns come from, in their order.
COLUMNS = [{"organisation": "organisation__name"}.get(name, name) for name in Listed._fields]


@dataclass(frozen=True)
class Row:
    """What a row of the queue says of a case besides its columns."""

    assessment: Assessment
    place: Tag
    eyes: list[tuple[Finding, str]]
    near: Tag | None
    simple: bool  # such can be signed in one go


@dataclass(frozen=True)
class Queue:
    """What waits in a scheme and holds some words, as it stands before a person on a day."""

    scheme: Scheme
    user: Any
    on: date
    words: str = ""

    @cached_property
    def _given(self) -> dict[str, Any]:
        found = looker(self.scheme, self.user, on=self.on)
        return found | {"patterns": finding.patterns(self.words), "sought": bool(self.words)}

    def counts(self) -> dict[str, int]:
        """Return how many wait at each place. One query; what all who wait ask for comes along."""
        rows, slug = _counts(**self._given, year=self.on.year), self.scheme.slug
        if not self.words:
            take_as_read(funds.waiting, slug, on=self.on, found=funds.summed(slug, rows))
        return {row["place"]: row["number"] for row in rows}

    def whole(self, place: str, sort: str) -> QuerySet[Application]:
        """Return what waits at a place, "" for all, in an order, as a file of it says it."""
        return ordered(shown(_waiting(**self._given, at=place)), sort)

    def listed(self, place: str) -> Asked:
        """Return the same as it is fetched for the queue; see `listed`."""
        return _listed.on(**self._given, at=place)


@prepared
def _counts(person: Given, patterns: Given, year: Given, *, part: Part, sought: bool) -> QuerySet:
    waiting = _waiting(person, patterns, part=part, sought=sought, at="")
    return waiting.order_by().values("place").annotate(number=Count("pk"), **funds.sums(year))


@prepared
def _listed(person: Given, patterns: Given, *, part: Part, sought: bool, at: str) -> QuerySet:
    waiting = _waiting(person, patterns, part=part, sought=sought, at=at)
    return listed(waiting, get(part.scheme))


def _waiting(person: Any, patterns: Any, *, part: Part, sought: bool, at: str) -> Applications:
    waiting = undecided_for(part, person)
    found = search(waiting, patterns) if sought else waiting
    return found.filter(place=at) if at else found


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


def search(waiting: Applications, patterns: list[str] | Given) -> Applications:
    """Return those that wait whose course, participant, unit or administration holds each of some words.

    Takes these as `finding.patterns`. Those that wait are few: no index is asked about the whole table.
    """
    text = finding.Texts(*SOUGHT, Coalesce("organisation__name", Value("")))
    return waiting.filter(finding.Like(text, patterns))


def ordered(applications: QuerySet[Application], sort: str) -> QuerySet[Application]:
    """Return them by a known column, "-" before it turns it round; else in order of arrival."""
    return applications.order_by(*order(sort))


def order(sort: str) -> list[str]:
    """Return the names of the columns for a sort that is asked for."""
    columns = SORTS.get(sort.removeprefix("-"), SORTS["arrived"])
    return [f"-{name}" for name in columns] if sort.startswith("-") else list(columns)


def row(case: Listed, around: Around) -> Row:
    """Return what the row of a case says, by what lies `around` it in line."""
    scheme, on = case.rules, around.decided_on
    told = tell(case, beside.read(case, case.beside), around, at=case.submitted_at)
    found = assessed(case, told)
    last = scheme.last_day_to_decide(on.year)
    return Row(
        assessment=found,
        place=_place_tag(case),
        eyes=eyes(found),
        near=near(case, on=on, last=last) if scheme.before_course else None,
        simple=found.all_met,
    )


def shown(applications: QuerySet[Application]) -> QuerySet[Application]:
    """Return them with what a row shows fetched along."""
    return applications.select_related("organisation").defer(*UNSHOWN)


def listed(applications: QuerySet[Application], scheme: Scheme) -> QuerySet:
    """Return what is fetched of a scheme's for the queue; `cases` makes something of it."""
    found = applications.annotate(stated=STATED, signed=SIGNED, beside=beside.written(scheme))
    return found.values_list(*COLUMNS, named=True)


def cases(fetched: Iterable[tuple[Any, ...]], user: Any) -> list[Listed]:
    """Return the cases of what was fetched of some that are `listed`, as far as a person may know.

    Who is party to a case reads who has signed it, and not for what.
    """
    found = (Listed(*columns, tuple(sorted(signed))) for *columns, signed in fetched)
    return [_untold(each) if each.signed and party(each, user) else each for each in found]


def _untold(case: Listed) -> Listed:
    return case._replace(signed=tuple(f"{each.split()[0]} {NO_OUTCOME}" for each in case.signed))


def eyes(assessment: Assessment) -> list[tuple[Finding, str]]:
    """Return the findings that somebody should look at, worst first, each with its tone."""
    return [(each, tone) for level, tone in EYES.items() for each in assessment.at(level)]


def near(case: Listed, *, on: date, last: date | None) -> Tag | None:
    """Return a warning when the course is close or past, or the year's last day is (R31)."""
    days = (case.starts_on - on).days
    if days < 0:
        return Tag(_("The course has begun"), "warn")
    if days <= SOON:
        return Tag(_("The course is close"), "warn")
    if last and case.year == on.year and 0 <= (last - on).days <= 2 * SOON:
        return Tag(_("Decide before the break"))
    return None


def must_be_decided(scheme: Scheme, *, on: date) -> tuple[date | None, int]:
    """Return the last day to decide this year's applications, and how many wait for it (R31)."""
    last = scheme.last_day_to_decide(on.year)
    return last, funds.waiting(scheme.slug, on=on).of_this_year if last else 0


def _place_tag(case: Listed) -> Tag:
    place, signed = Place(case.place), dict(each.split() for each in case.signed)
    missing = [each for each in case.rules.capacities if each.slug not in signed]
    if place == Place.MINE:
        return Tag(str(place.label) if missing else _("Signed: decide now"), "accent")
    if place == Place.OTHER:
        return Tag(_missing_words(missing, signed))
    if place == Place.NEXT_YEAR:
        return Tag(_("Saved for %(year)d") % {"year": case.year})
    return Tag(str(place.label), "warn" if place == Place.FUNDS else "neutral")


def _missing_words(missing: list[Capacity], signed: dict[str, str]) -> str:
    if not missing:
        agree = len(set(signed.values())) == 1
        return _("Signed, not decided yet") if agree else _("The signatories disagree")
    return ", ".join(str(capacity.label) for capacity in missing)
