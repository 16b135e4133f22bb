"""The verbs of an administrator about people: appoint somebody, and end a mandate, each told of for good."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import mandates, services
from accounts.capacities import ADMINISTRATOR
from accounts.models import Mandate, User
from schemes import registry
from schemes.base import Scheme
from schemes.entering import tell
from schemes.models import Act

FROM_THE_SERVER = "manage.py first_administrator"


@transaction.atomic
def appoint(*, user: User, scheme: str, by: User, at: datetime, **mandate: Any) -> Mandate:
    """Give a person a capacity for a period, write down who did it, and return the mandate.

    Takes what `accounts.services.appoint` takes. Raises ValidationError where that does, and when
    somebody would appoint themselves or give the same capacity twice for the same days.
    """
    if user.pk == by.pk:
        raise ValidationError(
            {"email": _("You cannot appoint yourself. Ask another administrator.")}
        )
    _refuse_twice(user, scheme, mandate)
    made = services.appoint(user=user, scheme=scheme, **mandate)
    _tell(made, Act.Kind.APPOINTED, made.valid_from, by=by, at=at)
    return made


@transaction.atomic
def appoint_first(*, user: User, scheme: Scheme, ground: str, at: datetime) -> Mandate:
    """Make a person administrator of a scheme that has none, and return the mandate.

    It is done on the server, by whoever runs it; the act says so. Raises ValidationError where
    somebody administers the scheme: then it is they who appoint.
    """
    today = scheme.local_day(at)
    if mandates.holders(ADMINISTRATOR, scheme=scheme.slug, on=today).exists():
        raise ValidationError(_("Somebody administers the scheme already: they appoint."))
    made = services.appoint(
        user=user, scheme=scheme.slug, capacity=ADMINISTRATOR, valid_from=today, ground=ground
    )
    _tell(made, Act.Kind.APPOINTED, today, by=user, at=at, by_name=FROM_THE_SERVER)
    return made


@transaction.atomic
def end(*, mandate: Mandate, on: date, by: User, at: datetime) -> Mandate:
    """Let a mandate end with a day, its last, write down who did it, and return it.

    Raises ValidationError when it begins later, has ended by then, or when no administrator of the
    scheme would be left on the day after, also where two end each other at once.
    """
    last = mandate.capacity == ADMINISTRATOR and not _others(mandate, on)
    mandate = Mandate.objects.select_for_update(no_key=True, of=("self",)).get(pk=mandate.pk)
    if mandate.valid_to and mandate.valid_to < on:
        raise ValidationError(_("It already ends before that day."))
    if last:
        raise ValidationError(
            _("Nobody else administers the scheme after that day. Appoint somebody first.")
        )
    ended = services.end_mandate(mandate=mandate, on=on)
    _tell(ended, Act.Kind.MANDATE_ENDED, on, by=by, at=at)
    return ended


def _refuse_twice(user: User, scheme: str, mandate: dict[str, Any]) -> None:
    first, last = mandate["valid_from"], mandate.get("valid_to")
    held = Mandate.objects.filter(user=user, scheme=scheme, capacity=mandate["capacity"])
    held = held.filter(organisation=mandate.get("organisation")).exclude(valid_to__lt=first)
    if last:
        held = held.filter(valid_from__lte=last)
    if held.exists():
        raise ValidationError(
            {"email": _("They hold this capacity already for some of these days.")}
        )


def _others(mandate: Mandate, on: date) -> bool:
    held = mandates.administrators_left(mandate.scheme, after=on)
    return held.exclude(pk=mandate.pk).exists()


def _tell(mandate: Mandate, kind: str, day: date, **who: Any) -> None:
    period = [("valid_from", mandate.valid_from), ("valid_to", mandate.valid_to)]
    stated = [*period, ("ground", mandate.ground)]
    figures = [
        {"name": name, "before": "–", "after": str(value)} for name, value in stated if value
    ]
    with translation.override(registry.get(mandate.scheme).language):
        about = f"{mandate.user}, {mandate.label}"
    tell(mandate.scheme, kind, about, since=day, figures=figures, **who)
