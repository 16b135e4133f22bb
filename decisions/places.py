"""For whom or what an undecided application waits, as PostgreSQL tells it of each row of a list."""

from datetime import date
from typing import Any, NamedTuple

from django.db.models import QuerySet, TextChoices, TextField
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy

from accounts import mandates
from applications.models import WAITING, Application, HeadRequest, State
from schemes.base import Scheme
from schemes.findings import Outcome
from schemes.services import left_on


class Place(TextChoices):
    """For whom or what an undecided application waits."""

    MINE = "mine", gettext_lazy("Your signature")
    OTHER = "other", gettext_lazy("Another signatory")
    DOCUMENTS = "documents", gettext_lazy("Papers")
    HEAD = "head", gettext_lazy("The head of unit")
    APPLICANT = "applicant", gettext_lazy("The applicant's answer")
    FUNDS = "funds", gettext_lazy("Funds")
    NEXT_YEAR = "next_year", gettext_lazy("Next year")


# Written out: Django needs ten times as long to put it together as PostgreSQL to answer it, several times
# for each page. Each branch names what it needs; `_place` gives the values in the same order.
PLACE = f"""
CASE
WHEN applications_application.state = '{State.RETURNED}' THEN '{Place.APPLICANT}'
WHEN applications_application.year > %s THEN '{Place.NEXT_YEAR}'
WHEN cardinality(applications_application.awaited) > 0 THEN '{Place.DOCUMENTS}'
-- The head of unit was asked and has not confirmed.
WHEN (
    SELECT NOT bool_or(asked.answer = '{HeadRequest.Answer.CONFIRMED}')
    FROM applications_headrequest asked
    WHERE asked.application_id = applications_application.id
        AND asked.revision = applications_application.revision
) THEN '{Place.HEAD}'
WHEN applications_application.assessed > %s THEN '{Place.FUNDS}'
ELSE coalesce(
    (
        -- For each capacity one signature counts at most.
        SELECT CASE
        -- Everyone whose signature is needed has signed the same, the person too: it only remains to decide.
        WHEN bool_or(signed.signatory_id = %s)
            AND count(*) FILTER (WHERE signed.capacity = ANY(%s)) = %s
            AND count(*) FILTER (WHERE signed.capacity = ANY(%s) AND signed.outcome = '{Outcome.GRANT}')
                IN (0, %s) THEN %s
        -- The person has signed, or whoever they stand in for: in no capacity is a signature left to give.
        WHEN bool_or(signed.signatory_id = %s)
            OR count(*) FILTER (WHERE signed.capacity = ANY(%s)) = %s THEN '{Place.OTHER}'
        END
        FROM decisions_signature signed
        WHERE signed.application_id = applications_application.id
            AND signed.revision = applications_application.revision AND signed.voided_at IS NULL
    ),
    CASE
    -- The person is biased, or is who it is about, applied or answers for the unit.
    WHEN EXISTS (
            SELECT FROM decisions_recusal biased
            WHERE biased.application_id = applications_application.id AND biased.user_id = %s
        )
        OR applications_application.applicant_id = %s
        OR upper(applications_application.head_email) = upper(%s)
        OR nullif(applications_application.person_key, '') = %s
    THEN '{Place.OTHER}'
    ELSE %s END
) END
"""  # noqa: S608, nothing in it comes from outside  # nosec B608


class Part(NamedTuple):
    """The part that a person has in deciding a scheme's applications on a day."""

    scheme: str
    needed: tuple[str, ...]  # the capacities in which an application is signed
    held: tuple[str, ...]  # those of them that the person holds
    mine: Place  # of what the person could sign
    ready: Place  # of what all have signed


def undecided(scheme: Scheme, user: Any, *, on: date) -> QuerySet[Application]:
    """Return what waits in a scheme, each with its `place` for this person on a day."""
    return undecided_for(**looker(scheme, user, on=on))


def undecided_for(part: Part, person: Any) -> QuerySet[Application]:
    """Return the same for a `looker`, or by a part and what stands for a person."""
    waiting = Application.objects.filter(scheme=part.scheme, state__in=WAITING)
    return waiting.exclude(submitted_at=None).annotate(place=_place(part, person))


def looker(scheme: Scheme, user: Any, *, on: date) -> dict[str, Any]:
    """Return what the place depends on for who looks at a scheme on a day: their `part`, and the `person`."""
    return {"part": _part(scheme, user, on=on), "person": _person(scheme, user, on=on)}


def _part(scheme: Scheme, user: Any, *, on: date) -> Part:
    mandates_here = [
        each for each in mandates.current(user, mandates.SIGNATORY) if each.scheme == scheme.slug
    ]
    mine = Place.MINE if mandates_here else Place.OTHER
    needed = scheme.signing
    held = tuple(sorted({each.capacity for each in mandates_here} & {*needed}))
    ready = mine if scheme.may_decide_on(on) else Place.OTHER
    return Part(scheme.slug, needed, held, mine, ready)


def _person(scheme: Scheme, user: Any, *, on: date) -> list[Any]:
    """Return what differs beside the part: year, what is left in the pool, and who looks."""
    return [on.year, left_on(scheme, on=on), user.pk, user.email, user.person_key]


def _place(part: Part, person: Any) -> RawSQL:
    """Return what tells the place; all values stand apart."""
    year, left, user, email, person_key = (person[nth] for nth in range(5))
    needed, held = [*part.needed], [*part.held]
    asked = [year, left, user, needed, len(needed), needed, len(needed), part.ready.value]
    asked += [user, held, len(held) or None, user, user, email, person_key, part.mine.value]
    return RawSQL(PLACE, asked, output_field=TextField())  # noqa: S611  # nosec B611
