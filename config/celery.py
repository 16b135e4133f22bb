"""The worker that makes papers and sends mail, and the clock that wakes it.

The queue of record is the database: what is handed to Celery is only a nudge, and the sweeps in
``beat_schedule`` pick up every row whose work is undone. So a lost message costs minutes, never a paper.
"""

import gc
import os
from importlib import import_module
from typing import Any

from celery import Celery, Task
from celery.schedules import crontab
from celery.signals import (
    before_task_publish,
    celeryd_init,
    setup_logging,
    worker_init,
    worker_process_shutdown,
)
from django.conf import settings
from django.db import close_old_connections

from config.room import with_room

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


class Roomy(Task):
    """A task with room for deep calls: laying out a paper makes many."""

    @with_room
    def __call__(self, *given: Any, **named: Any) -> Any:
        """Do what the task is there for."""
        return self.run(*given, **named)


app = Celery("kursmedel", task_cls=Roomy)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def leave_logging_to_django(**_: Any) -> None:
    """Keep Celery from setting up a log of its own: the settings describe the only one."""


@celeryd_init.connect
def wait_for_a_silent_broker(conf: Any, **_: Any) -> None:
    """Have a worker wait for a broker that does not answer, where the web gives it up.

    An acknowledgement that is given up keeps its place among the tasks taken, so that a worker with
    few places takes no more: it would be deaf for good. A connection that is dead breaks all the same.
    """
    options = dict(conf.broker_transport_options)
    options.pop("socket_timeout")
    conf.broker_transport_options = options


@worker_init.connect
def load_what_makes_papers(**_: Any) -> None:
    """Load it before the worker's processes are made: they share it, and no first paper waits for it."""
    import_module("weasyprint")
    gc.collect()
    gc.freeze()  # Python need not look through all of it for garbage with every paper


@worker_process_shutdown.connect
def put_the_fonts_away(**_: Any) -> None:
    """Remove a process's folder of fonts: it ends without what Python does at an end."""
    pdf = import_module("drawing.pdf")  # it needs the app that is made above
    pdf.look.cache_clear()


@before_task_publish.connect(sender="applications.canary")
def remember_the_canary(headers: dict[str, Any], **_: Any) -> None:
    """Write down in the database that the job was queued: one that is never finished is found there."""
    from applications import canary  # a model, which needs the app that is made above

    close_old_connections()  # the beat has no request or task that would end with it
    canary.queued(headers["id"])
    close_old_connections()


def _sweep(task: str) -> dict[str, Any]:
    # One that waited longer than until the next would find nothing that the next does not.
    seconds = settings.SWEEP_SECONDS
    return {"task": task, "schedule": seconds, "options": {"expires": seconds}}


app.conf.beat_schedule = {
    "mail and papers": _sweep("applications.sweep"),
    "packets": _sweep("invoicing.sweep"),
    "ended mandates": {"task": "decisions.sweep", "schedule": 3600.0},
    "sent forms": {"task": "accounts.sweep", "schedule": 3600.0},
    "proof of life": {
        "task": "applications.canary",
        "schedule": settings.CANARY_SECONDS,
        "options": {"expires": settings.CANARY_SILENT_SECONDS},
    },
    # When nobody decides: what is verified stands on the status page in the morning.
    "the night's verification": {"task": "oversight.night", "schedule": crontab(hour=3, minute=17)},
    "missing papers": {"task": "applications.find_silent", "schedule": 3600.0},
}
