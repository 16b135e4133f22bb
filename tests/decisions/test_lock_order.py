"""Who locks several rows takes them in one order, so that two who meet never wait for each other."""

import pytest
from django.db import OperationalError, transaction

from invoicing import handing, packet
from invoicing import services as invoicing
from invoicing.models import Handling
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


def download(invoices, **said):
    invoicing.record_download(invoices=invoices, **said)


def mark_sent(invoices, **said):
    assert not any(each.obstacle for each in invoicing.mark_sent(invoices=invoices, **said))


def mail(invoices, **said):
    to = "ekonomi@example.org"
    assert not any(each.obstacle for each in invoicing.mail(invoices=invoices, to=to, **said))


@pytest.fixture
def backwards(settings, tmp_path, monkeypatch):
    """Return the invoices of two cases, the last case first, with their packets made."""
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(packet, "build", lambda invoice: b"%PDF-1.7")
    cases = [factories.approved(number=factories.personal_number(nth)) for nth in range(2)]
    invoices = [each.invoices.get() for each in cases]
    for each in invoices:
        packet.render(each.packet.pk, at=APRIL)
    return [again(each) for each in sorted(invoices, key=lambda each: -each.application_id)]


def handed_over_while_another_locks_both(hand_over, backwards):
    """Hand packets over in the one transaction of their form, while another locks both cases in order."""
    last, first = (each.application for each in backwards)
    by = factories.finance()

    @transaction.atomic
    def form():
        hand_over(backwards, by=by, at=APRIL)

    while_held_between(lambda: locked(first), form, lambda: locked(last))


@pytest.mark.parametrize("hand_over", [download, mark_sent, mail])
def test_handing_over_several_packets_never_waits_for_who_waits_for_it(hand_over, backwards):
    handed_over_while_another_locks_both(hand_over, backwards)
    assert all(each.handlings.exists() for each in backwards)


def test_the_control_in_the_order_that_was_asked_for_waits_for_who_waits_for_it(
    backwards, monkeypatch
):
    monkeypatch.setattr(handing, "_by_case", list)
    with pytest.raises(OperationalError, match="deadlock"):
        handed_over_while_another_locks_both(mark_sent, backwards)
    assert not Handling.objects.exists()
