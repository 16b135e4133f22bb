from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles import finders

from config.stylesheet import BOOTSTRAP, PARTS, SHEET, sheet
from drawing import pdf_look
from schemes.registry import SCHEMES

SCREENS = [(1280, "light"), (1280, "dark"), (375, "light"), (375, "dark")]


def read(path):
    return Path(finders.find(path)).read_text()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("width", "colours"), SCREENS)
def test_axe_finds_nothing_on_the_page_of_components(new_page, width, colours):
    page = new_page(viewport={"width": width, "height": 900}, color_scheme=colours)
    for address in ["/style/", *(f"/style/?scheme={scheme.slug}" for scheme in SCHEMES)]:
        page.goto(address)
        assert Axe().run(page).response["violations"] == []


@pytest.mark.django_db(transaction=True)
def test_nothing_scrolls_sideways_at_320_pixels(new_page):
    page = new_page(viewport={"width": 320, "height": 800})
    page.goto("/style/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.django_db(transaction=True)
def test_of_tabs_only_the_current_one_is_underlined_also_in_the_reader_s_own_colours(new_page):
    page = new_page(forced_colors="active")
    page.goto("/style/")
    lines = page.locator(".tabs a").evaluate_all(
        """tabs => tabs.map(each => [
            each.hasAttribute("aria-current"),
            getComputedStyle(each).borderBottomWidth !== "0px",
        ])"""
    )
    assert {underlined for _current, underlined in lines} == {True, False}
    assert all(current == underlined for current, underlined in lines)


@pytest.mark.django_db(transaction=True)
def test_the_figures_of_a_column_have_all_ore_or_none(new_page):
    page = new_page()
    page.goto("/style/")
    card = page.locator(".pool:has(.amount)").last
    after = """each => [...new Set(each.map(it => getComputedStyle(it, "::after").content))]"""
    assert card.locator(".amount").evaluate_all(after) == ["none"]
    card.evaluate("it => it.querySelector('.amount').innerHTML += '<i class=ore>,50</i>'")
    assert sorted(card.locator(".amount").evaluate_all(after)) == ['",00"', "none"]


@pytest.mark.django_db(transaction=True)
def test_a_step_in_which_something_is_missing_is_told_by_its_shape_as_well(new_page):
    page = new_page()
    page.goto("/style/")
    step = page.locator(".step").first
    style = "it => getComputedStyle(it).borderTopStyle"
    assert step.evaluate(style) == "solid"
    step.evaluate("it => it.classList.add('step-wrong')")
    assert step.evaluate(style) == "double"


@pytest.mark.django_db(transaction=True)
def test_the_bar_of_a_field_at_fault_begins_where_its_label_does(new_page):
    page = new_page()
    page.goto(f"/applications/pre-check/{SCHEMES[0].slug}/?fee=")
    # A browser draws the border of a fieldset from the middle of its legend.
    legends = page.locator("fieldset.field-wrong > legend")
    assert legends.count()
    assert legends.evaluate_all("each => each.every(it => getComputedStyle(it).float === 'left')")


@pytest.mark.django_db(transaction=True)
def test_the_error_summary_takes_focus_and_leads_to_the_field(new_page):
    page = new_page()
    page.goto("/style/")
    assert page.evaluate("document.activeElement.className") == "error-summary"
    page.get_by_role("alert").get_by_role("link").first.click()
    assert page.evaluate("document.activeElement.name") == "lodging"


def test_a_page_waits_for_one_stylesheet_that_holds_everything():
    whole = sheet()
    assert whole.count("@layer bootstrap") == 1
    for part in [f"css/{name}.css" for name in PARTS]:
        assert read(part) in whole
    assert all(f'[data-scheme="{scheme.slug}"]' in whole for scheme in SCHEMES)
    assert "sourceMappingURL" not in whole


def test_the_stylesheet_is_found_where_the_pages_look_for_it():
    assert read(SHEET) == sheet()
    assert finders.find(BOOTSTRAP)


def test_letters_carry_their_fonts_and_ask_for_no_file():
    css = pdf_look.stylesheet()
    assert css.count("data:font/woff2;base64,") == 2
    assert "../fonts" not in css
