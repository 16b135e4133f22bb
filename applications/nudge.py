"""A hint to the worker that a row waits. If it is lost, the sweep finds the row all the same."""

import time
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

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


def hand_over(task: str, pk: int, **options: Any) -> None:
    """Put a task for a row into the worker's queue; raises what the broker answers."""
    worker = import_string(settings.WORKER)
    worker.send_task(task, args=[pk], ignore_result=True, **options)


def _send(task: str, pk: int) -> None:
    from kombu.exceptions import OperationalError  # a tenth of a start, with the worker's library

    try:
        hand_over(task, pk)
    except OperationalError:
        Broker.silent_until = time.monotonic() + LEFT_ALONE
        raise
