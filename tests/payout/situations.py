"""Grants of a scheme that pays out, each one step further; and their payments."""

from itertools import count
from uuid import uuid4

from applications import services as applications
from decisions import services as decisions
from invoicing import packet, services
from invoicing.pain001 import Payer
from schemes import secrets
from schemes.models import PayingAccount
from tests import factories
from tests.applications.files import upload
from tests.factories import APRIL, again, personal_number
from tests.payout.scheme import Lectures

ACCOUNT = "86011117947"  # invented, with the right check digit
PAYER = Payer(name="The lecture society", account="15030123457", bic="DEMONO22")
people = count(5000)


def pays_from_now_on(scheme=Lectures.slug):
    """Let a scheme have the account from which its payments are made."""
    account = secrets.encrypt(PAYER.account)
    names = {"name": PAYER.name, "account": account, "bic": PAYER.bic}
    PayingAccount.objects.create(scheme=scheme, valid_from=factories.LONG_AGO, **names)


def granted(*, at=APRIL, by=None, steward=None, file=None, **typed):
    """Return an application that was granted 400, with a proof attached."""
    scheme = Lectures()
    application = applications.start(scheme=scheme, applicant=by or factories.person(), at=at)
    said = {
        "speaker": "Test Foredragsholder",
        "number": personal_number(next(people)),
        "title": "A lecture",
        "price": "400",
        "held_on": "2026-03-02",
        "account": ACCOUNT,
    }
    application = applications.save_step(
        application=application,
        step=scheme.steps[0],
        typed=said | typed,
        revision=application.revision,
        by=application.applicant,
        at=at,
    )
    _attach(application, file or upload(name="Proof.pdf"), at=at)
    application = again(application)
    applications.submit(application=application, by=application.applicant, at=at)
    factories.signed(again(application), by=steward or a_steward(), at=at)
    return again(application)


def _attach(application, file, *, at):
    step = application.rules.steps[0]
    applications.attach(application=application, step=step, kind="proof", upload=file, at=at)


def a_steward(**mandate):
    """Return the one who signs."""
    return factories.appointed("steward", scheme=Lectures.slug, **mandate)


def a_treasurer(**mandate):
    """Return one of finance who has decided nothing."""
    return factories.appointed("finance", scheme=Lectures.slug, **mandate)


def stated(**said):
    """Return the statement of a grant, being made."""
    return services.current(granted(**said))


def made(**said):
    """Return the statement of a grant, ready to be paid."""
    statement = stated(**said)
    assert packet.render(statement.packet.pk, at=APRIL)
    return again(statement)


def released(*statements, by=None, at=APRIL, batch=None, payer=PAYER):
    """Return the batch in which some statements were paid."""
    by, batch = by or a_treasurer(), batch or uuid4()
    return services.release(statements=statements, batch=batch, payer=payer, by=by, at=at)


def ended(statement, *, at=APRIL):
    """End the grant of a statement."""
    application = statement.application
    by = application.applicant
    return decisions.end(application=application, reason="Not held.", by=by, at=at)
