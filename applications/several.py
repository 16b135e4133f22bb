"""Applications for several people on the same course, begun in one go: one draft for each of them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from applications.drafting import Answers, start
from applications.models import Application, Applications, State
from schemes import secrets
from schemes.base import Scheme

GIVEN_UP = (State.WITHDRAWN, State.REFUSED, State.ENDED)


@transaction.atomic
def start_several(
    *,
    scheme: Scheme,
    applicant: Any,
    people: Iterable[Answers],
    at: datetime,
    copy_of: Application | None = None,
) -> list[Application]:
    """Return a new draft for each of several people: all of them, or none.

    Takes what was typed for each, by step. `copy_of`, one of the applicant's own, gives all other
    answers; without it they come from the applicant's last application. Raises NotAllowed as `start`.
    """
    begun = {"scheme": scheme, "applicant": applicant, "at": at, "copy_of": copy_of}
    return [start(**begun, given=_sealed(scheme, typed)) for typed in people]


def _sealed(scheme: Scheme, typed: Answers) -> dict[str, dict[str, Any]]:
    return {slug: scheme.step(slug).form.sealed(given) for slug, given in typed.items()}


def is_for_others(application: Application) -> bool:
    """Tell whether an application is such that there may be several for the same course."""
    several = application.rules.several
    if several is None:
        return False
    answers = application.answers.get(several.step) or {}
    return all(answers.get(name) == value for name, value in several.given.items())


def drafts_for_others(user: Any, scheme: Scheme) -> Applications:
    """Return a person's drafts of a scheme that are for others, the newest first."""
    said = {f"answers__{scheme.several.step}__{name}": value for name, value in _given(scheme)}
    own = Application.objects.of(user).filter(scheme=scheme.slug, state=State.DRAFT, **said)
    return own.select_related("applicant").prefetch_related("papers").order_by("-pk")


def _given(scheme: Scheme) -> Iterable[tuple[str, str]]:
    return scheme.several.given.items()


def of_the_same_course(
    user: Any, *, scheme: Scheme, numbers: Iterable[str], course: Mapping[str, Any]
) -> dict[str, Application]:
    """Return a person's applications for the same course that are not given up, by number.

    Takes the numbers of the people applied for, and the columns of the course.
    """
    keys = {secrets.person_key(number): number for number in numbers}
    own = Application.objects.of(user).filter(scheme=scheme.slug, person_key__in=keys, **course)
    found = own.exclude(state__in=GIVEN_UP)
    return {keys[each.person_key]: each for each in found} if course["course_title"] else {}
