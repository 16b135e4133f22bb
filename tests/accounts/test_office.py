"""Whoever works in several schemes goes from one to the other by tabs, on the page where they are."""

from urllib.parse import urljoin

import pytest
from django.urls import reverse

from accounts import services as people
from schemes.registry import SCHEMES
from tests.factories import LONG_AGO, appointed

pytestmark = pytest.mark.django_db

FIRST, SECOND = [each.slug for each in SCHEMES[:2]]
LISTS = ["decisions:queue", "decisions:decided", "decisions:funds"]
LISTS += ["invoicing:overview", "invoicing:months"]
PAGES = {name: [f"{reverse(name)}?scheme={slug}" for slug in (FIRST, SECOND)] for name in LISTS}
PAGES["administration:start"] = [
    reverse("administration:start", args=[slug]) for slug in (FIRST, SECOND)
]


def administrator(client, *, both=False):
    user = appointed("administrator")
    if both:
        people.appoint(user=user, scheme=SECOND, capacity="administrator", valid_from=LONG_AGO)
    client.force_login(user)


@pytest.mark.parametrize("page", PAGES)
def test_there_is_a_tab_for_each_scheme_of_ones_own(client, page):
    administrator(client, both=True)
    for here in PAGES[page]:
        tabs = client.get(here).context["schemes"]
        assert [urljoin(here, tab["url"]) for tab in tabs] == PAGES[page]
        assert [tab["current"] for tab in tabs] == [each == here for each in PAGES[page]]


@pytest.mark.parametrize("page", PAGES)
def test_without_a_second_scheme_there_are_no_tabs(client, page):
    administrator(client)
    own, others = PAGES[page]
    assert client.get(own).context["schemes"] == []
    assert client.get(others).status_code == 404


@pytest.mark.parametrize("page", LISTS)
def test_a_list_begins_with_the_first_of_ones_own_schemes(client, page):
    administrator(client, both=True)
    assert client.get(reverse(page)).context["scheme"].slug == FIRST


def test_the_administration_begins_with_the_scheme_asked_for_or_the_first(client):
    administrator(client, both=True)
    own, (first, second) = reverse("administration:own"), PAGES["administration:start"]
    assert client.get(own).url == first
    assert client.get(own, {"scheme": SECOND}).url == second
