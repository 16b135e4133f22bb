"""What the worker does for people: forget the forms that nobody will send again, and old sessions."""

from celery import shared_task

from accounts import kept, once
from accounts.sessions import SessionStore
from schemes import clock


@shared_task(name="accounts.sweep")
def sweep() -> None:
    """Delete old keys of forms, what was kept for a sign-in that never came, and ended sessions."""
    once.sweep(at=clock.now())
    kept.sweep(at=clock.now())
    SessionStore.clear_expired()
