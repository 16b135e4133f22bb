"""Finance pays in a real browser, without any script of ours being needed; axe finds nothing."""

import hashlib
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as configured
from django.test import Client
from django.urls import reverse

from invoicing.models import PaymentBatch
from tests.payout.situations import a_steward, a_treasurer, made, pays_from_now_on, stated

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.today("2026-04-20T12:00")]


@pytest.fixture(autouse=True)
def _payer(db):
    pays_from_now_on()


def signed_in(page, user, live_server):
    client = Client()
    client.force_login(user)
    cookie = client.cookies[configured.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    return page


def sound(page):
    """Assert that axe finds nothing and nothing scrolls sideways."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_who_has_ticked_nothing_is_led_to_the_rows(new_page, live_server):
    made()
    page = signed_in(new_page(locale="en-GB"), a_treasurer(), live_server)
    page.goto(reverse("invoicing:overview"))
    page.get_by_role("button", name="Release payments").click()
    page.get_by_role("link", name="Tick the payments first.").click()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "invoice"


@pytest.mark.parametrize("width", [1280, 375])
def test_payments_are_ticked_reviewed_released_and_downloaded(new_page, live_server, width):
    steward = a_steward()
    made(steward=steward, title="Kvalitetsarbeid i allmennpraksis, et langt navn på et kurs")
    made(steward=steward, reference="K-17"), stated(steward=steward)
    options = {"viewport": {"width": width, "height": 900}, "locale": "en-GB"}
    page = signed_in(new_page(**options), a_treasurer(), live_server)
    page.goto(reverse("invoicing:overview"))
    sound(page)
    page.get_by_role("link", name="Tick all that are ready").click()
    page.wait_for_url("**all**")
    page.get_by_role("button", name="Release payments").click()
    page.get_by_role("heading", name="Release payments").wait_for()
    sound(page)
    page.get_by_role("button", name="Release", exact=True).click()
    page.wait_for_url("**/batches/**")
    sound(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the payment file").click()
    file = Path(download.value.path()).read_bytes()
    batch = PaymentBatch.objects.get()
    assert hashlib.sha256(file).hexdigest() == batch.files.get(kind="pain001").sha256
    assert download.value.suggested_filename == f"{batch}.xml"
    assert batch.number == 2
