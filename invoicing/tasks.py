"""What the worker does for finance: each task takes a row's key and may run twice."""

from celery import shared_task

from applications import outbox
from invoicing import packet
from schemes import clock


@shared_task(name="invoicing.render_packet")
def render_packet(pk: int) -> None:
    """Make the papers that go with an invoice."""
    packet.render(pk, at=clock.now())


@shared_task(name="invoicing.sweep")
def sweep() -> None:
    """Find packets that were not made, and have them made."""
    outbox.wake(packet.unrendered(), "invoicing.render_packet")
