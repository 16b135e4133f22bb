"""What the worker does for those who decide."""

from celery import shared_task

from decisions.lapsing import void_lapsed
from schemes import clock


@shared_task(name="decisions.sweep")
def sweep() -> None:
    """Void the signatures of people whose mandate has ended."""
    void_lapsed(at=clock.now())
