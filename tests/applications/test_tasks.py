"""Mail goes out and papers are made from rows: once, by one worker, and again when one failed."""

import hashlib
import smtplib
from datetime import timedelta
from io import BytesIO

import pytest
from django.core import mail
from django.db import InterfaceError, OperationalError
from django.db.models import QuerySet
from django.db.models.functions import Now
from pypdf import PdfReader

from applications import outbox, tasks
from applications.models import Document, Notice
from tests.factories import APRIL, again, draft, personal_number, submitted

pytestmark = pytest.mark.django_db

NUMBER = personal_number(5)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def handed(monkeypatch):
    """Collect what a sweep hands to the worker."""
    found = []

    def send_task(name, args, **options):
        found.append((name, *args))

    monkeypatch.setattr("config.celery.app.send_task", send_task)
    return found


@pytest.fixture
def notice():
    return Notice.objects.create(
        recipient="a@example.org",
        subject="Ämne",
        text="Text\n",
        html="<p>Text</p>",
        created_at=APRIL,
    )


def lease_ends(row):
    type(row).objects.filter(pk=row.pk).update(leased_until=Now() - timedelta(seconds=1))


# Mail


def test_a_notice_is_sent_once(notice):
    tasks.send_notice(notice.pk)
    tasks.send_notice(notice.pk)
    [letter] = mail.outbox
    assert (letter.to, letter.subject, letter.body) == (["a@example.org"], "Ämne", "Text\n")
    assert letter.alternatives[0].content == "<p>Text</p>"
    assert again(notice).sent_at is not None


def test_a_notice_that_another_worker_has_is_left_alone(notice):
    assert outbox.lease(outbox.unsent(), notice.pk) == notice
    assert not outbox.deliver(notice.pk, at=APRIL)
    assert mail.outbox == []


def test_a_notice_is_sent_later_when_the_mail_server_fails(notice, monkeypatch):
    def broken(*_args, **_options):
        raise smtplib.SMTPServerDisconnected

    with monkeypatch.context() as patch:
        patch.setattr("applications.outbox.EmailMultiAlternatives.send", broken)
        with pytest.raises(smtplib.SMTPServerDisconnected):
            outbox.deliver(notice.pk, at=APRIL)
    assert again(notice).sent_at is None
    lease_ends(notice)
    assert outbox.deliver(notice.pk, at=APRIL)


def test_from_the_fourth_attempt_on_each_waits_twice_as_long_as_the_one_before(notice, settings):
    spans = []
    for _attempt in range(5):
        outbox.lease(outbox.unsent(), notice.pk)
        left = Notice.objects.annotate(now=Now()).get(pk=notice.pk)
        spans.append(round((left.leased_until - left.now).total_seconds() / settings.LEASE_SECONDS))
        lease_ends(notice)
    assert spans == [1, 1, 1, 2, 4]


def test_a_row_whose_worker_was_killed_three_times_is_still_done_within_five_minutes(settings):
    once = settings.LEASE_SECONDS + settings.SWEEP_SECONDS
    assert settings.LEASE_SECONDS > settings.CELERY_TASK_TIME_LIMIT
    assert outbox.AT_ONCE * once + settings.SWEEP_SECONDS < 5 * 60


def test_a_letter_that_is_out_is_noted_when_the_database_comes_back(notice, monkeypatch):
    monkeypatch.setattr(outbox.time, "sleep", lambda _seconds: None)
    update, failures = QuerySet.update, [OperationalError, InterfaceError]

    def gone_for_a_moment(rows, **values):
        if "sent_at" in values and failures:
            raise failures.pop()
        return update(rows, **values)

    monkeypatch.setattr(QuerySet, "update", gone_for_a_moment)
    monkeypatch.setattr(outbox.connection, "close", lambda: None)
    assert outbox.deliver(notice.pk, at=APRIL)
    assert (len(mail.outbox), again(notice).sent_at, failures) == (1, APRIL, [])


def test_the_same_letter_has_the_same_message_id(notice):
    first, second = (outbox._letter(notice).extra_headers["Message-ID"] for _nth in range(2))
    assert first == second


# Papers


def test_a_confirmation_is_made_once_from_its_snapshot():
    application = submitted(number=NUMBER)
    document = application.documents.get()
    tasks.render_document(document.pk)
    made = again(document)
    content = made.file.read()
    assert made.sha256 == hashlib.sha256(content).hexdigest()
    assert not outbox.render(document.pk, at=APRIL)
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    assert application.reference in text
    assert "Hjärtdagarna" in text


def test_no_personal_number_stands_in_a_confirmation():
    document = submitted(number=NUMBER).documents.get()
    assert outbox.render(document.pk, at=APRIL)
    pages = PdfReader(BytesIO(again(document).file.read())).pages
    text = "".join(page.extract_text() for page in pages) + str(document.content)
    for form in (NUMBER, NUMBER[2:], f"{NUMBER[:8]}-{NUMBER[8:]}", NUMBER[-4:]):
        assert form not in text


def test_a_worker_that_died_half_way_leaves_nothing_in_the_way():
    document = submitted().documents.get()
    outbox.lease(outbox.unrendered(), document.pk)
    lease_ends(document)
    assert outbox.render(document.pk, at=APRIL)
    assert again(document).attempts == 2


def test_a_paper_that_two_workers_made_is_kept_once():
    document = submitted().documents.get()
    outbox.keep(document, b"made", at=APRIL)
    outbox.keep(document, b"made again", at=APRIL + timedelta(days=1))
    kept = again(document)
    assert (kept.file.read(), kept.rendered_at) == (b"made", APRIL)


# The sweep


def test_the_sweep_hands_on_what_is_undone_and_nobody_works_on(handed, notice):
    submitted()
    Notice.objects.exclude(pk=notice.pk).delete()
    taken, document = draft(), Document.objects.get()
    handed.clear()
    tasks.sweep()
    assert handed == [
        ("applications.send_notice", notice.pk),
        ("applications.render_document", document.pk),
    ]
    assert taken.documents.count() == 0


def test_the_sweep_leaves_what_is_done_or_leased(handed, notice):
    outbox.lease(outbox.unsent(), notice.pk)
    tasks.sweep()
    lease_ends(notice)
    outbox.deliver(notice.pk, at=APRIL)
    tasks.sweep()
    assert handed == []
