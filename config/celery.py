"""The worker that makes papers and sends mail, and the clock that wakes it.

The queue of record is the database: what is handed to Celery is only a nudge, and the sweeps in
``beat_schedule`` pick up every row whose work is undone. So a lost message costs minutes, never a paper.
"""

import os

from celery import Celery
from celery.signals import setup_logging
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("kursmedel")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def leave_logging_to_django(**_):
    """Keep Celery from setting up a log of its own: the settings describe the only one."""


def _sweep(task):
    # One that waited longer than until the next would find nothing that the next does not.
    seconds = settings.SWEEP_SECONDS
    return {"task": task, "schedule": seconds, "options": {"expires": seconds}}


app.conf.beat_schedule = {
    "mail and papers": _sweep("applications.sweep"),
    "packets": _sweep("invoicing.sweep"),
    "missing papers": {"task": "applications.find_silent", "schedule": 3600.0},
}
