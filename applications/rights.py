"""What remains of a person's right this year: one grant (R23), or units of an allowance (L8)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import get_language

from applications.models import Application
from database.finding import Among
from database.prepared import Given, prepared
from schemes.base import Allowance, Scheme
from schemes.models import PersonalAllowance
from schemes.registry import SCHEMES


@dataclass(frozen=True)
class Right:
    """One scheme's right in a year: `used` is the live grant that it went to, or None."""

    scheme: Scheme
    year: int
    used: Application | None


def concerning(cases: Iterable[Application]) -> list[Scheme]:
    """Return the schemes that concern a person: those of their cases.

    Without cases those that speak the language of the page, or all where none does.
    """
    begun, here = {case.scheme for case in cases}, get_language()
    theirs = [each for each in SCHEMES if each.slug in begun]
    return theirs or [each for each in SCHEMES if each.language == here] or list(SCHEMES)


def rights(user: Any, schemes: Collection[Scheme], *, on: date) -> list[Right]:
    """Return the right of the year in each of some schemes that grants once a year. One query.

    Of other schemes only what the person has a grant from.
    """
    keys = {scheme.exclusive_key(on.year): scheme for scheme in SCHEMES}
    keys.pop(None, None)
    grants = _grants(user=user.pk, person=user.person_key or None, keys=list(keys))
    used = {(grant.scheme, grant.exclusive_key): grant for grant in grants}
    found = [Right(scheme, on.year, used.get((scheme.slug, key))) for key, scheme in keys.items()]
    return [right for right in found if right.scheme in schemes or right.used]


@prepared
def _grants(user: Given, person: Given, keys: Given) -> QuerySet[Application]:
    # Also a grant that somebody else applied for, where the person's own number is known.
    own = Q(applicant_id=user) | Q(person_key=person)
    live = Application.objects.live().filter(own, Among(F("exclusive_key"), keys))
    return live.only("scheme", "exclusive_key", "granted", "course_title")


def allowances_left(applications: Iterable[Application], *, on: date) -> dict[int, str]:
    """Return in words, by application, what is left of its person's allowance in the year of a day.

    Only where the scheme has one and the person is known. As many queries for 1 as for 50.
    """
    asked = [each for each in applications if each.person_key and each.rules.has_allowances]
    limits = {scheme: scheme.allowance_of_year(on=on) for scheme in {each.rules for each in asked}}
    drawn = _drawn(asked, on=on)
    return {
        each.pk: each.rules.allowance_in_words(_used(limit, drawn.get(_whose(each))))
        for each in asked
        if (limit := limits[each.rules])
    }


def _drawn(
    applications: list[Application], *, on: date
) -> dict[tuple[str, str], PersonalAllowance]:
    keys = {each.person_key for each in applications}
    rows = PersonalAllowance.objects.filter(person_key__in=keys, year=on.year) if keys else ()
    return {(row.scheme, row.person_key): row for row in rows}


def _whose(application: Application) -> tuple[str, str]:
    return application.scheme, application.person_key


def _used(limit: Allowance, row: PersonalAllowance | None) -> Allowance:
    return replace(limit, units=row.used, limit=row.limit) if row else limit
