"""The page of the funds: every movement leads to its case, and each link says to which."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.today("2026-04-20T12:00")]
LEFT = re.compile(r"kr (left|was not used.)</p>")
MOVEMENT = re.compile(r'<a href="/decisions/[0-9a-f-]{36}/">([^<]*)</a>')


@pytest.fixture
def chair(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    chair = factories.signatory("chair")
    client.force_login(chair)
    return chair


def granted(nth):
    return factories.approved(number=factories.personal_number(nth))


def test_each_movement_names_the_application_it_leads_to(client, chair):
    granted(1)
    ended = factories.ended(number=factories.personal_number(2))
    page = client.get(reverse("decisions:funds")).text
    named = MOVEMENT.findall(page)
    assert len(named) == len(set(named)) == 3
    assert f"Grant {ended.reference}" in named
    assert f"Returned to the pool {ended.reference}" in named


def test_the_page_asks_as_many_questions_for_one_movement_as_for_three(client, chair):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("decisions:funds"))
        return len(queries)

    granted(1), asked()  # the first request also notes in the session that somebody is there
    one = asked()
    granted(2), granted(3)
    assert asked() == one


@pytest.mark.parametrize("page", ["decisions:funds", "decisions:queue"])
@pytest.mark.today("2026-07-01T12:00")
def test_what_a_pool_that_has_ended_did_not_use_is_left_for_nobody(client, chair, hold, page):
    granted(1)
    hold("2026-06-30T12:00")
    assert LEFT.findall(client.get(reverse(page)).text) == ["left", "left"]
    hold("2026-07-01T12:00")
    assert LEFT.findall(client.get(reverse(page)).text) == ["was not used.", "left"]
