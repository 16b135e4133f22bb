"""Lets a test use the pages as a person does: in a real Chromium, against a real server."""

import os
from threading import Condition

import pytest
from django.core.signals import request_finished, request_started
from django.test.client import ClientHandler
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
    contexts, faults, answering = [], [], Answering()

    def new_page(**options):
        options = {"base_url": live_server.url, "locale": "sv-SE"} | options
        context = browser.new_context(**options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.extend(_policy_faults(message)))
        return page

    with answering:
        yield new_page
        for context in contexts:
            context.close()
    assert faults == []


@pytest.fixture
def page(new_page):
    """A page of somebody who has not signed in."""
    return new_page()


class Answering:
    """What the live server still answers: for two seconds at most it is waited for when a test ends.

    A page saves what was typed by itself, also while its test ends. Of a broken one no end may be told.
    """

    def __init__(self):
        self.number, self.changed = 0, Condition()

    def __enter__(self):
        request_started.connect(self._began)
        request_finished.connect(self._ended)

    def __exit__(self, *_fault):
        with self.changed:
            self.changed.wait_for(lambda: not self.number, timeout=2)
        request_started.disconnect(self._began)
        request_finished.disconnect(self._ended)

    def _began(self, sender, **_more):
        self._count(sender, 1)

    def _ended(self, sender, **_more):
        self._count(sender, -1)

    def _count(self, sender, more):
        if sender is not ClientHandler:  # a test's own requests have an end where they stand
            with self.changed:
                self.number += more
                self.changed.notify_all()


def _policy_faults(message):
    return [message.text] if "Content Security Policy" in message.text else []
