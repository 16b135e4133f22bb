"""A killed worker and a stopped Redis cost time, never a packet; all of it with real processes."""

import os
import time
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from applications.models import Paper
from config.celery import app
from invoicing import services
from invoicing.models import Packet
from local import redis
from tests import factories
from tests.factories import APRIL
from tests.invoicing.situations import granted, invoiced, made
from tests.workers import nudge_to

PATIENCE = 60
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def impatient(monkeypatch):
    """Let sweeps and leases take a second, and return the options of a worker with a beat."""
    monkeypatch.setenv("SWEEP_SECONDS", "1")
    monkeypatch.setenv("LEASE_SECONDS", "1")

    def options(folder):
        return "--beat", "--schedule", str(folder / "beat")

    return options


@pytest.fixture
def broker(tmp_path, monkeypatch):
    """A Redis of this test's own, to which this process hands its nudges."""
    server = redis.start(tmp_path / "redis")
    address = app.conf.broker_url
    nudge_to(server.url)
    yield server
    nudge_to(address)
    server.stop()


def wait_until(true, worker=None):
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, worker and worker.log.read_text()
        time.sleep(0.1)


def is_made(invoice):
    return Packet.objects.exclude(rendered_at=None).filter(invoice=invoice).exists()


def test_the_worker_makes_the_packet_and_mails_it(worker, mailbox, settings):
    invoice = invoiced()
    wait_until(lambda: is_made(invoice), worker)
    services.mail(invoices=[invoice], to="ekonomi@example.org", by=factories.finance(), at=APRIL)
    wait_until(lambda: mailbox.to("ekonomi@example.org"), worker)
    [letter] = mailbox.to("ekonomi@example.org")
    [attached] = letter.iter_attachments()
    assert attached.get_filename() == f"{invoice}.pdf"
    text = PdfReader(BytesIO(attached.get_content())).pages[0].extract_text().splitlines()
    assert {str(invoice), "i84201", "4270700"} <= {line.strip() for line in text}


def test_a_worker_killed_while_making_a_packet_costs_nothing(start_worker, impatient, tmp_path):
    invoice = invoiced()
    file = Path(Paper.objects.get().file.path)
    kept = file.rename(tmp_path / "kept")
    os.mkfifo(file)  # whoever opens it hangs: the worker is in the middle of the packet
    worker = start_worker(*impatient(tmp_path))
    wait_until(lambda: Packet.objects.get(invoice=invoice).attempts, worker)
    worker.kill()
    assert not is_made(invoice)

    kept.replace(file)
    worker = start_worker(*impatient(tmp_path))
    wait_until(lambda: is_made(invoice), worker)
    packet = Packet.objects.get(invoice=invoice)
    assert packet.attempts > 1
    assert str(invoice) in PdfReader(packet.file).pages[0].extract_text()


def test_with_redis_stopped_a_grant_succeeds_and_its_packet_follows(
    broker, start_worker, impatient, tmp_path
):
    broker.stop()
    began = time.monotonic()
    application = granted()
    assert time.monotonic() - began < PATIENCE / 4
    invoice = services.current(application)
    assert not is_made(invoice)

    worker = start_worker(*impatient(tmp_path))  # with a Redis that knows nothing of it
    wait_until(lambda: is_made(invoice), worker)


def test_two_workers_make_a_packet_once(start_worker):
    invoice = made()
    first = Packet.objects.get(invoice=invoice)
    workers = [start_worker(), start_worker()]
    for _nth in range(4):
        app.send_task("invoicing.render_packet", args=[first.pk], ignore_result=True)
    waiting = invoiced()
    wait_until(lambda: is_made(waiting), workers[0])
    packet = Packet.objects.get(invoice=invoice)
    assert (packet.sha256, packet.attempts) == (first.sha256, 1)
