"""The status page tells those who answer for a scheme how the house is; the night writes what it tells."""

import pytest
from django.urls import reverse

from applications.models import Notice
from oversight.models import Seal, Verification
from oversight.tasks import night
from schemes.registry import SCHEMES
from tests import factories
from tests.oversight.force import by_force

pytestmark = [pytest.mark.django_db, pytest.mark.today("2026-04-20T09:00")]
WHOLE = "Allt är helt och stämmer överens."


def read(client, capacity="auditor", scheme=""):
    client.force_login(factories.appointed(capacity, scheme=scheme))
    return client.get(reverse("oversight:status")).content.decode()


def test_before_the_first_night_it_says_that_nothing_was_verified(client):
    page = read(client)
    assert "Ingenting har kontrollerats sedan i går." in page
    assert "Ingenting är förseglat än." in page
    assert "Ingen säkerhetskopia har gjorts här än." in page


def test_the_night_seals_verifies_and_publishes_the_head(client, settings):
    settings.HEAD_MAILBOX = "revision@example.org"
    factories.approved()
    night()
    kept, seal = Verification.objects.get(), Seal.objects.get()
    assert (kept.whole, kept.head) == (True, seal.head)
    notice = Notice.objects.get(recipient="revision@example.org")
    assert seal.head in notice.text
    page = read(client)
    assert WHOLE in page
    assert seal.head in page


def test_without_a_mailbox_no_head_is_mailed(settings):
    settings.HEAD_MAILBOX = ""
    night()
    assert not Notice.objects.exists()


def test_what_was_found_is_told_to_those_whose_scheme_it_is(client, settings):
    settings.HEAD_MAILBOX = "revision@example.org"
    application = factories.approved()
    by_force("UPDATE decisions_decision SET text = 'X'")
    night()
    assert application.reference in read(client)
    other = read(client, scheme=SCHEMES[1].slug)
    assert application.reference not in other
    assert "1 avvikelse" in other
    notice = Notice.objects.get(recipient="revision@example.org")
    assert application.reference in notice.text


def test_a_night_that_was_missed_is_told(client, hold):
    night()
    hold("2026-04-22T09:00")
    assert "Ingenting har kontrollerats sedan i går." in read(client)


def test_mail_that_waits_is_told_with_its_age(client):
    factories.submitted()
    page = read(client)
    assert "E-post som väntar" in page
    assert "den äldsta sedan 15 april 2026, 11:00" in " ".join(page.split())


def test_a_signatory_has_no_status_page(client):
    client.force_login(factories.signatory("chair"))
    assert client.get(reverse("oversight:status")).status_code == 404
