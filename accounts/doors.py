"""The verbs of an administrator about somebody's account: end its sign-ins, close it, open it again."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import mandates, sign_ins
from accounts.capacities import ADMINISTRATOR
from accounts.models import User
from schemes.base import Scheme
from schemes.entering import tell
from schemes.models import Act


@transaction.atomic
def end_sign_ins(*, user: User, scheme: Scheme, why: str, by: User, at: datetime) -> int:
    """End every sign-in of a person, whose account stays open, and return how many were good.

    Writes down who did it and why. Raises ValidationError for one's own: those end under Profile.
    """
    _refuse_own(user, by)
    ended = sign_ins.end_all(user)
    _tell(Act.Kind.SIGN_INS, user, scheme, ended, why=why, by=by, at=at)
    return ended


@transaction.atomic
def close(*, user: User, scheme: Scheme, why: str, by: User, at: datetime) -> int:
    """Close a person's account, end its sign-ins, and return how many were good.

    Writes down who did it and why. Raises ValidationError for one's own account, for who holds
    something in a scheme that the administrator does not keep, and when nobody else would administer
    a scheme on the day after, also where two close each other at once.
    """
    today = scheme.local_day(at)
    _refuse_own(user, by)
    _refuse_others(user, by, today)
    _refuse_last(user, today)
    _set_open(user, False)
    ended = sign_ins.end_all(user)
    _tell(Act.Kind.CLOSED, user, scheme, ended, why=why, by=by, at=at)
    return ended


@transaction.atomic
def reopen(*, user: User, scheme: Scheme, why: str, by: User, at: datetime) -> None:
    """Open a closed account again; who did it and why is written down.

    Raises ValidationError for who holds something in a scheme that the administrator does not keep.
    """
    _refuse_others(user, by, scheme.local_day(at))
    _set_open(user, True)
    _tell(Act.Kind.OPENED, user, scheme, 0, why=why, by=by, at=at)


def _refuse_own(user: User, by: User) -> None:
    if user.pk == by.pk:
        raise ValidationError(_("This is your own account. You end your sign-ins under Profile."))


def _refuse_others(user: User, by: User, today: date) -> None:
    held = set(user.mandates.exclude(valid_to__lt=today).values_list("scheme", flat=True))
    if held - mandates.schemes_of(by, ADMINISTRATOR, on=today):
        raise ValidationError(
            _("This person is appointed in another scheme. Ask its administrator.")
        )


def _refuse_last(user: User, today: date) -> None:
    held = user.mandates.filter(capacity=ADMINISTRATOR).exclude(valid_to__lte=today)
    for slug in held.order_by("scheme").values_list("scheme", flat=True).distinct():
        left = mandates.administrators_left(slug, after=today)
        if not left.exclude(user=user).exists():
            raise ValidationError(
                _("Nobody else administers the scheme from tomorrow on. Appoint somebody first.")
            )


def _set_open(user: User, is_open: bool) -> None:
    user.is_active = is_open
    user.save(update_fields=["is_active"])


def _tell(kind: str, user: User, scheme: Scheme, ended: int, *, why: str, **who: Any) -> None:
    # An act stays for good: it names only whose name stays anyway, as who was appointed to something.
    number = _("Person %(number)s") % {"number": user.pk}
    about = str(user) if user.mandates.exists() else number
    figures = [{"name": "why", "before": "–", "after": why}]
    if ended:
        figures.append({"name": "sign_ins", "before": str(ended), "after": "0"})
    tell(scheme.slug, kind, about, figures=figures, **who)
