"""Kind to mistakes, in a real browser: double clicks, leaving, files too large, a sign-in that ended."""

import re

import pytest
from django.conf import settings as configured
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from accounts import once
from accounts.models import KeptForm
from applications.models import Application, Event
from tests import factories
from tests.test_pages_axe import faults

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.today("2026-04-20")]
EMPTY = {"name": "program.pdf", "mimeType": "application/pdf", "buffer": b""}
LARGE = {
    "name": "program.pdf",
    "mimeType": "application/pdf",
    "buffer": b"%PDF" + b"0" * 11_000_000,
}


@pytest.fixture
def desk(new_page, live_server):
    """Return a function that opens a page of ours for a person."""

    def desk(user, path, **options):
        page = new_page(locale="en-GB", **options)
        sign_in(page, user, live_server)
        page.goto(path)
        return page

    return desk


def sign_in(page, user, live_server):
    client = Client()
    client.force_login(user)
    name = configured.SESSION_COOKIE_NAME
    cookie = {"name": name, "value": client.cookies[name].value, "url": live_server.url}
    page.context.add_cookies([cookie])


@pytest.mark.parametrize("scripts", [True, False])
def test_a_double_click_does_once(desk, scripts):
    sent = factories.submitted()
    case = reverse("applications:case", args=[sent.uuid])
    page = desk(sent.applicant, case, java_script_enabled=scripts)
    page.get_by_role("button", name="Start a new application with these answers").dblclick()
    # Looked at again and again: the second click breaks off the way that the first one took.
    expect(page).to_have_url(re.compile("/check/$"))
    assert Application.objects.of(sent.applicant).count() == 2


def test_leaving_with_something_typed_asks_first(desk):
    waiting = factories.confirmed()
    page = desk(factories.signatory("chair"), reverse("decisions:ask_back", args=[waiting.uuid]))
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_role("link", name="Go back").click()
    page.wait_for_url(f"**{reverse('decisions:case', args=[waiting.uuid])}")
    assert asked == []
    page.get_by_label("Note to those who work with the case").fill("Ringde.")
    page.get_by_role("link", name="Declare a bias").click()
    page.wait_for_url("**/bias/")
    assert asked == ["beforeunload"]


def test_what_is_sent_is_no_leaving(desk):
    waiting = factories.confirmed()
    page = desk(factories.signatory("chair"), reverse("decisions:case", args=[waiting.uuid]))
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_label("Note to those who work with the case").fill("Ringde.")
    page.get_by_role("button", name="Save the note").click()
    expect(page.get_by_text("The note is saved.")).to_be_visible()
    assert asked == []


def test_a_file_too_large_is_said_before_it_is_sent(desk):
    draft = factories.draft()
    step = next(step for step in draft.rules.steps if step.papers)
    page = desk(draft.applicant, reverse("applications:step", args=[draft.uuid, step.slug]))
    posted = []
    page.on("request", lambda request: request.method == "POST" and posted.append(request.url))
    field = page.locator("input[type=file]").first
    field.set_input_files(LARGE)
    said = page.get_by_role("alert").filter(has_text="Choose a smaller one.")
    expect(said).to_be_visible()
    page.get_by_role("button", name="Save and continue").last.click()
    expect(field).to_be_focused()
    assert posted == []
    field.set_input_files([])
    expect(said).to_have_count(0)


def test_a_refused_file_holds_nobody_on_the_page(desk):
    draft = factories.draft()
    step = next(step for step in draft.rules.steps if step.papers)
    page = desk(draft.applicant, reverse("applications:step", args=[draft.uuid, step.slug]))
    page.locator("input[type=file]").first.set_input_files(EMPTY)
    page.locator("button[name=attach]").first.click()
    expect(page.locator("main [data-focus]")).to_contain_text("program.pdf")
    page.locator("button[name=leave]").click()
    page.wait_for_url(f"**{reverse('applications:overview')}")


@pytest.mark.parametrize("scripts", [True, False])
def test_what_was_typed_is_there_after_signing_in_again(desk, live_server, scripts):
    waiting, chair = factories.confirmed(), factories.signatory("chair")
    case = reverse("decisions:case", args=[waiting.uuid])
    page = desk(chair, case, java_script_enabled=scripts)
    page.get_by_label("Note to those who work with the case").fill("Ringde sökanden i dag.")
    page.context.clear_cookies(name=configured.SESSION_COOKIE_NAME)
    page.get_by_role("button", name="Save the note").click()
    page.wait_for_url("**/account/login/**")
    sign_in(page, chair, live_server)
    page.goto(reverse("accounts:kept", args=[KeptForm.objects.get().pk]))
    expect(page.get_by_text("Ringde sökanden i dag.")).to_be_visible()
    page.get_by_role("button", name="Send it now").click()
    page.wait_for_url(f"**{case}")
    assert waiting.events.filter(kind=Event.Kind.NOTED).count() == 1


def test_the_pages_of_mistakes_can_be_read_and_used_by_all(desk):
    chair, waiting = factories.signatory("chair"), factories.confirmed()
    Client().post(
        reverse("decisions:note", args=[waiting.uuid]),
        {"text": "Ringde sökanden.", once.FIELD: once.new_key(chair)},
    )
    kept = reverse("accounts:kept", args=[KeptForm.objects.get().pk])
    page = desk(chair, kept, reduced_motion="reduce")
    found = faults(page, "kept")
    for path, status in {
        "/nowhere/": 404,
        reverse("decisions:sign_many"): 405,
        "/%00": 400,
    }.items():
        assert page.goto(path).status == status
        found += faults(page, path)
    assert found == []
