"""The whole of each journey by the keyboard alone, and with scripts switched off."""

import io
import zipfile
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from applications.models import Application, State
from invoicing import months, packet
from invoicing.models import Bundle
from schemes.models import Organisation
from tests import factories
from tests.factories import APRIL, PASSWORD, finance, person, signatory
from tests.journeys.hands import EVERY_WAY
from tests.journeys.people import signed_in
from tests.schemes.test_fastlege_forms import APPLICANT, LISTED

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.today("2026-04-15T09:30"),
    pytest.mark.parametrize("way", EVERY_WAY, ids=lambda way: way.__name__),
]
GO_ON = "main form .buttons .btn-primary"
ABSENCE = {"absence-0-part": "whole", "absence-1-part": "half", "absence-1-hours": "3,5"}


@pytest.fixture
def hands(way, new_page):
    """Return hands on the page of somebody new."""
    return way(new_page(**way.options))


def enter(hands, user):
    hands.page.goto(reverse("account_login"))
    hands.fill(login=user.email, password=PASSWORD)
    hands.use("main form .btn-primary")
    hands.page.wait_for_url("**/applications/")


def write(hands, scheme, steps):
    """Write an application step by step, and send it; return it."""
    begin = f"details.begin:has(form[action$='/{scheme}/'])"
    hands.use(f"{begin} summary", stays=True)
    hands.use(f"{begin} .btn-primary")
    for slug, typed in steps.items():
        hands.page.wait_for_url(f"**/step/{slug}/")
        hands.fill(**typed)
        hands.use(GO_ON)
    hands.page.wait_for_url("**/check/")
    hands.tick("#send input[type=checkbox]")
    hands.use("#send .btn-primary")
    hands.page.wait_for_url("**/receipt/")
    return Application.objects.get()


def typed(step, *unsaid):
    """Return the answers of a step as they are typed, without those that are left empty."""
    known = factories.answers(starts_on=factories.APRIL.date().replace(month=6))[step]
    return {name: value for name, value in known.items() if value and name not in unsaid}


def test_a_doctor_applies_for_a_grant(hands):
    doctor, first = person(name="Test Läkare"), Organisation.objects.first()
    enter(hands, doctor)
    participant = typed("participant") | {"organisation": str(first.pk)}
    steps = {"participant": participant}
    steps |= {slug: typed(slug, "link") for slug in ("course", "costs", "benefit", "earlier")}
    application = write(hands, factories.SCHEME.slug, steps)
    assert (application.state, application.assessed) == (State.SUBMITTED, 6000)


@pytest.mark.today("2022-06-20T09:30")
def test_a_gp_applies_for_a_refund(hands):
    enter(hands, person(name="Test Fastlege"))
    steps = {
        "applicant": APPLICANT,
        "course": {"title": LISTED, "starts_on": "2022-06-07", "ends_on": "2022-06-10"},
        "absence": ABSENCE,
        "fee": {"fee_paid": "3 200,50", "other_funding": "0"},
        "papers": {},
    }
    application = write(hands, "fastlege", steps)
    assert application.state == State.SUBMITTED


def test_a_signatory_decides_from_the_page_of_the_day(hands, live_server):
    waiting, chair = factories.confirmed(), signatory("chair")
    factories.signed(waiting, by=signatory("representative"))
    signed_in(hands.page, chair, live_server).goto("/")
    hands.use("main .desk-lines a[href*='place=mine']")
    hands.use("main a[data-row]")
    hands.use(f"form[action='{reverse('decisions:sign', args=[waiting.uuid])}'] button")
    expect(hands.page.locator(".messages")).to_contain_text("decided")
    assert factories.again(waiting).state == State.APPROVED


def test_finance_takes_a_month_s_packets(hands, live_server, monkeypatch, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(packet, "build", lambda invoice: b"%PDF-1.7")
    invoice = factories.approved().invoices.get()
    packet.render(invoice.packet.pk, at=APRIL)
    signed_in(hands.page, finance(), live_server).goto("/")
    hands.use("main .desk-lines a[href*='tab=unsent']")
    hands.use(f"main a[href^='{reverse('invoicing:months')}']")
    hands.use("main table form button")
    hands.page.wait_for_url("**/zip/*/")
    months.make(Bundle.objects.get().pk, at=APRIL)
    hands.page.reload()
    with hands.page.expect_download() as download:
        hands.use("#progress form button", stays=True)
    names = zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes())).namelist()
    assert f"{invoice}.pdf" in names
