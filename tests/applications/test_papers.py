"""What may be attached, what is said about what may not, and that removed files are gone."""

import errno
import hashlib
from pathlib import Path

import pikepdf
import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction
from django.utils import translation

from applications import papers, scrubbing, services
from applications.models import Original, Paper
from applications.scrubbing import scrubbed
from database.rights import written_for_good
from tests.applications.files import pdf, picture, upload
from tests.factories import APRIL, SCHEME, again, draft, submitted

pytestmark = pytest.mark.django_db

STEP = SCHEME.step("course")


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def english():
    with translation.override("en"):
        yield


def attach(application, file):
    return services.attach(
        application=application, step=STEP, kind="programme", upload=file, at=APRIL
    )


def refusal(application, file):
    with pytest.raises(papers.Unfit) as unfit:
        attach(application, file)
    return str(unfit.value)


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (pdf(), "application/pdf"),
        (picture("PNG"), "image/png"),
        (picture("JPEG"), "image/jpeg"),
    ],
)
def test_pdf_jpeg_and_png_are_kept_with_the_type_that_they_are(content, content_type):
    paper = attach(draft(), upload(content, "any.bin", "text/html"))

    copy = scrubbed(content)
    assert (paper.content_type, paper.size) == (content_type, len(copy))
    assert paper.file.read() == copy
    assert paper.sha256 == hashlib.sha256(copy).hexdigest()


def test_a_pdf_that_all_may_read_and_none_may_change_is_taken_and_its_copy_opens_for_all():
    paper = attach(draft(), upload(pdf(owner="organiser")))

    with pikepdf.open(paper.file) as copy:
        assert (len(copy.pages), copy.is_encrypted) == (1, False)


def test_beside_the_copy_the_file_is_kept_as_it_came():
    content = pdf()

    original = attach(draft(), upload(content)).original

    assert original.file.read() == content
    assert (original.size, original.received_at) == (len(content), APRIL)
    assert original.sha256 == hashlib.sha256(content).hexdigest()


def test_what_is_written_of_an_original_is_written_for_good():
    original = attach(draft(), upload()).original

    for statement in (
        "UPDATE applications_original SET size = 0",
        "DELETE FROM applications_original",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert ("UPDATE", "applications_original") in written_for_good()
    assert ("DELETE", "applications_original") in written_for_good()
    assert Original.objects.get() == original


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "empty.pdf", "empty.pdf is empty. Choose the file again."),
        (
            b"%PDF-1.7\n" + b"0" * 10_000_000,
            "large.pdf",
            "large.pdf is larger than 10 MB. Choose a smaller file.",
        ),
        (
            b"<script>alert(1)</script>",
            "page.pdf",
            "page.pdf is neither a PDF nor a JPEG or PNG picture. Save it as one of these.",
        ),
        (
            b"MZ\x90\x00" + b"\0" * 200,
            "virus.png",
            "virus.png is neither a PDF nor a JPEG or PNG picture. Save it as one of these.",
        ),
        (
            pdf()[:150],
            "half.pdf",
            "half.pdf cannot be opened; it may be damaged. Save it anew and choose it again.",
        ),
        (
            pdf(pages=0),
            "no-pages.pdf",
            "no-pages.pdf cannot be opened; it may be damaged. Save it anew and choose it again.",
        ),
        (
            picture("JPEG", (300, 300))[:500],
            "half.jpg",
            "half.jpg cannot be opened; it may be damaged. Save it anew and choose it again.",
        ),
        (
            picture("PNG", (300, 300))[:900],
            "half.png",
            "half.png cannot be opened; it may be damaged. Save it anew and choose it again.",
        ),
        (
            pdf(password="secret"),
            "locked.pdf",
            "locked.pdf is protected by a password. Save it without and choose it again.",
        ),
    ],
)
def test_a_file_that_nobody_could_read_is_refused_with_words(content, name, words, english):
    application = draft()

    assert refusal(application, upload(content, name)) == words
    assert list(application.papers.all()) == []


def test_a_picture_that_would_fill_the_memory_is_refused(english, monkeypatch):
    monkeypatch.setattr(scrubbing, "MOST_PIXELS", 399)

    said = refusal(draft(), upload(picture(), "wide.png"))

    assert said == "wide.png has too many pixels. Make it smaller."


def test_on_a_full_disk_a_file_is_refused_with_words(english, monkeypatch):
    application = draft()

    def full(*_given):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(default_storage, "_save", full)
    assert refusal(application, upload(name="a.pdf")) == (
        "a.pdf could not be stored just now. What you typed is saved. Attach it again in a while."
    )
    assert not application.papers.exists()
    assert not Original.objects.exists()


def test_of_a_file_whose_copy_could_not_be_stored_nothing_is_left(english, monkeypatch, settings):
    application, storing = draft(), default_storage._save

    def full_for_the_copy(name, content):
        if name.startswith("papers"):
            raise OSError(errno.ENOSPC, "No space left on device")
        return storing(name, content)

    monkeypatch.setattr(default_storage, "_save", full_for_the_copy)
    assert "could not be stored just now" in refusal(application, upload())
    assert not [each for each in Path(settings.MEDIA_ROOT).rglob("*") if each.is_file()]


def test_the_eleventh_file_is_refused(english):
    application = draft()
    for pages in range(1, 11):
        attach(application, upload(pdf(pages=pages)))

    said = refusal(application, upload(picture(), "one-more.png"))

    assert said == (
        "one-more.png is not kept: there are 10 files already. Remove one before you add another."
    )
    assert application.papers.count() == 10


def test_the_same_file_sent_twice_is_kept_once():
    application = draft()
    content = pdf()

    first, second = (attach(application, upload(content)) for _time in range(2))

    assert first == second
    assert application.papers.count() == 1


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\me\\plan.pdf", "plan.pdf"),
        ("a\r\nb\u202efdp.exe", "abfdp.exe.pdf"),
        ("Träff i Göteborg.PDF", "Träff i Göteborg.PDF"),
        ("x" * 400 + ".pdf", "x" * 176 + ".pdf"),
    ],
)
def test_a_name_holds_no_folder_and_nothing_invisible(sent, kept):
    assert attach(draft(), _named(sent)).name == kept


def test_where_a_file_is_kept_tells_nothing_of_its_name():
    assert "secret" not in attach(draft(), upload(name="secret.pdf")).file.name


def test_a_removed_file_is_gone_once_that_is_certain(django_capture_on_commit_callbacks):
    paper = attach(draft(), upload())
    storage, path = paper.file.storage, paper.file.name

    with django_capture_on_commit_callbacks(execute=True):
        services.detach(paper=paper, step=STEP, at=APRIL)
        assert storage.exists(path)

    assert not storage.exists(path)
    assert not Paper.objects.exists()


def test_of_a_draft_the_original_goes_along_and_only_the_note_of_it_stays(
    django_capture_on_commit_callbacks,
):
    paper = attach(draft(), upload())
    file = paper.original.file

    with django_capture_on_commit_callbacks(execute=True):
        services.detach(paper=paper, step=STEP, at=APRIL)

    assert not file.storage.exists(file.name)
    assert Original.objects.count() == 1


def test_a_file_counts_as_a_change_of_the_answers():
    application = draft()

    attach(application, upload())

    assert again(application).revision == application.revision + 1


def test_nothing_is_attached_or_removed_after_it_was_sent_in():
    application = draft()
    paper = attach(application, upload())
    services.submit(application=application, by=application.applicant, at=APRIL)

    with pytest.raises(services.NotAllowed):
        attach(application, upload(picture()))
    with pytest.raises(services.NotAllowed):
        services.detach(paper=paper, step=STEP, at=APRIL)
    assert list(submitted().papers.all()) == []


def _named(name):
    file = upload()
    file._name = name  # as it was sent: the class itself tidies what it is given
    return file
