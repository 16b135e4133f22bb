"""Every paper that leaves the house can be read aloud and moved about in: tagged, titled, with headings."""

from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest
from django.conf import settings as configured
from django.template import engines
from django.test.signals import template_rendered

from applications.models import Document
from applications.outbox import render
from drawing import pdf as papers
from invoicing import packet, services
from tests import factories
from tests.factories import APRIL, again
from tests.invoicing import situations
from tests.invoicing.situations import invoiced
from tests.payout import test_norwegian as refunds

pytestmark = pytest.mark.django_db
PAGE = "pdf/base.html"


@pytest.fixture(autouse=True)
def _papers_of_this_test(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def document(application, kind):
    """Return the PDF of a confirmation or a letter as the worker makes it."""
    row = application.documents.get(kind=kind)
    assert render(row.pk, at=APRIL)
    with again(row).file.open() as file:
        return file.read()


def confirmation(application):
    return document(application, Document.Kind.CONFIRMATION)


def letter(application):
    return document(application, Document.Kind.LETTER)


def new(make, **said):
    """Return an application of somebody who has none of the year yet."""
    return make(number=factories.personal_number(next(situations.people)), **said)


def credited():
    """Return the credit invoice of a grant that became cheaper."""
    why = {"amount": 1500, "reason": "Billigare", "by": factories.finance(), "at": APRIL}
    return packet.build(services.credit(invoice=invoiced(), **why))


def lowered():
    """Return an application that was granted less than the rules give."""
    application, chair = new(factories.confirmed), factories.signatory("chair")
    less = {"amount": 5000, "reason": "Billigare resa."}
    factories.decisions.lower(application=application, by=chair, at=APRIL, **less)
    factories.signed(application, by=chair)
    factories.signed(application, by=factories.signatory("representative"), text="Lycka till.")
    return again(application)


# Each paper, its language, what its title says, and how it comes about.
PAPERS = {
    "RFR's packet": ("sv", "Clearingfaktura", lambda: packet.build(invoiced())),
    "RFR's credit": ("sv", "Kreditfaktura", credited),
    "RFR's confirmation": ("sv", "Bekräftelse", lambda: confirmation(new(factories.confirmed))),
    "RFR's grant": ("sv", "Beslutsbrev", lambda: letter(new(factories.approved))),
    "RFR's grant, lowered": ("sv", "Beslutsbrev", lambda: letter(lowered())),
    "RFR's refusal": ("sv", "Beslutsbrev", lambda: letter(new(factories.refused, text="Nej."))),
    "refund: confirmation": ("nb", "Bekreftelse", lambda: confirmation(refunds.granted())),
    "refund: grant": ("nb", "Vedtaksbrev", lambda: letter(refunds.granted())),
    "refund: refusal": ("nb", "Vedtaksbrev", lambda: letter(refunds.refused())),
    "refund: statement": ("nb", "Oppgjør", lambda: refunds.statement(refunds.granted())),
    "refund: withdrawn": ("nb", "Oppgjør trukket", lambda: refunds.withdrawn(refunds.ended())),
}


def elements(node):
    """Return what the structure of a PDF consists of, in reading order."""
    if isinstance(node, pikepdf.Array):
        return [found for each in node for found in elements(each)]
    if not isinstance(node, pikepdf.Dictionary):
        return []
    return [*([node] if "/S" in node else []), *elements(node.get("/K"))]


def marks_of(made):
    """Return what is wrong with a PDF's own marks: the archive's, the language, the title's place."""
    with pikepdf.open(BytesIO(made)) as pdf:
        root, about = pdf.Root, pdf.open_metadata()
        found = {
            "part": about["pdfaid:part"],
            "conformance": about["pdfaid:conformance"],
            "marked": bool(root.MarkInfo.Marked),
            "titled": about["dc:title"] == str(pdf.docinfo.Title) != "",
            "title is shown": bool(root.ViewerPreferences.DisplayDocTitle),
        }
        return found, str(root.Lang), str(pdf.docinfo.Title)


def faults(made):
    """Return what somebody who hears the paper would miss in its structure."""
    with pikepdf.open(BytesIO(made)) as pdf:
        tagged = elements(pdf.Root.StructTreeRoot.K)
        names = [str(each.S) for each in tagged]
        levels = [int(name[2:]) for name in names if name[:2] == "/H" and name[2:].isdigit()]
        silent = [each for each in tagged if each.S == "/Figure" and not str(each.get("/Alt", ""))]
        skipped = [pair for pair in pairwise([0, *levels]) if pair[1] > pair[0] + 1]
    found = {"no H1": 1 not in levels, "skipped": skipped, "no words": silent}
    return {name: what for name, what in found.items() if what}


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_is_tagged_titled_and_has_headings_in_order(name):
    language, title, make = PAPERS[name]
    made = make()
    marks, said, titled = marks_of(made)
    assert marks == {
        "part": "3",
        "conformance": "A",
        "marked": True,
        "titled": True,
        "title is shown": True,
    }
    assert (said, titled.startswith(title)) == (language, True), titled
    assert faults(made) == {}


def test_no_paper_is_left_out(request):
    """Whatever makes a page of paper, or a part of one, is looked at above."""
    seen = set()

    def note(template, **_more):
        seen.add(template.name)

    template_rendered.connect(note)
    request.addfinalizer(lambda: template_rendered.disconnect(note))
    for _language, _title, make in PAPERS.values():
        make()
    root = Path(configured.BASE_DIR) / "templates"
    files = {str(path.relative_to(root)): path.read_text() for path in root.rglob("*.html")}
    pages = {name for name, text in files.items() if f'extends "{PAGE}"' in text}
    parts = {*packet.PARTS.values(), *(name for name in files if name.startswith("pdf/"))}
    assert (pages | parts) - seen == set()


@pytest.mark.parametrize(
    ("body", "missed"),
    [
        ("<p>A</p>", {"no H1": True}),
        ("<h1>A</h1><h3>B</h3>", {"skipped": [(1, 3)]}),
        ("<h2>A</h2><h1>B</h1>", {"skipped": [(0, 2)]}),
    ],
)
def test_a_heading_that_is_lost_is_noticed(body, missed, monkeypatch):
    text = '{% extends "pdf/base.html" %}{% block body %}' + body + "{% endblock %}"
    monkeypatch.setattr(
        papers,
        "render_to_string",
        lambda _name, content: engines["django"].from_string(text).render(content),
    )
    made = papers.render("any", {}, title="T", language="en", at=APRIL)
    assert faults(made) == missed
