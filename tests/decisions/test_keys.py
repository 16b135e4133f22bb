"""The queue by keyboard alone: rows, cases, the sheet of keys, and never while something is typed."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests import factories
from tests.journeys.people import signed_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.today("2026-04-20T10:00")]


@pytest.fixture
def cases():
    return [
        factories.confirmed(course={"title": f"Kurs {nth}"}, number=factories.personal_number(nth))
        for nth in range(3)
    ]


@pytest.fixture
def desk(new_page, live_server, cases):
    """Return the queue of a chair for whom three cases wait."""
    page = signed_in(new_page(locale="en-GB"), factories.signatory("chair"), live_server)
    page.goto(reverse("decisions:queue"))
    return page


def focused(page):
    return page.evaluate("document.activeElement.textContent.trim()")


def press(page, *keys):
    page.wait_for_load_state()  # its scripts are there
    for key in keys:
        page.keyboard.press(key)


def test_a_case_is_found_opened_and_signed_and_the_next_one_is_there(desk, cases):
    press(desk, "j")
    assert focused(desk) == "Kurs 0"
    press(desk, "j", "j", "j", "k")
    assert focused(desk) == "Kurs 1"
    press(desk, "o")
    expect(desk.locator("h1")).to_have_text("Kurs 1")
    expect(desk.locator(".side")).to_contain_text("Kurs 2")
    expect(desk.locator(".side")).to_contain_text("2 more cases wait for you.")
    desk.locator("main form .btn-primary").focus()
    press(desk, "Enter")
    expect(desk.locator("h1")).to_have_text("Kurs 2")
    expect(desk.locator(".messages")).to_contain_text("Kurs 1: signed.")
    expect(desk.locator(".side")).to_contain_text("1 more case waits for you.")
    press(desk, "n")
    expect(desk.locator("h1")).to_have_text("Kurs 0")
    press(desk, "u")
    expect(desk.locator("h1")).to_have_text("2 applications wait for you")


def test_a_row_is_opened_by_enter_and_ticked_by_x(desk):
    press(desk, "j", "x")
    assert desk.locator("input[name=application]:checked").count() == 1
    press(desk, "j", "Enter")
    expect(desk.locator("h1")).to_have_text("Kurs 1")


def test_focus_is_seen_on_the_row(desk):
    press(desk, "j")
    outline = desk.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert float(outline.removesuffix("px")) >= 2


def test_the_sheet_opens_by_key_and_by_its_link_and_the_keys_can_be_put_away(desk):
    sheet = desk.locator("dialog#keys")
    press(desk, "?")
    expect(sheet).to_be_visible()
    press(desk, "Escape")
    expect(sheet).to_be_hidden()
    desk.locator("[data-keys]").click()
    expect(sheet).to_be_visible()
    sheet.locator("label").click()
    sheet.get_by_role("button").click()
    desk.reload()
    press(desk, "j")
    assert desk.evaluate("document.activeElement === document.body")


def test_no_key_does_anything_while_one_writes(desk):
    field = desk.locator("input[name=q]")
    field.focus()
    press(desk, "j", "?", "o")
    expect(field).to_have_value("j?o")
    expect(desk.locator("dialog#keys")).to_be_hidden()


def test_without_scripts_the_link_leads_to_the_same_words(new_page, live_server, cases):
    page = new_page(java_script_enabled=False, locale="en-GB")
    signed_in(page, factories.signatory("chair"), live_server)
    page.goto(reverse("decisions:queue"))
    page.locator("[data-keys]").click()
    expect(page.locator("#keys + .keys-list")).to_contain_text("Open the case")


def test_one_long_word_in_a_title_does_not_make_the_queue_scroll(desk):
    sideways = "it => it.scrollWidth - it.clientWidth"
    desk.set_viewport_size({"width": 1280, "height": 800})
    assert desk.locator("#rows").evaluate(sideways) == 0
    desk.locator("[data-row]").first.evaluate("it => it.textContent = 'kurs'.repeat(25)")
    assert desk.locator("#rows").evaluate(sideways) == 0


@pytest.mark.parametrize("width", [1024, 1280])
def test_the_queue_has_room_on_a_tablet(desk, width):
    desk.set_viewport_size({"width": width, "height": 800})
    assert desk.locator("#rows").evaluate("it => it.scrollWidth - it.clientWidth") == 0


def test_paper_does_not_ask_anybody_to_tick(desk):
    ticked = desk.get_by_text("You can tick those")
    assert ticked.is_visible()
    desk.emulate_media(media="print")
    assert not ticked.is_visible()
    assert desk.locator(".tick").evaluate_all("all => all.every(it => !it.checkVisibility())")
