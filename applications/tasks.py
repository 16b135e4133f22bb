"""What the worker does for applications: each task takes a row's key and may run twice."""

from celery import shared_task

from applications import outbox
from schemes import clock


@shared_task(name="applications.send_notice")
def send_notice(pk: int) -> None:
    """Send a notice by mail."""
    outbox.deliver(pk, at=clock.now())


@shared_task(name="applications.render_document")
def render_document(pk: int) -> None:
    """Make the PDF of a confirmation or a letter."""
    outbox.render(pk, at=clock.now())


@shared_task(name="applications.sweep")
def sweep() -> None:
    """Find mail that did not go out and papers that were not made, and have them done."""
    outbox.wake(outbox.unsent(), "applications.send_notice")
    outbox.wake(outbox.unrendered(), "applications.render_document")
