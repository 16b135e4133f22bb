"""What people do in the journeys: sign in, fill in, send, sign; and waiting for the worker."""

import time

from django.conf import settings as configured
from django.test import Client
from django.urls import reverse

from tests.factories import PASSWORD

PATIENCE = 60  # seconds for what the worker does


def sign_in(page, user):
    """Sign in through the page, as an applicant does."""
    page.goto(reverse("account_login"))
    page.fill("input[name=login]", user.email)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/applications/")


def signed_in(page, user, live_server):
    """Let a page carry the session of somebody whose second factor a browser cannot hold."""
    client = Client()
    client.force_login(user)
    cookie = client.cookies[configured.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    return page


def fill(page, **fields):
    """Fill in fields by their name: radio buttons and lists are chosen, the rest is typed."""
    for name, value in fields.items():
        field = page.locator(f"main form [name={name}]")
        if field.first.get_attribute("type") == "radio":
            choice = page.locator(f"main form [name={name}][value={value}]")
            page.locator(f"label[for={choice.get_attribute('id')}]").click()
        elif field.first.evaluate("element => element.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def go_on(page):
    page.locator("main form .buttons .btn-primary").click()


def until(condition):
    """Return what a condition gives once it is true; the worker is another process."""
    deadline = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < deadline, "The worker did not do it in time."
        time.sleep(0.2)
    return found


def send(page):
    box = page.locator("#send input[type=checkbox]")
    page.locator(f"label[for={box.get_attribute('id')}]").click()
    page.locator("#send .btn-primary").click()
    page.wait_for_url("**/receipt/")


def sign(page, application):
    """Open a case from the queue and sign to grant it."""
    open_case(page, application)
    press_sign(page, application)


def open_case(page, application):
    page.goto(reverse("decisions:queue"))
    address = reverse("decisions:case", args=[application.uuid])
    page.locator(f"main a[href='{address}']").first.click()


def press_sign(page, application):
    address = reverse("decisions:sign", args=[application.uuid])
    page.locator(f"form[action='{address}'] button").click()
    page.wait_for_load_state()
