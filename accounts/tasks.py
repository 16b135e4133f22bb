"""What the worker does for people: forget the forms that nobody will send again."""

from celery import shared_task

from accounts import kept, once
from schemes import clock


@shared_task(name="accounts.sweep")
def sweep() -> None:
    """Delete old keys of forms, and what was kept for a sign-in that never came."""
    once.sweep(at=clock.now())
    kept.sweep(at=clock.now())
