"""PDFs are made without network and files, for the archive, and the same every time."""

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

import pikepdf
import pytest
from django.template import engines
from pypdf import PdfReader

from drawing import pdf
from drawing.pdf import Attachment, CannotRender, revived

NOON = datetime(2026, 4, 15, 12, 0, tzinfo=UTC)
PLAIN = "<h1>{{ content.title }}</h1><p>{{ content.at }} {{ content.starts_on }}</p>"


@pytest.fixture
def template(monkeypatch):
    """Let a template be given as text."""

    def render(source, context):
        return engines["django"].from_string(source).render(context)

    monkeypatch.setattr(pdf, "render_to_string", render)


def rendered(source=PLAIN, content=None, **more):
    content = content or {"title": "Åsa & Ödön", "at": NOON.isoformat(), "starts_on": "2026-06-14"}
    return pdf.render(source, content, title="Titel", language="sv", at=NOON, **more)


def test_the_same_snapshot_gives_the_same_bytes(template):
    attachments = [Attachment("b.json", b"{}"), Attachment("a.pdf", b"a")]
    first = rendered(attachments=attachments)
    assert rendered(attachments=reversed(attachments)) == first


def test_it_is_tagged_pdf_a_with_title_language_and_time(template):
    with pikepdf.open(BytesIO(rendered())) as document:
        marks = document.open_metadata()
        assert (marks["pdfaid:part"], marks["pdfaid:conformance"]) == ("3", "A")
        assert (str(document.docinfo.Title), str(document.Root.Lang)) == ("Titel", "sv")
        assert document.Root.MarkInfo.Marked
        assert marks["xmp:CreateDate"] == "2026-04-15T12:00:00Z"


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "http://example.org/x.png", "https://example.org/x.png"]
)
def test_it_reads_neither_files_nor_the_network(template, address):
    with pytest.raises(CannotRender):
        rendered(f'<img src="{address}">')


def test_where_one_amount_has_ore_all_amounts_of_the_table_have_some(template):
    begun = "{% load kursmedel %}<table class='figures'>{% for each in content.amounts %}"
    for amounts, found in ((["600", "70.5"], ["600,00", "70,50"]), (["600", "70"], ["600", "70"])):
        whole = rendered(
            begun + "<tr><td>{{ each|listed }}{% endfor %}</table>", {"amounts": amounts}
        )
        assert PdfReader(BytesIO(whole)).pages[0].extract_text().split()[: len(found)] == found


def test_a_stylesheet_that_imports_is_refused(template):
    with pytest.raises(CannotRender):
        rendered("<style>@import url('file:///etc/passwd')</style>")


def test_two_attachments_of_one_name_are_both_kept(template):
    attachments = [Attachment("Intyg.pdf", b"one"), Attachment("Intyg.pdf", b"two")]
    with pikepdf.open(BytesIO(rendered(attachments=attachments))) as document:
        kept = {name: each.get_file().read_bytes() for name, each in document.attachments.items()}
    assert kept == {"Intyg.pdf": b"one", "Intyg (2).pdf": b"two"}


def test_what_is_compressed_already_is_embedded_as_it_is(template):
    attachments = [Attachment("a.json", b"{}" * 1000), Attachment("b.pdf", b"%PDF-1.7" * 1000)]
    with pikepdf.open(BytesIO(rendered(attachments=attachments))) as document:
        files = {name: each.get_file().obj for name, each in document.attachments.items()}
        assert {name: "/Filter" in each for name, each in files.items()} == {
            "a.json": True,
            "b.pdf": False,
        }
        assert files["b.pdf"].read_bytes() == b"%PDF-1.7" * 1000


def test_the_look_is_read_once_and_its_fonts_are_put_away(monkeypatch, tmp_path):
    pdf.look.cache_clear()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert pdf.look() is pdf.look()
    assert len([*tmp_path.glob("*/*")]) == 2
    pdf.look.cache_clear()
    assert [*tmp_path.iterdir()] == []


def test_a_snapshot_s_days_times_and_amounts_come_back_to_life():
    stored = {
        "decided_on": "2026-04-15",
        "at": "2026-04-15T14:00:00+02:00",
        "lines": [{"amount": "4500.50", "label": "2026"}],
        "ends_on": None,
        "granted": "",
    }
    assert revived(stored) == {
        "decided_on": date(2026, 4, 15),
        "at": NOON,
        "lines": [{"amount": Decimal("4500.50"), "label": "2026"}],
        "ends_on": None,
        "granted": "",
    }


def test_a_day_is_plain_text_of_its_paragraph(template):
    made = rendered("{% load kursmedel %}<p>On {{ content.starts_on|day }} &lt;time&gt;</p>")
    words = PdfReader(BytesIO(made)).pages[0].extract_text().split()
    assert words[:5] == ["On", "14", "juni", "2026", "<time>"]
    assert tagged(made) == tagged(rendered("<p>On some day</p>"))


def tagged(made):
    """Return the kind of each element in a PDF's tree of tags."""
    with pikepdf.open(BytesIO(made)) as document:
        return list(kinds(document.Root.StructTreeRoot))


def kinds(element):
    below = element.get("/K", [])
    for each in below if isinstance(below, pikepdf.Array) else [below]:
        if isinstance(each, pikepdf.Dictionary) and "/S" in each:
            yield str(each.S)
            yield from kinds(each)


def test_a_question_of_several_lines_stays_with_its_answer_at_the_end_of_a_page(template):
    rows = "".join(
        f"<div><dt>Begin{n} of a question that takes several lines of its narrow column, end{n}"
        f"</dt><dd>answer{n}</dd></div>"
        for n in range(1, 60)
    )
    made = rendered(f'<p style="margin-bottom: 4mm">.</p><dl class="facts">{rows}</dl>')
    pages = [page.extract_text() for page in PdfReader(BytesIO(made)).pages]
    assert len(pages) > 3
    for words in (page.split() for page in pages):
        assert [w for w in words if w.startswith("end")] == [
            w.replace("Begin", "end") for w in words if w.startswith("Begin")
        ]


def test_a_word_longer_than_a_line_is_broken_and_not_cut_off(template):
    made = rendered(f"<p>{'x' * 300}</p>")
    lines = PdfReader(BytesIO(made)).pages[0].extract_text().split()
    assert max(len(line) for line in lines) < 150
    assert sum(line.count("x") for line in lines) == 300
