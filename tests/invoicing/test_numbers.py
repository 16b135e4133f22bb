"""Invoice numbers have no gap and no duplicate, whoever issues at the same time and whatever fails."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from applications.models import Application
from invoicing import services
from invoicing.models import Invoice, Series
from tests.factories import APRIL, again, confirmed, person, personal_number
from tests.invoicing.situations import administrations, granted, of
from tests.role import aside

CLERKS = 20


class Mishap(Exception):
    pass


@pytest.fixture
def undecided():
    """Let numbers be given without decisions, as fast as clerks can ask for them."""
    aside("invoicing_invoice", "invoice_room")


def with_grant(nth, **said):
    """Return an application with a saved grant whose invoice is not open yet."""
    application = confirmed(number=personal_number(nth), **said)
    Application.objects.filter(pk=application.pk).update(granted=6000)
    return again(application)


def opened(application, by, *, at=APRIL):
    said = {"amount": application.granted, "decided_on": at.date(), "decision": {}}
    facts = application.rules.read_facts(application.facts, complete=False)
    terms = application.rules.terms(facts)
    draft = services.draw_up(application=application, at=at, terms=terms, **said)
    return services.open_invoice(draft=draft, at=at, by=by)


def numbers():
    return sorted(Invoice.objects.values_list("number", flat=True))


@pytest.mark.django_db(transaction=True)
def test_r35_clerks_at_once_leave_no_gap_when_every_fifth_is_rolled_back(undecided):
    by = person()
    waiting = [with_grant(nth) for nth in range(CLERKS)]

    def work(nth):
        try:
            with transaction.atomic():
                opened(waiting[nth], by)
                if nth % 5 == 0:
                    raise Mishap
        except Mishap:
            return 0
        finally:
            connection.close()
        return 1

    with ThreadPoolExecutor(8) as clerks:
        done = sum(clerks.map(work, range(CLERKS)))
    assert done == CLERKS - CLERKS // 5
    assert numbers() == list(range(1, done + 1))


@pytest.mark.django_db
def test_each_administration_counts_for_itself():
    first, second = administrations()
    one, other, third = granted(**of(first)), granted(**of(second)), granted(**of(first))
    found = [services.current(each) for each in (one, other, third)]
    assert [each.number for each in found] == [1, 1, 2]
    assert [str(each) for each in found] == [
        f"{first.code.upper()}-2026-00001",
        f"{second.code.upper()}-2026-00001",
        f"{first.code.upper()}-2026-00002",
    ]


@pytest.mark.django_db
def test_each_year_counts_from_one_by_the_local_calendar(undecided):
    new_year = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)  # 2027 in Stockholm
    with transaction.atomic():
        opened(with_grant(1), person())
        invoice = opened(with_grant(2), person(), at=new_year)
    assert (invoice.number, invoice.series.year) == (1, 2027)


@pytest.mark.django_db(transaction=True)
def test_an_invoice_is_opened_only_in_the_transaction_that_grants(undecided):
    with pytest.raises(RuntimeError):
        opened(with_grant(1), person())
    assert numbers() == []


@pytest.mark.django_db
def test_there_are_no_two_invoices_for_one_decision():
    application = granted()
    with pytest.raises(IntegrityError, match="invoice_one_per_decision"), transaction.atomic():
        opened(application, person())
    assert numbers() == [1]
    assert Series.objects.count() == 1
