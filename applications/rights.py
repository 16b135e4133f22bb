"""What remains of a person's right this year, where a scheme grants once (R23)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from applications.models import Application
from schemes.base import Scheme
from schemes.registry import SCHEMES


@dataclass(frozen=True)
class Right:
    """One scheme's right in a year: `used` is the live grant that it went to, or None."""

    scheme: Scheme
    year: int
    used: Application | None


def rights(user: Any, *, on: date) -> list[Right]:
    """Return the right of the year in each scheme that grants once a year. One query."""
    keys = {scheme.exclusive_key(on.year): scheme for scheme in SCHEMES}
    keys.pop(None, None)
    grants = Application.objects.live().filter(_of(user), exclusive_key__in=keys)
    used = {(grant.scheme, grant.exclusive_key): grant for grant in grants}
    return [Right(scheme, on.year, used.get((scheme.slug, key))) for key, scheme in keys.items()]


def _of(user: Any) -> Q:
    # Also a grant that somebody else applied for, where the person's own number is known.
    own = Q(applicant_id=user.pk)
    return own | Q(person_key=user.person_key) if user.person_key else own
