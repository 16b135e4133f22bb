"""The refund scheme's own comforts in a real browser: a course chosen from the list, by keyboard alone."""

from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from applications import services
from schemes.fastlege.models import ListedCourse
from schemes.registry import get
from tests.factories import again, person
from tests.journeys.people import signed_in, until
from tests.schemes.test_fastlege_forms import LISTED
from tests.schemes.test_fastlege_pages import AT

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.today("2022-06-20T11:00"),
]


@pytest.fixture
def course(new_page, live_server):
    """Return a draft and its page about the course, with a course on the list that is held once."""
    ListedCourse.objects.filter(title=LISTED).update(
        link="https://kurs.example/", starts_on=date(2022, 6, 7), ends_on=date(2022, 6, 8)
    )
    draft = services.start(scheme=get("fastlege"), applicant=person(), at=AT)
    page = signed_in(new_page(locale="nb-NO"), draft.applicant, live_server)
    page.goto(reverse("applications:step", args=[draft.uuid, "course"]))
    return draft, page


def values(page):
    names = ("organiser", "link", "starts_on", "ends_on")
    return [page.locator(f"[name={name}]").input_value() for name in names]


KNOWN = ["SKIL", "https://kurs.example/", "2022-06-07", "2022-06-08"]


def test_l12_choosing_a_course_fills_in_what_the_list_knows_and_saves_it(course):
    draft, page = course
    page.locator("[name=title]").focus()
    page.keyboard.type("skil - vanedannende midle")
    assert values(page) == [""] * 4
    page.keyboard.type("r")

    assert values(page) == KNOWN
    expect(page.locator("[data-listed]")).to_have_text(
        "Kurset står på listen over forhåndsgodkjente kurs."
    )
    stored = until(lambda: again(draft).answers.get("course"))
    assert stored["starts_on"] == "2022-06-07"


def test_l12_another_course_takes_away_what_the_list_gave_but_not_what_was_written(course):
    _draft, page = course
    page.locator("[name=title]").fill(LISTED)
    page.locator("[name=organiser]").fill("Mitt eget svar")
    page.locator("[name=title]").fill("Et annet kurs")

    assert values(page) == ["Mitt eget svar", "", "", ""]
    expect(page.locator("[data-listed]")).to_have_text("")


def test_l2_only_a_municipality_is_asked_about_itself(course):
    draft, page = course
    page.goto(reverse("applications:step", args=[draft.uuid, "applicant"]))
    asked = page.locator("[name=municipality]")

    for kind, shown in (("", True), ("self_employed", False), ("municipality", True)):
        if kind:
            page.locator(f"[name=kind][value={kind}]").check(force=True)
        expect(asked).to_be_visible(visible=shown)


def test_labels_beside_each_other_stand_at_one_height_and_so_do_their_fields(new_page, live_server):
    page = signed_in(new_page(locale="nb-NO"), person(), live_server)
    page.goto(reverse("applications:several", args=["fastlege"]))
    row = page.locator("#row-1")
    for what in ("label", "input"):
        tops = row.locator(what).evaluate_all(
            "all => all.map(it => it.getBoundingClientRect().top)"
        )
        assert len(tops) == 4
        assert (tops[0], tops[2]) == pytest.approx((tops[1], tops[3]))
