"""Cases of long ago, made through the services, for what happens when their terms have run out."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from applications import services as applications
from applications.models import Document, Reading
from applications.outbox import keep
from decisions import preparing
from decisions import services as decisions
from invoicing import packet
from invoicing import services as invoicing
from tests import factories
from tests.applications.files import upload
from tests.factories import SCHEME, again

NUMBER = factories.personal_number(77)
NAME, HEAD = "Ofelia Utflyttad", "Hamlet Verksam"
SAID = ("Ofelia", "Hamlet", "hemlig", "ofelia", NUMBER, NUMBER[2:])
# Everything about the person says one of these words: a search finds what was forgotten.
TOLD = {
    "participant": {"name": NAME, "head_name": HEAD, "head_email": "hamlet@example.org"},
    "course": {"title": "Kurs om hemligheter"},
    "benefit": {"dissemination": "Något hemligt om Ofelia."},
}


def at(year, month=4, day=12):
    return datetime(year, month, day, 9, 0, tzinfo=UTC)


def person():
    return factories.person(name=NAME, email="ofelia@example.org", personal_number=NUMBER)


def draft(*, when, by=None, paper=True):
    """Return a draft with a paper and everything that a person writes."""
    application = factories.draft(by=by or person(), at=when, number=NUMBER, **TOLD)
    if paper:
        step = SCHEME.step("course")
        applications.attach(
            application=application,
            step=step,
            kind="programme",
            upload=upload(name="ofelia.pdf"),
            at=when,
        )
    return again(application)


def sent_in(*, when, by=None):
    application = draft(when=when, by=by)
    application = applications.submit(application=application, by=application.applicant, at=when)
    request = application.head_requests.last()
    applications.answer_as_head(request=request, answer="declined", reason="Ofelia?", at=when)
    said = {"name": HEAD, "email": TOLD["participant"]["head_email"], "at": when}
    request = applications.ask_head(application=again(application), **said)
    applications.answer_as_head(
        request=request, answer="confirmed", plan="Hamlets hemliga plan", at=when
    )
    chair = factories.signatory("chair")
    stood_aside(again(application), when)
    applications.ask_back(
        application=again(application), steps=("costs",), text="Ofelia?", by=chair, at=when
    )
    return answered(again(application), when)


def stood_aside(application, when):
    """Let a signatory sign and then stand aside, and an administrator look at the case and say why."""
    biased = factories.signatory("representative")
    factories.signed(application, by=biased, at=when, text="Ofelia är bra.")
    preparing.recuse(application=again(application), by=biased, reason="Ofelia är släkt", at=when)
    Reading.objects.create(
        scheme=application.scheme,
        what=Reading.What.CASE,
        application=application,
        person=application.applicant,
        reason="Ofelia bad om det",
        by=biased,
        by_name=str(biased),
        at=when,
    )


def answered(application, when):
    application = applications.submit(application=application, by=application.applicant, at=when)
    applications.record(
        application,
        "noted",
        by=factories.signatory("chair"),
        at=when,
        text="hemligt",
        internal=True,
    )
    return again(application)


def refused(*, when, by=None):
    """Return a refused application with its letter rendered, full of words about the person."""
    application = sent_in(when=when, by=by)
    words = {"outcome": "refuse", "reasons": ("R8",), "text": "Ofelia är hemlig.", "at": when}
    for capacity in ("chair", "representative"):
        factories.signed(application, by=factories.signatory(capacity), **words)
    return rendered(application, when)


def approved(*, when, by=None):
    application = sent_in(when=when, by=by)
    chair = factories.signatory("chair")
    less = {"amount": Decimal(5000), "reason": "Ofelia klarar sig", "by": chair}
    preparing.lower(application=application, at=when, **less)
    for by in (chair, factories.signatory("representative")):
        factories.signed(application, by=by, at=when)
    return rendered(application, when)


def settled(*, when, by=None, cost="9000"):
    """Return a grant that is settled on the same day, part of it given back."""
    return settle(approved(when=when, by=by), when=when, cost=cost)


def settle(application, *, when, cost="9000"):
    finance, invoice = factories.finance(), application.invoices.get()
    later = {"due_on": invoice.due_on + timedelta(days=30), "reason": "Ofelia dröjer"}
    invoicing.postpone(invoice=invoice, by=factories.appointed("administrator"), at=when, **later)
    invoicing.record_download(invoices=[invoice], by=finance, at=when)
    invoicing.mail(invoices=[invoice], to="ofelia@example.org", by=finance, at=when)
    invoicing.settle(application=application, actual_cost=Decimal(cost), by=finance, at=when)
    text, after = "Ofelia berättade allt.", when + timedelta(days=90)
    application = again(application)
    applications.report(application=application, text=text, by=application.applicant, at=after)
    return rendered(application, when)


def ended(*, when, by=None):
    application = approved(when=when, by=by)
    decisions.end(application=application, reason="hemlig orsak", by=application.applicant, at=when)
    return rendered(application, when)


def rendered(application, when):
    """Return the case with its papers made: what they look like is not the matter here."""
    for document in Document.objects.filter(application=application, rendered_at=None):
        keep(document, b"%PDF-1.7 Ofelia", at=when)
    for invoice in application.invoices.filter(packet__rendered_at=None):
        packet.render(invoice.packet.pk, at=when)
    application = again(application)
    for notice in application.notices.filter(sent_at=None):
        notice.sent_at = when
        notice.save()
    return application
