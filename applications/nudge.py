"""A hint to the worker that a row waits. If it is lost, the sweep finds the row all the same."""

from celery import current_app
from django.db import transaction

from applications.crash_points import Point, reached


def nudge(task: str, pk: int) -> None:
    """Ask the worker, once the transaction is committed, to do a task for a row.

    A broker that is down is logged and never stops what was committed.
    """

    def send() -> None:
        reached(Point.COMMITTED_NOT_NUDGED)
        current_app.send_task(task, args=[pk], ignore_result=True)

    transaction.on_commit(send, robust=True)
