"""How the queue was looked at is there again: the last filters, and the views that a person saved."""

import pytest
from django.conf import settings
from django.urls import reverse

from decisions import saved
from decisions.models import SavedView
from schemes.registry import SCHEMES
from tests.factories import finance, signatory

pytestmark = [pytest.mark.django_db, pytest.mark.today("2026-04-15T12:00")]
SLUG = SCHEMES[0].slug
QUEUE = "/decisions/"


@pytest.fixture
def chair(client):
    user = signatory("chair")
    client.force_login(user)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return user


def keep(client, name="Mine", query="place=other", **more):
    address = f"{reverse('decisions:save_view')}?scheme={SLUG}&{query}"
    return client.post(address, {"name": name} | more, follow=True)


def test_who_comes_back_finds_the_queue_as_it_was(client, chair):
    client.get(QUEUE, {"place": "other", "sort": "-asked"})
    assert client.get(QUEUE).url == f"{QUEUE}?scheme={SLUG}&place=other&sort=-asked"


def test_a_file_of_the_list_is_not_sent_elsewhere(client, chair):
    client.get(QUEUE, {"place": "other"})
    assert client.get(QUEUE, {"file": "csv"}).status_code == 200


def test_what_was_cleared_is_forgotten(client, chair):
    page = client.get(QUEUE, {"q": "hjärta"})
    assert client.get(page.context["reset"]).status_code == 200
    assert client.get(QUEUE).status_code == 200


def test_a_search_for_nothing_clears_as_well(client, chair):
    client.get(QUEUE, {"q": "hjärta"})
    client.get(QUEUE, {"q": ""})
    assert client.get(QUEUE).status_code == 200


def test_each_person_and_sign_in_has_filters_of_its_own(client, chair, django_user_model):
    client.get(QUEUE, {"place": "other"})
    client.logout()
    client.force_login(signatory("representative"))
    assert client.get(QUEUE).status_code == 200


def test_a_view_is_saved_under_a_name_and_shown_to_its_person_alone(client, chair):
    page = keep(client, "Of others", "place=other&sort=starts")
    assert [each["view"].name for each in page.context["views"]] == ["Of others"]
    assert page.context["views"][0]["current"]
    client.force_login(signatory("representative"))
    assert client.get(QUEUE).context["views"] == []


def test_what_is_saved_and_removed_is_seen_at_once_though_the_views_are_kept(client, chair):
    assert client.get(QUEUE).context["views"] == []
    (view,) = keep(client).context["views"]
    page = client.post(reverse("decisions:remove_view", args=[view["view"].pk]), follow=True)
    assert page.context["views"] == []


def test_a_second_view_of_the_same_name_takes_the_place_of_the_first(client, chair):
    keep(client, query="place=other")
    keep(client, query="place=funds")
    assert list(SavedView.objects.values_list("query", flat=True)) == ["place=funds"]


@pytest.mark.parametrize(
    ("query", "name", "said"),
    [
        ("place=other", "", "Give the view a name of at most 60 characters."),
        ("place=other", "x" * 61, "Give the view a name of at most 60 characters."),
        ("", "All", "Choose a tab, search or sort first: that is what is saved."),
        ("q=" + "x" * 500, "Long", "Choose a tab, search or sort first: that is what is saved."),
    ],
)
def test_what_cannot_be_saved_is_said(client, chair, query, name, said):
    page = keep(client, name, query)
    assert [str(message) for message in page.context["messages"]] == [said]
    assert not SavedView.objects.exists()


def test_nobody_has_more_than_twenty(client, chair):
    for nth in range(saved.MOST_VIEWS):
        saved.save_view(user=chair, scheme=SLUG, name=str(nth), query="place=")
    page = keep(client, "One more")
    assert "You have twenty saved views." in str(next(iter(page.context["messages"])))
    keep(client, "3", "place=funds")
    assert SavedView.objects.get(name="3").query == "place=funds"
    assert SavedView.objects.count() == saved.MOST_VIEWS


def test_only_ones_own_view_can_be_removed(client, chair):
    keep(client)
    pk = SavedView.objects.get().pk
    client.force_login(signatory("representative"))
    client.post(reverse("decisions:remove_view", args=[pk]))
    assert SavedView.objects.exists()
    client.force_login(chair)
    client.post(reverse("decisions:remove_view", args=[pk]))
    assert not SavedView.objects.exists()


def test_a_saved_view_asks_nothing_but_the_queue(client, chair):
    keep(client, "Sly", "place=other&file=csv&next=//elsewhere.example")
    assert SavedView.objects.get().query == "place=other"


@pytest.mark.parametrize("number", ["198001011231", "19800101-1231", "0101 8000 038"])
def test_a_number_that_is_looked_for_is_neither_kept_nor_saved(client, chair, number):
    client.get(QUEUE, {"q": number})
    assert client.get(QUEUE).status_code == 200
    keep(client, "Sly", f"place=other&q={number}")
    assert SavedView.objects.get().query == "place=other"


def test_finance_has_no_views_here(client):
    client.force_login(finance())
    assert keep(client).status_code == 404
