"""A hint to the worker that a row waits. If it is lost, the sweep finds the row all the same."""

import time

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

from applications.crash_points import Point, reached

# For so many seconds a broker that did not answer is left alone: the sweep comes hardly later, and nobody
# waits once more for every row of what was decided.
LEFT_ALONE = 10


class Broker:
    """What this process knows of the broker: until when it is not worth asking."""

    silent_until = 0.0


def nudge(task: str, pk: int) -> None:
    """Ask the worker, once the transaction is committed, to do a task for a row.

    A broker that is down is logged and never stops what was committed.
    """

    def send() -> None:
        reached(Point.COMMITTED_NOT_NUDGED)
        if time.monotonic() >= Broker.silent_until:
            _send(task, pk)

    transaction.on_commit(send, robust=True)


def _send(task: str, pk: int) -> None:
    try:
        current_app.send_task(task, args=[pk], ignore_result=True)
    except OperationalError:
        Broker.silent_until = time.monotonic() + LEFT_ALONE
        raise
