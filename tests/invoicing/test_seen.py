"""Who may read which part of the register, and that busy pages list just that."""

from datetime import date

import pytest

from database import paging
from invoicing.entries import SOON
from invoicing.register import ALL, alike, grouped, order, standing_in
from invoicing.seen import Seen, seen, shown
from invoicing.views.lists import TABS
from schemes.models import Organisation
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.today("2026-04-15T12:00")]
SCHEME, ON = factories.SCHEME.slug, date(2026, 4, 20)


@pytest.fixture
def granted():
    return [factories.approved(number=factories.personal_number(nth)) for nth in range(1, 4)]


def listed(part, tab):
    return paging.page(part.listed(TABS[tab], ON), order("number"), None, size=50).rows


def test_finance_reads_the_part_of_its_own_administration(granted):
    own = granted[0].organisation
    other = Organisation.objects.exclude(pk=own.pk).filter(scheme=SCHEME).first()
    for administration, number in ((own, len(granted)), (other, 0), (None, len(granted))):
        part = seen(factories.finance(administration), SCHEME)
        assert len(listed(part, "all")) == part.entries().count() == number
        assert part.buyers() == ([(own.pk, own.name)] if number else [])
        assert sum(each.part.number for each in part.alike()) == number
        assert seen(factories.finance(administration), "fastlege").entries().count() == 0


def test_administrator_and_auditor_read_all_of_their_scheme_and_others_nothing(granted):
    for capacity, whole in (("administrator", True), ("auditor", True), ("chair", False)):
        part = seen(factories.appointed(capacity), SCHEME)
        assert (part.whole, len(listed(part, "all"))) == (whole, len(granted) * whole)


def test_of_one_administration_nobody_reads_more_than_before(granted):
    own = granted[0].organisation.pk
    assert Seen(SCHEME, whole=True).of(own) == Seen(SCHEME, (own,))
    assert Seen(SCHEME, (own,)).of(own + 1) == Seen(SCHEME)
    assert Seen(SCHEME).of(own) == Seen(SCHEME)
    assert Seen(SCHEME, (own,)).of(None) == Seen(SCHEME, (own,))
    assert listed(Seen(SCHEME), "all") == []


@pytest.mark.parametrize("tab", TABS)
def test_a_page_lists_what_stands_so(granted, tab):
    part = Seen(SCHEME, whole=True)
    expected = shown(part.entries().filter(standing_in(TABS[tab], ON, ON + SOON)))
    assert listed(part, tab) == list(expected.order_by(*order("number")))
    assert bool(listed(part, tab)) == (tab in ("unsent", "all"))


def test_a_page_sums_up_what_it_lists(granted):
    part = Seen(SCHEME, whole=True)
    assert part.alike() == alike(grouped(part.tallies()))
    assert TABS["all"] == ALL
