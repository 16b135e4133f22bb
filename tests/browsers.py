"""Lets a test use the pages as a person does: in a real Chromium, against a real server."""

import os

import pytest
from playwright.sync_api import sync_playwright

from local import chromium

SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 10_000


@pytest.fixture(scope="session")
def browser():
    """One Chromium for the whole run."""
    # Playwright keeps an event loop in this thread, which Django would otherwise take for async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    program = chromium.path()
    assert program, "Chromium is missing: `make test` installs it."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def new_page(browser, live_server, settings):
    """Return a function that opens a page for one more person, with cookies of their own.

    Relative addresses lead to the live server. Afterwards the test fails if any page had an error in its
    scripts or ran against the content security policy.
    """
    settings.KURSMEDEL_URL = live_server.url
    contexts, faults = [], []

    def new_page(**options):
        options = {"base_url": live_server.url, "locale": "sv-SE"} | options
        context = browser.new_context(**options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.extend(_policy_faults(message)))
        return page

    yield new_page
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def page(new_page):
    """A page of somebody who has not signed in."""
    return new_page()


def _policy_faults(message):
    return [message.text] if "Content Security Policy" in message.text else []
