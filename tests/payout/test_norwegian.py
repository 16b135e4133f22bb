"""The papers of a refund are Norwegian through and through, and made for the archive: read back as PDF."""

import io

import pikepdf
import pytest
from django.utils import translation
from django.utils.translation import gettext
from pypdf import PdfReader

from applications.models import Document
from applications.outbox import render
from decisions.judging import Word
from decisions.services import end
from invoicing import packet
from invoicing.models import Invoice
from invoicing.services import current
from tests import factories
from tests.decisions import test_refund as refunds
from tests.factories import again
from tests.payout.test_fastlege import AUGUST, granted
from tests.schemes.test_fastlege_forms import MUNICIPALITY
from tests.test_languages import foreign, texts

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def strange():
    """A pattern that finds what is English or Swedish and reads otherwise in Norwegian."""
    english = [ids for ids, _forms in texts("nb")]
    swedish = [forms for _ids, forms in texts("sv")]
    return foreign("nb", [*english, *swedish])


@pytest.fixture(autouse=True)
def _everybody_reads_english(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with translation.override("en"):
        yield


def refused():
    """Return an application whose course was not accepted."""
    by, course = refunds.officer(), refunds.UNLISTED | {"title": "Kurs i vinsmaking"}
    word = Word(refunds.TOPIC, False, "Kurset handler ikke om kvalitet.")
    application = refunds.judged(refunds.submitted(course=course), word, by=by)
    said = {"outcome": "refuse", "reasons": ["L3"], "text": "Kurset er et annet."}
    factories.signed(application, by=by, at=refunds.JUNE, **said)
    return again(application)


def ended():
    application = granted()
    end(application=application, reason="Avlyst.", by=application.applicant, at=AUGUST)
    return again(application)


def paper(application, kind):
    """Return the PDF of a confirmation or a letter as the worker makes it."""
    document = application.documents.get(kind=kind)
    assert render(document.pk, at=AUGUST)
    with again(document).file.open() as file:
        return file.read()


def confirmation(application):
    return paper(application, Document.Kind.CONFIRMATION)


def letter(application):
    return paper(application, Document.Kind.LETTER)


def statement(application):
    return packet.build(current(application))


def withdrawn(application):
    return packet.build(application.invoices.get(kind=Invoice.Kind.CREDIT))


# The paper, whose it is, its title, what it says in Norwegian, and what lies inside it.
PAPERS = {
    "confirmation": (granted, confirmation, "Bekreftelse", ["Fravær", "Kursbevis"], []),
    "a municipality's": (
        lambda: granted(**MUNICIPALITY),
        confirmation,
        "Bekreftelse",
        ["Demo kommune", "K-17"],
        [],
    ),
    "letter of a grant": (granted, letter, "Vedtaksbrev", ["Vedtak", "kursavgift"], []),
    "letter of a refusal": (refused, letter, "Vedtaksbrev", ["Vedtak", "Kurset er et annet."], []),
    "statement": (
        granted,
        statement,
        "Oppgjør OPP-2022-00001",
        ["Oppgjør", "15 950,50", "Kursbevis", "legeforeningen.no"],
        ["OPP-2022-00001.json", "absence.pdf", "certificate.pdf"],
    ),
    "statement withdrawn": (
        ended,
        withdrawn,
        "Oppgjør trukket tilbake",
        ["Avlyst."],
        ["OPP-2022-00002.json"],
    ),
}


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_of_a_refund_is_norwegian_and_for_the_archive(name, strange):
    make, build, title, words, inside = PAPERS[name]
    made = build(make())
    text = " ".join(
        " ".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages).split()
    )
    assert strange.findall(text) == []
    for word in words:
        assert word in text.replace("\N{NO-BREAK SPACE}", " "), (word, text)
    with pikepdf.open(io.BytesIO(made)) as document:
        marks = document.open_metadata()
        assert (marks["pdfaid:part"], marks["pdfaid:conformance"]) == ("3", "A")
        assert (str(document.Root.Lang), bool(document.Root.MarkInfo.Marked)) == ("nb", True)
        assert len(document.Root.StructTreeRoot.K)
        assert marks["dc:title"] == str(document.docinfo.Title)
        assert marks["dc:title"].startswith(title)
        assert strange.findall(marks["dc:title"]) == []
        assert sorted(document.attachments) == inside
        described = [str(each.description) for each in document.attachments.values()]
        assert strange.findall(" ".join(described)) == []


@pytest.mark.parametrize(("language", "is_strange"), [("en", True), ("sv", True), ("nb", False)])
def test_what_is_looked_for_is_english_and_swedish_and_no_norwegian(language, is_strange, strange):
    with translation.override(language):
        assert bool(strange.search(gettext("How the amount came about"))) is is_strange
