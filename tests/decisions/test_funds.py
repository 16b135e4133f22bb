"""The page of the funds: every movement leads to its case, and each link says to which; moving budget."""

import re
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from tests import factories
from tests.journeys.people import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.today("2026-04-20T12:00")]
LEFT = re.compile(r"kr (left|was not used.)</p>")
MOVEMENT = re.compile(r'<a href="/decisions/[0-9a-f-]{36}/">(.*?)</a>')

# Of each choice: how high it is, and where the figure in it stands.
BOXES = """[...document.querySelectorAll(".form-check-label")].map(label => [
    {height: label.clientHeight, line: parseFloat(getComputedStyle(label).lineHeight)},
    label.querySelector(".choice-figure").getBoundingClientRect().toJSON(),
])"""


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
    named = [strip_tags(each) for each in MOVEMENT.findall(page)]
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


@pytest.mark.parametrize("page", ["decisions:funds", "decisions:queue", "decisions:case"])
def test_each_figure_of_a_card_has_its_unit(client, chair, page):
    granted(1)
    waiting = factories.confirmed(number=factories.personal_number(2))
    args = [waiting.uuid] if page == "decisions:case" else []
    text = client.get(reverse(page, args=args)).text
    figures = [strip_tags(each) for each in re.findall('<dd>(<span class="amount">.*?)</dd>', text)]
    assert len(figures) > 4
    assert {each[-3:] for each in figures} == {"\N{NO-BREAK SPACE}kr"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("locale", ["sv-SE", "nb-NO", "en-GB"])
@pytest.mark.parametrize(("width", "lines", "end"), [(1280, 1, "right"), (375, 2, "left")])
def test_what_is_left_in_the_pools_stands_in_a_column(
    new_page, live_server, locale, width, lines, end
):
    granted(1)
    factories.approved(at=datetime(2026, 9, 15, 9, tzinfo=UTC), number=factories.personal_number(2))
    page = new_page(locale=locale, viewport={"width": width, "height": 900})
    signed_in(page, factories.appointed("administrator"), live_server)
    page.goto(reverse("decisions:transfer"))
    boxes = page.evaluate(BOXES)
    assert len(boxes) == 4
    assert {round(label["height"] / label["line"]) for label, _figure in boxes} == {lines}
    assert len({figure[end] for _label, figure in boxes}) == 1
