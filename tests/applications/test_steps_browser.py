"""Typing in a real browser: saved by itself, and said when it cannot be saved."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import Session
from tests.factories import SCHEME, again, draft, person, submitted

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.today("2026-04-20T11:00"),
]


def sign_in(page, user, live_server):
    client = Client()
    client.force_login(user)
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    page.context.add_cookies([session | {"url": live_server.url}])


def costs(application):
    return reverse("applications:step", args=[application.uuid, "costs"])


def fee(application):
    return SCHEME.step("costs").form.opened(again(application).answers["costs"])["fee"]


@pytest.fixture
def desk(new_page, live_server, transactional_db):
    """Return a draft and a page of its applicant, opened at the costs."""
    application = draft()
    page = new_page(locale="en-GB")
    sign_in(page, application.applicant, live_server)
    page.goto(costs(application))
    return application, page


def test_what_is_typed_is_saved_by_itself_and_the_amount_follows(desk):
    application, page = desk

    page.get_by_label("Course or conference fee").fill("2 000")

    expect(page.locator("#saved")).to_have_text("Saved 11:00.")
    expect(page.locator("#amount .big")).to_have_text(re.compile(r"4\s000\skr"))
    assert fee(application) == "2 000"


def test_after_saving_by_itself_the_button_goes_on_without_a_conflict(desk):
    application, page = desk

    page.get_by_label("Course or conference fee").fill("")
    page.get_by_label("Course or conference fee").press_sequentially("2000", delay=300)
    expect(page.locator("#saved")).to_have_text("Saved 11:00.")
    page.get_by_label("Travel").fill("1 500")
    page.get_by_role("button", name="Save and continue").last.click()

    expect(page.get_by_role("heading", name="What will it bring?")).to_be_visible()
    assert fee(application) == "2000"


def test_a_second_tab_is_told_and_both_are_shown(desk):
    application, page = desk
    second = page.context.new_page()
    second.goto(costs(application))
    page.get_by_label("Course or conference fee").fill("7 000")
    expect(page.locator("#saved")).to_have_text("Saved 11:00.")

    second.get_by_label("Course or conference fee").fill("8 000")

    expect(second.locator("#saved")).to_contain_text("changed elsewhere")
    assert fee(application) == "7 000"
    second.get_by_role("button", name="Save and continue").last.click()
    expect(second.locator("table")).to_contain_text(re.compile(r"8\s000\skr.*7\s000\skr", re.S))
    second.get_by_role("button", name="Save what I typed").click()
    expect(second.get_by_role("heading", name="What will it bring?")).to_be_visible()
    assert fee(application) == "8 000"


def test_an_ended_session_is_told_and_signing_in_elsewhere_saves_what_is_still_there(
    desk, live_server
):
    application, page = desk
    Session.objects.all().delete()

    page.get_by_label("Course or conference fee").fill("3 000")

    expect(page.locator("#saved")).to_contain_text("You have been signed out.")
    expect(page.get_by_label("Course or conference fee")).to_have_value("3 000")
    sign_in(page, application.applicant, live_server)
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(page.locator("#saved")).to_have_text("Saved 11:00.")
    assert fee(application) == "3 000"


def test_a_lost_connection_is_told_and_made_good_when_it_is_back(desk):
    application, page = desk
    page.context.set_offline(True)

    page.get_by_label("Course or conference fee").fill("3 500")

    expect(page.locator("#saved")).to_contain_text("No connection.")
    page.context.set_offline(False)
    expect(page.locator("#saved")).to_have_text("Saved 11:00.")
    assert fee(application) == "3 500"


def test_enter_in_a_field_saves_and_goes_on_and_never_removes_a_file(desk):
    _application, page = desk

    page.get_by_label("Course or conference fee").press("Enter")

    expect(page.get_by_role("heading", name="What will it bring?")).to_be_visible()


def test_all_steps_work_without_scripts(new_page, live_server):
    application = draft()
    page = new_page(locale="en-GB", java_script_enabled=False)
    sign_in(page, application.applicant, live_server)
    page.goto(costs(application))

    page.get_by_label("Course or conference fee").fill("2 000")
    page.get_by_role("button", name="Save and continue").last.click()

    expect(page.get_by_role("heading", name="What will it bring?")).to_be_visible()
    expect(page.locator("#amount .big")).to_have_text(re.compile(r"4\s000\skr"))


# For everybody


def pages_of(applicant):
    """Return the address of every page on which one writes, in a good and in a bad state."""
    good = draft(by=applicant)
    bad = draft(by=applicant, costs={"fee": "?"}, participant={"specialist": "no"})
    sent = submitted(by=applicant)
    steps = [reverse("applications:step", args=[good.uuid, step.slug]) for step in SCHEME.steps]
    others = [
        reverse(f"applications:{name}", args=[application.uuid])
        for name, application in (("check", good), ("check", bad), ("receipt", sent))
    ]
    closed = reverse("applications:step", args=[sent.uuid, "course"])
    begin = reverse("applications:start", args=[SCHEME.slug])
    return [begin, *steps, costs(bad) + "?missing", *others, closed]


@pytest.mark.parametrize(("width", "colours"), [(1280, "light"), (375, "dark")])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(new_page, live_server, width, colours):
    applicant = person()
    page = new_page(viewport={"width": width, "height": 900}, color_scheme=colours)
    sign_in(page, applicant, live_server)

    for address in pages_of(applicant):
        page.goto(address)
        found = Axe().run(page).response["violations"]
        assert [(address, each["id"], each["nodes"][0]["html"]) for each in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
