"""Who locks several rows takes them in one order, so that two who meet never wait for each other."""

import pytest

from applications.models import Application
from invoicing import services as invoicing
from invoicing.models import Handling, Invoice
from schemes import services as pools
from schemes.models import Pool
from tests import factories
from tests.decisions.test_second_guards import while_held_between
from tests.factories import APRIL, SCHEME, again

pytestmark = pytest.mark.django_db(transaction=True)


def locked(row):
    return type(row).objects.select_for_update(no_key=True).get(pk=row.pk)


def test_r27_two_transfers_that_cross_never_wait_for_each_other():
    by = factories.person()
    days = (APRIL.date(), APRIL.date().replace(month=9))
    first, last = (pools.pool_for(scheme=SCHEME, on=day, at=APRIL) for day in days)

    def move(source, target):
        pools.transfer(source=source, target=target, amount=1000, at=APRIL, by=by, note="Behov")

    # One way has locked the first pool; the other way must wait for it without holding the last.
    while_held_between(lambda: locked(first), lambda: move(last, first), lambda: move(first, last))
    assert [again(each).budget for each in (first, last)] == [first.budget, last.budget]
    assert Pool.objects.count() == 2


def test_downloads_of_several_packets_never_wait_for_each_other():
    cases = [factories.approved(number=factories.personal_number(nth)) for nth in range(2)]
    first, last = Application.objects.filter(pk__in=[each.pk for each in cases]).order_by("pk")
    backwards = list(Invoice.objects.order_by("-application_id"))
    by = factories.finance()

    def download():
        invoicing.record_download(invoices=backwards, by=by, at=APRIL)

    while_held_between(lambda: locked(first), download, lambda: locked(last))
    assert Handling.objects.count() == 2
