"""Holds: while somebody with a reason holds a case, nothing of it is removed, whatever its term says."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import mandates
from applications.models import Application, Hold
from applications.recording import NotAllowed
from schemes.registry import get


@transaction.atomic
def hold(
    *, application: Application, reason: str, by: Any, at: datetime, whole_person: bool = False
) -> Hold:
    """Hold a case, or with `whole_person` all of its applicant's cases in the scheme; return the row.

    Raises NotAllowed without a reason, unless `by` administers the scheme, and when nothing is left
    to hold.
    """
    # One that is anonymised may still have vouchers to hold.
    application = Application.objects.select_for_update(no_key=True).get(pk=application.pk)
    _require_administrator(application.scheme, by, at=at)
    if application.vouchers_anonymised_at:
        raise NotAllowed(_("It is anonymised already: nothing is left to hold."))
    return Hold.objects.create(
        scheme=application.scheme,
        person=application.applicant,
        application=None if whole_person else application,
        reason=_required(reason),
        at=at,
        by=by,
        by_name=str(by),
    )


@transaction.atomic
def lift(*, hold: Hold, reason: str, by: Any, at: datetime) -> Hold:
    """Lift a hold and return the row that says so; what has outlived its term goes the next night.

    Raises NotAllowed without a reason, unless `by` administers the scheme, and when it was lifted.
    """
    _require_administrator(hold.scheme, by, at=at)
    live = Hold.objects.live().filter(pk=hold.pk)
    if not live.exists():
        raise NotAllowed(_("This hold has been lifted already."))
    return Hold.objects.create(
        scheme=hold.scheme,
        person_id=hold.person_id,
        application_id=hold.application_id,
        lifts=hold,
        reason=_required(reason),
        at=at,
        by=by,
        by_name=str(by),
    )


def _required(reason: str) -> str:
    if not reason.strip():
        raise NotAllowed(_("Say why."))
    return reason.strip()


def _require_administrator(scheme: str, by: Any, *, at: datetime) -> None:
    on = get(scheme).local_day(at)
    if not mandates.holds(by, mandates.ADMINISTRATOR, scheme=scheme, on=on):
        raise NotAllowed(_("Only the scheme's administrator holds cases and lifts holds."))
