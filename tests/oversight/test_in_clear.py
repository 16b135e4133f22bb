"""No personal and no account number is anywhere in clear: not in a dump, not in a letter, not in a log."""

import io
import logging

import pytest
import structlog
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse

from applications import outbox
from applications.models import Application, Event, Notice
from decisions.demo import load
from invoicing import packet
from invoicing.models import PaymentBatch
from schemes import clock
from tests import factories, numbers
from tests.factories import SCHEME

pytestmark = [pytest.mark.django_db, pytest.mark.today("2026-11-21T10:00")]

NUMBER = factories.personal_number(7)
WAYS = [
    NUMBER,
    NUMBER[2:],
    f"{NUMBER[:8]}-{NUMBER[8:]}",
    f"{NUMBER[2:8]}-{NUMBER[8:]}",
    f"{NUMBER[2:8]}+{NUMBER[8:]}",
    f"{NUMBER[:8]} {NUMBER[8:]}",
    f"{NUMBER[:4]}.{NUMBER[4:6]}.{NUMBER[6:]}",
]


def browser(user):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


@pytest.fixture
def log():
    """Everything that is logged, down to the last detail, as our own formatter writes it."""
    root, written = logging.getLogger(), io.StringIO()
    handler, level = logging.StreamHandler(written), root.level
    handler.setFormatter(next(each.formatter for each in root.handlers if _is_ours(each)))
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.setLevel(level)
    root.removeHandler(handler)


def _is_ours(handler):
    return isinstance(handler.formatter, structlog.stdlib.ProcessorFormatter)


@pytest.fixture
def lived(monkeypatch, log):
    """The demo, and a person who types a number in every place and way; the log keeps everything."""
    monkeypatch.setattr(packet, "build", lambda invoice: b"%PDF-1.7")
    load.load()
    _types_it(factories.person())
    _takes_the_payment_files()
    for notice in Notice.objects.filter(sent_at=None):
        outbox.deliver(notice.pk, at=clock.now())
    return log


def _types_it(person):
    client = browser(person)
    client.post(reverse("applications:start", args=[SCHEME.slug]))
    application = Application.objects.get(applicant=person)
    step, autosave = (
        reverse(f"applications:{name}", args=[application.uuid, "participant"])
        for name in ("step", "autosave")
    )
    shown = client.get(step).context
    marks = {"revision": shown["application"].revision, "seal": shown["seal"]}
    client.post(step, {"name": "Test", "personal_number": NUMBER} | marks)
    for written in [*WAYS, NUMBER + "9", "my number: " + NUMBER]:
        application.refresh_from_db()
        known = marks | {"revision": application.revision}
        client.post(autosave, {"name": "Test", "personal_number": written} | known)
    # The sign-in has ended: what was typed is kept until it begins anew.
    Client().post(step, {"name": "Test", "personal_number": NUMBER} | marks)
    profile = reverse("accounts:profile")
    client.post(profile, {"name": "Test", "language": "en", "personal_number": NUMBER})
    client.get(profile, {"q": NUMBER})


def _takes_the_payment_files():
    batch = PaymentBatch.objects.first()
    client = browser(factories.appointed("finance", scheme=batch.scheme))
    for file in batch.files.all():
        response = client.post(reverse("invoicing:batch_file", args=[batch.uuid, file.kind]))
        assert response.status_code in (200, 302)


def test_a_dump_the_letters_and_the_log_hold_none(lived):
    known = numbers.known() | {NUMBER}
    assert len(known) > 20

    assert numbers.in_clear(numbers.dump(), known) == set()
    letters = "\n".join(f"{each.subject}\n{each.body}\n{each.alternatives}" for each in mail.outbox)
    assert letters
    assert numbers.in_clear(letters, known) == set()
    assert "/people/profile/" in lived.getvalue()
    assert numbers.in_clear(lived.getvalue(), known) == set()


@pytest.mark.parametrize("written", WAYS)
def test_one_that_is_planted_is_found(written):
    application = factories.draft()
    Event.objects.create(
        application=application, kind=Event.Kind.NOTED, at=factories.APRIL, text=f"nr {written}."
    )

    assert numbers.in_clear(numbers.dump(), {NUMBER}) == {written}


def test_a_number_in_a_log_is_found_whoevers_it_is():
    said = f"user 42 {NUMBER[:8]}-{NUMBER[8:]} 20261121113045 kr 198001019999 17054000189"

    assert numbers.anybodys(said) == {NUMBER, "17054000189"}


def test_the_numbers_that_are_looked_for_are_those_that_are_kept():
    application = factories.draft(number=NUMBER)

    assert numbers.known() == {NUMBER}
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE applications_application SET facts = to_jsonb(%s::text) WHERE id = %s",
            [NUMBER, application.pk],
        )
    assert numbers.in_clear(numbers.dump(), numbers.known()) == {NUMBER}
