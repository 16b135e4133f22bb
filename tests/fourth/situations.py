"""Applications to the fourth scheme, each one step further."""

from applications import services
from decisions import judging
from decisions import services as decisions
from decisions.judging import Word
from tests import factories
from tests.applications.files import pdf, upload
from tests.factories import APRIL, again, person

TODAY = APRIL.date()
CERTIFICATE, TOPIC = "documents.certificate_accepted", "class.accepted"


def draft(scheme, *, by=None, number="198001011230", title="A class", evenings=2, at=APRIL):
    """Return a draft with its answers and no papers."""
    typed = {
        "student": "Test Elev",
        "number": number,
        "title": title,
        "evenings": str(evenings),
        "begins_on": "2026-03-02",
    }
    application = services.start(scheme=scheme, applicant=by or person(name="Test Elev"), at=at)
    return save(application, "class", typed, at=at)


def save(application, slug, typed, *, at=APRIL):
    """Return an application after a step was saved."""
    return services.save_step(
        application=application,
        step=application.rules.step(slug),
        typed=typed,
        revision=application.revision,
        by=application.applicant,
        at=at,
    )


def submitted(scheme, *, certificate=True, at=APRIL, **said):
    """Return an application that was sent in, with its certificate unless told otherwise."""
    application = draft(scheme, at=at, **said)
    if certificate:
        attach(application, at=at)
    services.submit(application=again(application), by=application.applicant, at=at)
    return again(application)


def attach(application, *, kind="certificate", pages=1, at=APRIL):
    """Attach a file; another number of pages makes it another file."""
    file, step = upload(pdf(pages=pages), "paper.pdf"), application.rules.step("papers")
    return services.attach(application=application, step=step, kind=kind, upload=file, at=at)


def teacher(**mandate):
    """Return the one who signs."""
    return factories.appointed("teacher", scheme="evenings", **mandate)


def judged(application, *words, by=None, at=APRIL):
    """Return an application after it was judged; without words all is accepted."""
    application = again(application)
    words = words or (Word(CERTIFICATE, True), Word(TOPIC, True))
    by, revision = by or teacher(), application.revision
    judging.judge(application=application, words=words, revision=revision, by=by, at=at)
    return again(application)


def granted(application, *, by=None, at=APRIL):
    """Return what came of the only signature."""
    return factories.signed(application, by=by or teacher(), at=at)


def ended(application, *, at=APRIL):
    """Return an application whose grant was ended."""
    by = application.applicant
    return decisions.end(application=application, reason="Not attended.", by=by, at=at)
