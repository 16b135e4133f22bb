"""Where a pool is heading: the pace so far, said plainly, and the same figures in picture and table."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.urls import reverse

from decisions.forecast import forecast
from schemes.models import Pool
from schemes.registry import SCHEMES
from tests import factories
from tests.factories import APRIL, personal_number, signatory

pytestmark = [pytest.mark.django_db, pytest.mark.today("2026-04-20T12:00")]
RFR, REFUND = SCHEMES
ON = date(2026, 4, 20)  # the 110th day of the year


def test_it_goes_on_at_the_pace_of_the_half_year_so_far():
    factories.approved(at=APRIL)
    found = forecast(RFR, on=ON)
    assert (found.pace.granted, found.pace.days) == (6000, 110)
    assert found.last == date(2026, 6, 30)
    assert found.at_end == 6000 + round(Decimal(6000) * 71 / 110)
    assert found.spare == found.budget - found.at_end
    assert [each.first.month for each in found.steps] == [1, 2, 3, 4, 5, 6]
    assert [each.granted for each in found.steps] == [0, 0, 0, 6000, 6000, 6000]
    assert [each.expected > 0 for each in found.steps] == [False] * 3 + [True] * 3


def test_in_the_first_thirty_days_the_half_year_before_counts():
    factories.approved(at=APRIL)
    assert forecast(RFR, on=date(2026, 7, 30)).pace.granted == 6000
    assert forecast(RFR, on=date(2026, 7, 30)).pace.days == 181
    assert forecast(RFR, on=date(2026, 7, 31)).pace.granted == 0


def test_on_the_last_day_nothing_more_is_expected():
    factories.approved(at=APRIL)
    assert forecast(RFR, on=date(2026, 6, 30)).at_end == 6000


def test_where_nothing_was_granted_nothing_is_expected():
    found = forecast(RFR, on=ON)
    assert (found.at_end, found.spare) == (0, found.budget)


def test_what_waits_is_told_and_not_added():
    factories.confirmed()
    found = forecast(RFR, on=ON)
    assert (found.waiting, found.at_end) == (6000, 0)


def test_a_pool_that_lasts_is_told_year_by_year_until_the_end_of_this_one():
    found = forecast(REFUND, on=ON)
    assert (found.by_year, found.last) == (True, date(2026, 12, 31))
    assert found.steps[-1].first == date(2026, 1, 1)


def test_a_budget_that_falls_short_is_said_and_the_picture_has_room_for_it(client):
    before = datetime(2026, 4, 16, 9, tzinfo=UTC)
    for nth in range(3):
        factories.approved(at=before, number=personal_number(nth))
    factories.with_budget(Pool.objects.get(scheme=RFR.slug), 20_000)
    found = forecast(RFR, on=ON)
    assert found.short == found.at_end - 20_000 > 0
    client.force_login(signatory("chair"))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = client.get(reverse("decisions:funds"))
    assert "The budget falls short by" in page.content.decode()
    tops = [part.y for parts in page.context["columns"] for part in parts]
    assert min(tops) == 0
    assert page.context["lines"][0].y > 1


@pytest.mark.parametrize("day", range(0, 365, 13))
def test_every_day_of_a_year_has_a_forecast(day):
    on = date(2026, 1, 1) + timedelta(days=day)
    for scheme in SCHEMES:
        found = forecast(scheme, on=on)
        assert found.steps[-1].first <= found.last
        assert found.last >= on


def test_what_is_expected_is_not_hatched_like_what_waits(client):
    factories.approved(at=APRIL)
    client.force_login(signatory("chair"))
    pools, _spending, heading = client.get(reverse("decisions:funds")).text.partition("spending")
    assert ("url(#hatch)" in pools, "url(#hatch)" in heading) == (True, False)
    assert ("key-waiting" in heading, "key-expected" in heading) == (False, True)
