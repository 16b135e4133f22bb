"""The menu shows to each what they can do here, and where they are."""

import pytest
from django.shortcuts import render
from django.urls import reverse

from accounts import navigation
from accounts.models import User
from schemes.registry import SCHEMES
from tests.factories import appointed, person, signatory
from tests.journeys.people import signed_in

pytestmark = pytest.mark.django_db

OWN = "applications:overview"
OFFICE = ["decisions:queue", "decisions:decided", "decisions:funds"]
MONEY, STATUS = ["invoicing:overview"], "oversight:status"
WIDE = {"width": 1280, "height": 800}
MENUS = {
    SCHEMES[0].capacities[0].slug: ["today", *OFFICE, OWN],
    "finance": ["today", "invoicing:overview", OWN],
    "administrator": ["today", *OFFICE, *MONEY, "administration:own", STATUS, OWN],
    "auditor": ["today", *OFFICE, *MONEY, "applications:readings", "admin:index", STATUS, OWN],
}


def addresses(user, path="/"):
    return [entry["url"] for entry in navigation.menu(user, path)]


@pytest.mark.parametrize("capacity", MENUS)
def test_a_mandate_brings_its_places(capacity):
    assert addresses(appointed(capacity)) == [reverse(name) for name in MENUS[capacity]]


def test_without_mandate_there_are_the_own_applications():
    assert addresses(person()) == [reverse(OWN)]


def test_a_superuser_administers():
    user = User.objects.create_superuser("root@example.org", name="Test Root")
    assert addresses(user) == [reverse("admin:index"), reverse(OWN)]


def test_the_most_fitting_entry_is_marked():
    menu = navigation.menu(appointed("auditor"), reverse("decisions:decided") + "x/")
    assert [entry["url"] for entry in menu if entry["current"]] == [reverse("decisions:decided")]


def test_nothing_is_marked_elsewhere():
    assert not any(entry["current"] for entry in navigation.menu(person(), "/people/profile/"))


def test_the_page_knows_who_is_there(client):
    user = appointed("finance")
    client.force_login(user)
    page = client.get(reverse("accounts:profile"))
    assert page.context["capacities"] == [user.mandates.get().label]
    assert page.context["demo"] is False


def test_a_page_with_a_menu_of_its_own_puts_together_no_other(rf, monkeypatch):
    asked = []
    monkeypatch.setattr(navigation, "menu", lambda user, path: asked.append(path) or [])
    request = rf.get("/decisions/")
    request.user = appointed("auditor")
    render(request, "components/header.html", {"navigation": []})
    assert asked == []
    render(request, "components/header.html")
    assert asked == ["/decisions/"]


def test_work_begins_at_the_first_place():
    assert navigation.first_page(appointed("finance")) == reverse("today")
    assert navigation.first_page(person()) == reverse(OWN)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("locale", ["sv-SE", "nb-NO", "en-GB"])
def test_a_long_menu_has_one_line_of_its_own_and_a_short_one_stands_beside_the_name(
    new_page, live_server, locale
):
    tops = "all => [...new Set(all.map(it => it.getBoundingClientRect().top))]"
    for user, beside in ((appointed("administrator"), False), (signatory("chair"), True)):
        page = signed_in(new_page(locale=locale, viewport=WIDE), user, live_server)
        page.goto(reverse("decisions:queue"))
        menu = page.locator(".site-nav a").evaluate_all(tops)
        assert len(menu) == 1
        name, tools = (page.locator(each).bounding_box() for each in (".logo", ".site-tools"))
        assert (menu[0] < name["y"] + name["height"]) == beside
        assert abs(name["y"] + name["height"] / 2 - tools["y"] - tools["height"] / 2) < 4
