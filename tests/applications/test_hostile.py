"""Files made to do harm: each gets its word beside the field, or is shown without what would harm."""

import os
import re
import signal
from io import BytesIO
from urllib.parse import quote

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from pypdf import PdfReader

from applications import papers, scrubbing
from applications.models import Original, Paper
from applications.papers import MOST_BYTES
from tests.applications import hostile
from tests.applications.files import pdf, picture, upload
from tests.factories import draft

pytestmark = pytest.mark.django_db

NAMES = [
    ("../../../etc/cron.d/a.pdf", "a.pdf"),
    ("..\\..\\windows\\a.pdf", "a.pdf"),
    ("/etc/passwd", "passwd.pdf"),
    ("\N{RIGHT-TO-LEFT OVERRIDE}fdp.exe", "fdp.exe.pdf"),
    ("a\N{ZERO WIDTH SPACE}\N{BOM}b.pdf", "ab.pdf"),
    ("\x1b[31mred\x07.pdf", "[31mred.pdf"),
    ("x" * 400 + ".pdf", "x" * 176 + ".pdf"),
    ("<script>alert(1)</script>.pdf", "script>.pdf"),
    ("'; rm -rf .pdf", "'; rm -rf .pdf"),
]


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def apart(monkeypatch, quick_papers):
    """Open files as in production: each in a process of its own."""
    monkeypatch.setattr(papers, "scrubbed_apart", quick_papers)


class Sender:
    """An applicant at the page of a step that takes files."""

    def __init__(self):
        self.application = draft()
        self.client = Client(headers={"accept-language": "en"})
        self.client.force_login(self.application.applicant)
        self.page = reverse("applications:step", args=[self.application.uuid, "course"])

    def send(self, file):
        """Attach a file and return what the page says about it, "" when it was taken in."""
        shown = self.client.get(self.page).context
        marks = {"revision": shown["application"].revision, "seal": shown["seal"]}
        sent = {"paper-programme": file, "attach": "1"}
        response = self.client.post(self.page, shown["form"].initial | marks | sent)
        if response.status_code == 302:
            return ""
        assert response.status_code == 200
        return " ".join(wrong["text"] for wrong in response.context["wrong"])

    def taken(self, paper):
        return self.client.get(reverse("applications:paper", args=[paper.uuid]))


@pytest.fixture
def sender():
    return Sender()


@pytest.mark.parametrize(
    ("name", "content", "words"), hostile.CORPUS, ids=[each[0] for each in hostile.CORPUS]
)
def test_each_gets_its_word_or_loses_what_harms(sender, media, name, content, words):
    said = sender.send(SimpleUploadedFile(name, content, "text/html"))

    assert said == (f"{name} {words}" if words else "")
    if words:
        assert not Paper.objects.exists()
        assert not [file for file in media.rglob("*") if file.is_file()]
    else:
        _harmless(sender, Paper.objects.get(), content)


def _harmless(sender, paper, content):
    shown = sender.taken(paper)
    copy = b"".join(shown.streaming_content)
    assert hostile.MARK.encode() not in _plain(copy)
    assert not re.search(
        rb"JavaScript|/JS|OpenAction|/AA|Launch|EmbeddedFile|/XFA|/EF", _plain(copy)
    )
    assert copy != content or b"PNG" in copy
    assert paper.original.file.read() == content
    assert shown["Content-Disposition"].startswith("attachment;")
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert shown["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert shown["Content-Type"] in {"application/pdf", "image/png", "image/jpeg"}


def _plain(copy):
    """Return a PDF with everything unfolded, so that nothing hides in a compressed part."""
    if not copy.startswith(b"%PDF"):
        return copy
    made = BytesIO()
    with pikepdf.open(BytesIO(copy)) as document:
        document.save(made, qdf=True, stream_decode_level=pikepdf.StreamDecodeLevel.all)
    return made.getvalue()


def test_there_are_enough_of_them():
    assert len(hostile.CORPUS) + len(NAMES) >= 60
    assert len({name for name, _content, _words in hostile.CORPUS}) == len(hostile.CORPUS)


@pytest.mark.parametrize(("sent", "kept"), NAMES)
def test_a_name_does_no_harm_anywhere(sender, media, sent, kept):
    file = upload()
    file._name = sent  # as it is sent: the class itself tidies what it is given

    assert sender.send(file) == ""
    paper = Paper.objects.get()
    assert paper.name == kept
    shown = sender.taken(paper)
    assert "\n" not in shown["Content-Disposition"]
    assert quote(kept, safe="") in shown["Content-Disposition"] or kept in shown[
        "Content-Disposition"
    ].replace("\\", "")
    assert all(str(file).startswith(str(media)) for file in media.rglob("*"))
    assert not [file for file in media.rglob("*") if file.suffix]


def test_a_name_with_nul_is_kept_without_it(sender):
    file = upload()
    file._name = "a\0b.pdf"

    assert sender.send(file) == ""
    assert Paper.objects.get().name == "ab.pdf"


def test_a_photo_loses_where_it_was_taken_and_stands_upright(sender):
    sender.send(upload(hostile.photographed(), "a.jpg"))

    with Image.open(Paper.objects.get().file) as photo:
        assert (dict(photo.getexif()), photo.info.get("comment")) == ({}, None)
        assert photo.size == (20, 40)


def test_what_was_filled_in_on_a_form_is_still_seen(sender):
    sender.send(upload(_filled_in()))

    with pikepdf.open(Paper.objects.get().file) as copy:
        assert "/Annots" not in copy.pages[0]
        drawn = b"".join(form.read_bytes() for form in copy.pages[0].obj.Resources.XObject.values())
        assert b"Ja tack" in drawn


def test_so_it_is_on_a_form_that_asks_to_be_drawn_anew(sender):
    sender.send(upload(hostile.acting(hostile.filled_in_and_drawn)))

    with Paper.objects.get().file.open() as copy:
        assert "Kari" in PdfReader(copy).pages[0].extract_text()


def _filled_in():
    made, document = BytesIO(), pikepdf.new()
    document.add_blank_page()
    look = document.make_stream(
        b"BT (Ja tack) Tj ET",
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Form,
        BBox=[0, 0, 90, 20],
    )
    field = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Widget,
        FT=pikepdf.Name.Tx,
        T=pikepdf.String("answer"),
        V=pikepdf.String("Ja tack"),
        Rect=[10, 10, 100, 30],
        AP=pikepdf.Dictionary(N=look),
        F=4,
    )
    widget = document.make_indirect(field)
    document.pages[0].obj.Annots = pikepdf.Array([widget])
    document.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([widget]))
    document.save(made)
    return made.getvalue()


def test_the_same_file_gives_the_same_copy_and_a_copy_changes_no_more():
    for content in (hostile.WHOLE, picture("PNG")):
        copy = scrubbing.scrubbed(content)
        assert scrubbing.scrubbed(content) == copy
        assert scrubbing.scrubbed(copy) == copy


# A process of its own


def test_in_production_each_file_is_opened_by_a_process_of_its_own(sender, apart):
    assert sender.send(upload(hostile.acting(hostile.with_script))) == ""
    assert sender.send(upload(pdf(password="secret"), "a.pdf")) == f"a.pdf {hostile.LOCKED}"
    assert sender.send(upload(picture("PNG"), "a.png")) == ""


@pytest.mark.parametrize(
    "does",
    [
        "while True: pass",
        "bytearray(4_000_000_000)",
        "import time; time.sleep(60)",
        f"import os; os.kill(os.getpid(), {signal.SIGSEGV:d})",
        "raise RuntimeError",
    ],
)
def test_a_file_that_takes_its_reader_down_is_refused(
    sender, apart, monkeypatch, tmp_path_factory, does
):
    reader = tmp_path_factory.mktemp("reader") / "reader.py"
    limits = "import resource as r; r.setrlimit(r.RLIMIT_CPU, (1, 1)); "
    limits += "r.setrlimit(r.RLIMIT_AS, (500_000_000, 500_000_000))\n"
    reader.write_text(limits + does)
    monkeypatch.setattr(scrubbing, "__file__", str(reader))
    monkeypatch.setattr(papers, "LONGEST_SECONDS", 2)

    assert sender.send(upload(name="a.pdf")) in {
        f"a.pdf {hostile.COMPLICATED}",
        f"a.pdf {hostile.DAMAGED}",
    }
    assert not Paper.objects.exists()


def test_who_opens_a_file_knows_none_of_our_secrets(apart, monkeypatch, tmp_path):
    monkeypatch.setenv("PERSON_KEY", "secret")
    reader = tmp_path / "reader.py"
    reader.write_text("import os; print(sorted(os.environ), end='')")
    monkeypatch.setattr(scrubbing, "__file__", str(reader))

    _status, told = papers.scrubbed_apart(b"")

    assert b"PERSON_KEY" not in told
    assert "PERSON_KEY" in os.environ


# What comes over the line


def test_what_is_too_large_is_counted_and_never_written_down(sender, settings, tmp_path_factory):
    written = tmp_path_factory.mktemp("on-the-way")
    settings.FILE_UPLOAD_TEMP_DIR = written
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 100
    heavy = upload(b"%PDF-1.7" + bytes(MOST_BYTES), "heavy.pdf")

    assert sender.send(heavy) == f"heavy.pdf {hostile.LARGE}"
    assert not Original.objects.exists()


def test_far_too_much_is_broken_off(sender, monkeypatch):
    monkeypatch.setattr("applications.uploading.MOST_OF_A_REQUEST", 1000)

    response = sender.client.post(sender.page, {"paper-programme": upload(bytes(2000))})

    assert response.status_code == 413


# The original


def test_what_came_is_kept_as_it_came_and_no_address_hands_it_out(sender):
    content = hostile.acting(hostile.with_script)
    sender.send(upload(content))
    original = Original.objects.get()

    assert original.file.read() == content
    assert original.sha256 != Paper.objects.get().sha256
    assert sender.client.get(f"/{original.file.name}").status_code == 404
    assert sender.client.get(f"/media/{original.file.name}").status_code == 404
