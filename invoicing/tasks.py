"""What the worker does for finance: each task takes a row's key and may run twice."""

from celery import shared_task

from applications import outbox
from invoicing import months, packet
from schemes import clock


@shared_task(name="invoicing.render_packet")
def render_packet(pk: int) -> None:
    """Make the papers that go with an invoice."""
    packet.render(pk, at=clock.now())


# A month's packets with all that was attached to them are many files to copy.
@shared_task(name="invoicing.make_bundle", soft_time_limit=600, time_limit=660)
def make_bundle(pk: int) -> None:
    """Make the ZIP of packets that somebody asked for."""
    months.make(pk, at=clock.now())


@shared_task(name="invoicing.sweep")
def sweep() -> None:
    """Find packets and ZIPs that were not made, and have them made; remove ZIPs of yesterday."""
    outbox.wake(packet.unrendered(), "invoicing.render_packet")
    outbox.wake(months.unmade(), "invoicing.make_bundle")
    months.forget(at=clock.now())
