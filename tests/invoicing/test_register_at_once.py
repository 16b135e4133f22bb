"""Of two who do something to an invoice at once the register keeps what both did: real threads and locks."""

from contextlib import contextmanager, suppress
from decimal import Decimal
from threading import Event, Thread

import pytest
from django.db import connection, connections, transaction

from applications.services import NotAllowed
from invoicing import keeping, packet, services
from invoicing.entries import Entry, Stage, Tally
from tests import factories
from tests.decisions.test_concurrency import all_at_once
from tests.factories import APRIL, again, personal_number
from tests.oversight.force import found
from tests.role import as_owner

pytestmark = pytest.mark.django_db(transaction=True)
LOCK = "PERFORM 1 FROM applications_application WHERE id = case_ FOR NO KEY UPDATE;"
ONLY_ONE = f"pg_try_advisory_xact_lock({keeping.ONE_AT_A_TIME})"


@pytest.fixture(autouse=True)
def plain_packets(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(packet, "build", lambda invoice: b"%PDF-1.7")


@contextmanager
def otherwise(function, *changes):
    """Let a function of PostgreSQL say something else while the block lasts."""
    body = keeping.FUNCTIONS[function]
    for old, new in changes:
        assert old in body
        body = body.replace(old, new)
    _put_up(function, body)
    try:
        yield
    finally:
        _put_up(function, keeping.FUNCTIONS[function])


def _put_up(function, body):
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(keeping.MAKE.format(name=function, body=body))


def wrong():
    """Return which checks find something in the register."""
    return {"entry_kept", "entry_of_nothing", "tally_kept"} & found().keys()


def credited_while_its_packet_is_made(invoice):
    """Credit an invoice in full; before that is committed the worker makes its packet."""
    by, credited = factories.finance(), Event()

    def worker():
        try:
            credited.wait(timeout=60)
            packet.render(invoice.packet.pk, at=APRIL)
        finally:
            connections.close_all()

    thread = Thread(target=worker)
    thread.start()
    with transaction.atomic():
        services.credit(invoice=invoice, reason="X", by=by, at=APRIL)
        credited.set()
        _wait_until_it_waits_or_is_done(thread)
    thread.join(60)
    return Entry.objects.get(pk=invoice.pk)


def _wait_until_it_waits_or_is_done(thread):
    """Return when the thread waits for what this transaction holds, or has not had to."""
    with connection.cursor() as cursor:
        while thread.is_alive():
            cursor.execute(
                "SELECT count(*) FROM pg_sleep(0.01), pg_locks "
                "WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            if cursor.fetchone()[0]:
                return


def test_what_is_credited_while_its_packet_is_made_is_credited_and_made():
    entry = credited_while_its_packet_is_made(factories.approved().invoices.get())
    assert (entry.stage, entry.made) == (Stage.CREDITED, True)
    assert wrong() == set()


def test_the_control_without_the_lock_of_the_case_forgets_the_credit():
    invoice = factories.approved().invoices.get()
    with otherwise("invoicing_enter", (LOCK, "")):
        entry = credited_while_its_packet_is_made(invoice)
    assert (entry.stage, entry.made) == (Stage.UNSENT, True)
    assert wrong() == {"entry_kept"}


def a_crowd_at(invoices):
    """Let everything happen to some invoices that can, all of it at once."""
    by = factories.finance()
    acts = [
        lambda each: packet.render(each.packet.pk, at=APRIL),
        lambda each: services.mark_sent(invoices=[each], by=by, at=APRIL),
        lambda each: services.credit(invoice=each, amount=Decimal(10), reason="X", by=by, at=APRIL),
        lambda each: services.settle(
            application=each.application, actual_cost=Decimal(4000), by=by, at=APRIL
        ),
    ]

    def do(act_and_invoice):
        act, invoice = act_and_invoice
        with suppress(NotAllowed):
            act(invoice)

    all_at_once(do, [(act, again(each)) for each in invoices for act in acts])


def granted(number):
    both = {name: factories.signatory(name) for name in ("chair", "representative")}
    numbers = [personal_number(nth) for nth in range(number)]
    return [factories.approved(number=each, **both).invoices.get() for each in numbers]


def test_a_crowd_at_the_same_invoices_leaves_register_and_sums_right():
    invoices = granted(3)
    # Everybody adds up what is there: they do so every time.
    with otherwise("invoicing_count", (f"last % {keeping.EVERY} = 0", "true")):
        a_crowd_at(invoices)
    assert wrong() == set()
    assert Tally.objects.count() <= Entry.objects.count() * 4


def added_up_twice(invoices):
    """Have two transactions add up the same rows, the second while the first is not committed."""
    first, second = invoices
    seen = Event()

    def other():
        try:
            seen.wait(timeout=60)
            packet.render(second.packet.pk, at=APRIL)
        finally:
            connections.close_all()

    thread = Thread(target=other)
    thread.start()
    with transaction.atomic():
        packet.render(first.packet.pk, at=APRIL)
        seen.set()
        _wait_until_it_waits_or_is_done(thread)
    thread.join(60)


def test_two_who_add_up_at_once_count_nothing_twice():
    invoices = granted(2)
    with otherwise("invoicing_count", (f"last % {keeping.EVERY} = 0", "true")):
        added_up_twice(invoices)
    assert wrong() == set()


def test_the_control_without_one_at_a_time_counts_twice():
    invoices = granted(2)
    always = (f"last % {keeping.EVERY} = 0", "true"), (ONLY_ONE, "true")
    with otherwise("invoicing_count", *always):
        added_up_twice(invoices)
    assert wrong() == {"tally_kept"}
