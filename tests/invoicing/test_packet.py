"""The packet is one PDF for the archive with three parts, and says what the clerk needs (R35)."""

import hashlib
import json
from io import BytesIO

import pikepdf
import pytest
from pypdf import PdfReader

from applications.models import Paper
from drawing import pdf
from invoicing import packet, services
from invoicing.models import Packet
from tests import factories
from tests.applications.files import picture, upload
from tests.factories import APRIL, again, personal_number
from tests.invoicing.situations import invoiced, made

pytestmark = pytest.mark.django_db

NUMBER = personal_number(77)


@pytest.fixture
def invoice():
    return invoiced(number=NUMBER)


def read(made):
    return PdfReader(BytesIO(made))


def lines(page):
    return [line.strip() for line in page.extract_text().splitlines()]


def test_r35_the_first_page_has_number_customer_and_orderer_each_alone(invoice):
    first = lines(read(packet.build(invoice)).pages[0])
    for alone in (str(invoice), "Koncernkontoret", "i84201", "4270700"):
        assert first.count(alone) == 1, alone
    assert invoice.application.reference in first
    assert "6\N{NO-BREAK SPACE}000" in "".join(first)


def test_r35_it_has_three_parts_that_a_clerk_finds_by_bookmarks(invoice):
    document = read(packet.build(invoice))
    parts = [each for each in document.outline if not isinstance(each, list)]
    pages = [document.get_destination_page_number(each) for each in parts]
    assert len(parts) == 3
    assert pages[0] == 0
    assert pages == sorted(set(pages))


def test_r35_it_is_tagged_for_the_archive_and_in_the_scheme_s_language(invoice):
    with pikepdf.open(BytesIO(packet.build(invoice))) as document:
        marks = document.open_metadata()
        assert (marks["pdfaid:part"], marks["pdfaid:conformance"]) == ("3", "A")
        assert document.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in document.Root
        assert str(document.Root.Lang) == "sv"
        assert str(invoice) in str(document.docinfo.Title)
        assert marks["dc:title"] == str(document.docinfo.Title)


def test_r35_uploads_and_the_figures_are_embedded(invoice):
    with pikepdf.open(BytesIO(packet.build(invoice))) as document:
        names = dict(document.attachments)
        figures = json.loads(names[f"{invoice}.json"].get_file().read_bytes())
        programme = names["Program.pdf"].get_file().read_bytes()
        relations = {str(spec.UF): str(spec.AFRelationship) for spec in document.Root.AF}
    assert set(names) == {f"{invoice}.json", "Program.pdf"}
    assert figures == invoice.snapshot
    assert hashlib.sha256(programme).hexdigest() == Paper.objects.get().sha256
    assert relations == {f"{invoice}.json": "/Data", "Program.pdf": "/Supplement"}


def test_making_it_twice_gives_the_same_bytes(invoice):
    first = packet.build(invoice)
    assert packet.build(again(invoice)) == first
    assert packet.render(invoice.packet.pk, at=APRIL)
    kept = again(invoice.packet)
    assert kept.sha256 == hashlib.sha256(first).hexdigest()
    assert (kept.size, kept.file.read()) == (len(first), first)


def test_a_packet_that_is_made_is_not_made_again(invoice):
    assert packet.render(invoice.packet.pk, at=APRIL)
    assert not packet.render(invoice.packet.pk, at=APRIL)
    assert again(invoice.packet).attempts == 1


def test_no_personal_number_stands_in_a_packet(invoice):
    document = read(packet.build(invoice))
    text = "".join(page.extract_text() for page in document.pages) + json.dumps(invoice.snapshot)
    for form in (NUMBER, NUMBER[2:], f"{NUMBER[:8]}-{NUMBER[8:]}", NUMBER[-4:]):
        assert form not in text


def test_r16_r17_the_invoice_has_the_grant_as_its_only_line(invoice):
    text = read(packet.build(invoice)).pages[0].extract_text()
    # What is to be paid, the one line, and the sum; no cost, no salary and no VAT has an amount.
    assert text.count("6\N{NO-BREAK SPACE}000") == 3
    for cost in ("12\N{NO-BREAK SPACE}000", "4\N{NO-BREAK SPACE}000", "2\N{NO-BREAK SPACE}000"):
        assert cost not in text


def test_r5_the_seller_is_the_administration_never_the_person(invoice):
    organisation = invoice.application.organisation
    assert invoice.snapshot["seller"]["name"] == organisation.name
    assert organisation.name in lines(read(packet.build(invoice)).pages[0])


def test_r36_the_contact_stands_on_the_invoice_when_it_is_set(settings):
    settings.INVOICE_CONTACT_NAME = "Demo Kontakt"
    settings.INVOICE_CONTACT_EMAIL = "faktura@example.org"
    text = read(packet.build(invoiced())).pages[0].extract_text()
    assert "Demo Kontakt" in text
    assert "faktura@example.org" in text


def test_it_names_both_who_signed_and_the_day(invoice):
    document = read(packet.build(invoice))
    text = "".join(page.extract_text() for page in document.pages)
    for signature in invoice.snapshot["decision"]["signatures"]:
        assert signature["name"] in text
    assert len(invoice.snapshot["decision"]["signatures"]) == 2


def test_what_changes_later_changes_no_packet(invoice, settings):
    before = packet.build(invoice)
    application = invoice.application
    application.course_title = application.participant = "Något annat"
    application.save()
    settings.INVOICE_CONTACT_NAME = "Någon annan"
    assert packet.build(again(invoice)) == before


def test_a_picture_goes_along_as_it_was_sent():
    file = upload(picture("JPEG"), "Intyg.jpg", "image/jpeg")
    with pikepdf.open(BytesIO(packet.build(invoiced(file=file)))) as document:
        assert "Intyg.jpg" in document.attachments


def test_a_credit_invoice_names_the_one_it_credits(invoice):
    credit = services.credit(
        invoice=invoice, amount=1500, reason="Billigare", by=factories.finance(), at=APRIL
    )
    text = read(packet.build(credit)).pages[0].extract_text()
    for words in (str(credit), str(invoice), "Billigare", "i84201", "4270700"):
        assert words in text


def test_an_upload_that_was_tampered_with_stops_the_packet(invoice):
    paper = Paper.objects.get()
    with open(paper.file.path, "ab") as file:
        file.write(b"more")
    with pytest.raises(pdf.CannotRender):
        packet.render(invoice.packet.pk, at=APRIL)
    assert again(invoice.packet).rendered_at is None


def test_the_sweep_finds_only_packets_that_are_not_made():
    made()
    waiting = invoiced()
    assert list(packet.unrendered()) == [Packet.objects.get(invoice=waiting)]
