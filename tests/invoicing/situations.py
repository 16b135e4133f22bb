"""Grants with their invoices, in the situations that finance meets."""

from datetime import timedelta
from itertools import count

from applications import services as applications
from invoicing import packet, services
from schemes.models import Organisation
from tests import factories
from tests.applications.files import upload
from tests.factories import APRIL, SCHEME, again, draft, personal_number, signatory, signed

LATER = APRIL + timedelta(days=100)
people = count(1000)


def granted(*, file=None, at=APRIL, **said):
    """Return an application that was granted 6 000 kr, with a programme attached."""
    said.setdefault("number", personal_number(next(people)))
    application = draft(at=at, **said)
    applications.attach(
        application=application,
        step=SCHEME.step("course"),
        kind=SCHEME.step("course").papers[0].slug,
        upload=file or upload(name="Program.pdf"),
        at=at,
    )
    application = again(application)
    applications.submit(application=application, by=application.applicant, at=at)
    request = application.head_requests.last()
    applications.answer_as_head(request=request, answer="confirmed", at=at)
    for each in SCHEME.capacities:
        signed(application, by=signatory(each.slug), at=at)
    return again(application)


def invoiced(**said):
    """Return the invoice of a grant."""
    return services.current(granted(**said))


def made(**said):
    """Return the invoice of a grant whose packet is made."""
    return rendered(invoiced(**said))


def rendered(invoice, *, at=APRIL):
    """Make the packet of an invoice and return the invoice."""
    assert packet.render(invoice.packet.pk, at=at)
    return again(invoice)


def sent(**said):
    """Return an invoice that finance has marked as sent."""
    invoice = made(**said)
    [handed] = services.mark_sent(invoices=[invoice], by=factories.finance(), at=APRIL)
    assert handed.obstacle == ""
    return again(invoice)


def administrations(number=2):
    """Return some administrations."""
    return list(Organisation.objects.filter(scheme=SCHEME.slug)[:number])


def of(organisation):
    """Return what is typed by somebody of an administration."""
    return {"participant": {"organisation": str(organisation.pk)}}
