"""Settling a grant by what the course really cost."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from applications.assessment import facts_of
from applications.models import Application, Event, State
from applications.services import NotAllowed, locked, move, notify_applicant
from drawing.wording import money
from invoicing.issuing import credit, current, left_of
from invoicing.models import Settlement
from schemes import services as pools


def payable(application: Application, *, actual_cost: Decimal, at: datetime) -> Decimal:
    """Return what is paid when the course really cost `actual_cost`, in the scheme's currency.

    Reckoned by the terms that the decision stored; never above the grant.
    """
    scheme = application.rules
    facts = facts_of(application, on=application.rules.local_day(at), at=at)
    invoice = current(application)
    stored = invoice.snapshot["decision"].get("terms") if invoice else None
    terms = scheme.terms_from_snapshot(stored) if stored else scheme.terms(facts)
    return scheme.payable(facts, terms, granted=application.granted, actual_cost=actual_cost)


@transaction.atomic
def settle(*, application: Application, actual_cost: Decimal, by: Any, at: datetime) -> Settlement:
    """Settle a grant by what the course really cost and return the settlement.

    What is not needed goes back to the pool and is credited on the invoice; the state becomes
    settled and the applicant is told. Raises NotAllowed unless the application is granted.
    """
    application = locked(application)
    if application.state != State.APPROVED:
        raise NotAllowed(_("Only a grant that is neither ended nor settled can be settled."))
    if application.rules.pays_out:
        raise NotAllowed(_("It is settled when its payment is released."))
    due = payable(application, actual_cost=actual_cost, at=at)
    settlement = Settlement.objects.create(
        application=application,
        actual_cost=actual_cost,
        granted=application.granted,
        payable=due,
        at=at,
        by=by,
        by_name=str(by),
    )
    _give_back(application, due, by=by, at=at)
    words = money(due, application.rules.currency)
    move(application, State.SETTLED, kind=Event.Kind.SETTLED, by=by, at=at, text=words)
    notify_applicant(application, "settled", at=at, settlement=settlement)
    return settlement


def _give_back(application: Application, due: Decimal, *, by: Any, at: datetime) -> None:
    # The pool before the series: everybody takes the locks in this order.
    with translation.override(application.rules.language):
        reason = _("The course cost less than was granted.")
    if spare := application.granted - due:
        pools.release(
            pool=application.pool,
            amount=spare,
            subject=application.uuid,
            at=at,
            by=by,
            note=reason,
        )
    invoice = current(application)
    if invoice and (over := left_of(invoice) - due) > 0:
        credit(invoice=invoice, amount=over, reason=reason, by=by, at=at)
