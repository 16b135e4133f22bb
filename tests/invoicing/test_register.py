"""The register says of every invoice what follows from all that happened to it, whoever was at it."""

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from applications.services import NotAllowed
from decisions import services as decisions
from invoicing import keeping, packet, register, services
from invoicing.entries import Entry, Standing, Tally
from invoicing.models import Invoice
from tests import factories
from tests.factories import APRIL, again
from tests.invoicing.reckoned import standing_on
from tests.payout import test_fastlege as refunds
from tests.payout.situations import released

pytestmark = pytest.mark.django_db
JULY = date(2026, 7, 14)  # the invoices' due day
DAYS = [JULY - timedelta(days=60), JULY - timedelta(days=7), JULY, JULY + timedelta(days=1)]


@pytest.fixture(autouse=True)
def plain_packets(monkeypatch):
    monkeypatch.setattr(packet, "build", lambda invoice: b"%PDF-1.7")


def invoices_of(case):
    return case.invoices.order_by("pk")


def make_packets(case, by):
    for each in invoices_of(case).filter(packet__rendered_at=None):
        packet.render(each.packet.pk, at=APRIL)


def send_first(case, by):
    services.mark_sent(invoices=invoices_of(case)[:1], by=by, at=APRIL)


def send_all(case, by):
    services.mark_sent(invoices=invoices_of(case), by=by, at=APRIL)


def credit_some(case, by):
    invoice = services.current(case)
    services.credit(invoice=invoice, amount=Decimal(10), reason="X", by=by, at=APRIL)


def correct(case, by):
    services.correct(invoice=services.current(case), reason="X", by=by, at=APRIL)


def postpone(case, by):
    due = services.due_date(services.current(case)) + timedelta(days=3)
    services.postpone(invoice=services.current(case), due_on=due, reason="X", by=by, at=APRIL)


def settle_for_less(case, by):
    services.settle(application=again(case), actual_cost=Decimal(4000), by=by, at=APRIL)


def settle_whole(case, by):
    services.settle(application=again(case), actual_cost=Decimal(12_000), by=by, at=APRIL)


def end(case, by):
    decisions.end(application=again(case), reason="X", by=case.applicant, at=APRIL)


def release(case, by):
    released(again(invoices_of(case).first()), by=by, at=refunds.AUGUST)


ACTS = [make_packets, send_first, send_all, credit_some, correct, postpone, end]
ACTS += [settle_for_less, settle_whole]
PAYING = [make_packets, release, end]
PAID_OUT = {Standing.PAYABLE, Standing.PAID, Standing.WITHDRAWN}
GIVEN = {"max_examples": 15, "deadline": None, "derandomize": True, "database": None}
GIVEN["suppress_health_check"] = [HealthCheck.function_scoped_fixture]


def agree():
    """Assert that the register says what is reckoned from everything else, and return how papers stand.

    It is looked at on each of some days.
    """
    stood = set()
    kept = {each.pk: each for each in Entry.objects.all()}
    for on in DAYS:
        said = {pk: (e.label, e.signed, e.due, e.falls, e.standing(on)) for pk, e in kept.items()}
        rows = standing_on(Invoice.objects.all(), on)
        due = {each.pk: each.due if each.kind != Invoice.Kind.CREDIT else None for each in rows}
        assert said == {
            each.pk: (each.label, each.signed, due[each.pk], each.falls, each.standing)
            for each in rows
        }
        parts = register.sums(register.alike(register.grouped(Tally.objects.all())), on)
        counted = {standing: part.number for standing, part in parts.items() if part.number}
        stand = [each[-1] for each in said.values()]
        stood |= set(stand)
        assert counted == {standing: stand.count(standing) for standing in set(stand)}
    total = sum(part.sum for part in parts.values())
    assert total == sum(each.signed for each in kept.values())
    return stood


def lived_through(case, acts, by):
    """Let something happen to a case, one after the other, and nothing of it stay.

    Returns how its papers stood on the way.
    """
    stood = agree()
    with transaction.atomic():
        for act in acts:
            with suppress(NotAllowed, AttributeError, TypeError), transaction.atomic():
                act(case, by)
            stood |= agree()
        transaction.set_rollback(True)
    return stood


def test_whatever_happens_to_an_invoice_the_register_says_where_it_stands():
    case, by = factories.approved(), factories.finance()

    @settings(**GIVEN)
    @given(st.lists(st.sampled_from(ACTS), min_size=1, max_size=6))
    def live(acts):
        lived_through(case, acts, by)

    live()
    # Whatever was drawn, each standing is reached that there is.
    lives = [make_packets, send_all, settle_whole], [credit_some, make_packets, end]
    stood = set().union(*(lived_through(case, acts, by) for acts in lives))
    assert stood == set(Standing) - PAID_OUT


def test_whatever_happens_to_a_statement_the_register_says_where_it_stands():
    case, by = refunds.granted(), factories.appointed("finance", scheme="fastlege")

    @settings(**GIVEN | {"max_examples": 8})
    @given(st.lists(st.sampled_from(PAYING), min_size=1, max_size=3))
    def live(acts):
        lived_through(case, acts, by)

    live()
    lives = [make_packets, release], [make_packets, end], [end, make_packets]
    stood = set().union(*(lived_through(case, acts, by) for acts in lives))
    assert stood == {Standing.MAKING, *PAID_OUT}


def test_the_functions_of_postgresql_are_those_that_verify_reckons_by():
    for name, body in keeping.FUNCTIONS.items():
        with connection.cursor() as cursor:
            cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = %s", [name])
            assert cursor.fetchone() == (body,)
