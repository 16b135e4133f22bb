"""The order of arrival before a pool, and that long lists cost no more queries than short ones."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from decisions import line, services
from schemes import services as pools
from schemes.registry import get
from schemes.rfr.models import DatedTerms
from tests import factories
from tests.decisions import test_refund as refunds
from tests.factories import APRIL, again, signatory, signed

pytestmark = pytest.mark.django_db
DAY = APRIL.date()


def in_line(count, make=factories.confirmed):
    """Return confirmed applications of different people, one minute after the other."""
    return [
        again(make(at=APRIL + timedelta(minutes=nth), number=factories.personal_number(nth)))
        for nth in range(count)
    ]


def budget(amount):
    pool = pools.pool_for(scheme=factories.SCHEME, on=DAY, at=APRIL)
    factories.with_budget(pool, amount)


def ahead(applications):
    _circumstances, found = line.read_in_line(applications, on=DAY, at=APRIL)
    return [found[each.pk] for each in applications]


def test_r27_nobody_waits_while_there_is_enough_for_all():
    applications = in_line(3)
    budget(18000)
    assert ahead(applications) == [0, 0, 0]


def test_r27_the_last_waits_when_the_money_ends_before_it():
    applications = in_line(3)
    budget(17999)
    assert ahead(applications) == [0, 0, 2]


def test_r27_everybody_behind_one_that_does_not_fit_waits():
    applications = in_line(4)
    budget(5999)
    assert ahead(applications) == [0, 1, 1, 1]


def test_r27_who_waits_for_something_else_holds_up_nobody():
    first = factories.submitted(number=factories.personal_number(9))
    applications = [first, *in_line(2)]
    budget(12000)
    assert ahead(applications) == [0, 0, 0]


def test_r27_who_has_been_granted_is_in_line_no_more():
    granted, *waiting = in_line(3)
    budget(17999)
    for capacity in ("chair", "representative"):
        signed(granted, by=signatory(capacity))
    assert ahead(waiting) == [0, 1]


def test_r27_a_lowered_amount_is_what_counts_in_line():
    first, second = in_line(2)
    services.lower(application=first, amount=4000, reason="x", by=signatory("chair"), at=APRIL)
    budget(10000)
    assert ahead([first, second]) == [0, 0]


def test_r27_the_line_is_as_long_in_parts(monkeypatch):
    applications = in_line(5)
    budget(24000)
    monkeypatch.setattr(line, "FIRST_PART", 1)
    assert ahead(applications) == [0, 0, 0, 0, 4]


def test_r27_terms_can_let_the_later_one_go_first():
    _first, second = in_line(2)
    DatedTerms.objects.update(overtaking=True)
    budget(6000)
    signed(second, by=signatory("chair"))
    assert signed(second, by=signatory("representative")).decision


def test_r27_terms_can_let_a_pool_pay_what_it_has():
    (application,) = in_line(1)
    DatedTerms.objects.update(partial_grants=True)
    budget(2500)
    signed(application, by=signatory("chair"))
    assert signed(application, by=signatory("representative")).decision.amount == 2500


@pytest.mark.parametrize("count", [1, 4])
def test_what_lies_around_a_list_takes_the_same_number_of_queries(count, django_assert_num_queries):
    applications = in_line(count)
    with django_assert_num_queries(3):
        line.around(factories.SCHEME, applications, on=DAY, at=APRIL)


def test_what_people_have_drawn_is_read_once_also_when_the_money_is_short():
    case, scheme = refunds.submitted(), get("fastlege")
    pool = pools.pool_for(scheme=scheme, on=refunds.JUNE.date(), at=refunds.JUNE)
    factories.with_budget(pool, 1)
    with CaptureQueriesContext(connection) as asked:
        line.around(scheme, [case], on=refunds.JUNE.date(), at=refunds.JUNE)
    assert sum("schemes_allowanceentry" in each["sql"] for each in asked) == 1


@pytest.mark.parametrize("count", [1, 4])
def test_r21_ones_standing_is_told_with_two_queries(count, django_assert_num_queries):
    applications, chair = in_line(count), signatory("chair")
    with django_assert_num_queries(2):
        services.standings(applications, chair, DAY)
