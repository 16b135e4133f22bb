"""What the worker does for applications: each task takes a row's key and may run twice."""

from celery import Task, shared_task

from applications import canary, outbox, reminders
from schemes import clock


@shared_task(name="applications.send_notice")
def send_notice(pk: int) -> None:
    """Send a notice by mail."""
    outbox.deliver(pk, at=clock.now())


@shared_task(name="applications.render_document")
def render_document(pk: int) -> None:
    """Make the PDF of a confirmation or a letter."""
    outbox.render(pk, at=clock.now())


@shared_task(name="applications.remind")
def remind(pk: int) -> None:
    """Remind an applicant of papers that are missing."""
    reminders.remind(pk, at=clock.now())


@shared_task(name="applications.find_silent")
def find_silent() -> None:
    """Find the applications that have waited for papers for long, and remind of them."""
    reminders.wake(at=clock.now())


@shared_task(name="applications.sweep")
def sweep() -> None:
    """Find mail that did not go out and papers that were not made, and have them done."""
    outbox.wake(outbox.unsent(), "applications.send_notice")
    outbox.wake(outbox.unrendered(), "applications.render_document")


@shared_task(bind=True, name="applications.canary")
def give_proof_of_life(task: Task) -> None:
    """Finish a small job in the database: it shows that this worker works."""
    canary.finish(task.request.id)
