"""Ending a grant: what it held goes back where it came from, and the person's year is free again."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from applications.models import Application, Event, State
from applications.services import NotAllowed, locked, move
from invoicing import services as invoicing
from schemes import services as pools


@transaction.atomic
def end(*, application: Application, reason: str, by: Any, at: datetime) -> Application:
    """End a grant: the course was cancelled or not attended (R22). Returns the application.

    All of the grant goes back to the pool that it came from and its units to the person's allowance,
    the invoice is credited, and the person's year is free again. Raises NotAllowed unless the
    application is granted, `by` is its applicant, and a reason is given.
    """
    application = locked(application)
    if application.state != State.APPROVED:
        raise NotAllowed(_("Only a grant that is neither ended nor settled can be ended."))
    if application.applicant_id != by.pk:
        raise NotAllowed(_("Only the applicant can end a grant."))
    if not reason.strip():
        raise NotAllowed(_("Say why the grant ends."))
    # Pool, allowance, series of invoices: everybody takes the locks in this order.
    pools.release(
        pool=application.pool, amount=application.granted, subject=application.uuid, at=at, by=by
    )
    pools.return_units(subject=application.uuid, at=at, by=by)
    invoicing.credit_rest(application=application, reason=reason.strip(), by=by, at=at)
    kind = Event.Kind.ENDED
    move(application, State.ENDED, kind=kind, by=by, at=at, text=reason.strip())
    return application
