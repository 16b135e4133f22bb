"""Whether the worker works: it must finish a small job in the database every minute.

A worker that is up may be deaf: on a dead connection, at a wrong queue, stuck in a task. Only what is
finished where all work is kept shows that it is not. Times are the database's, on which all agree.
"""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import DurationField, ExpressionWrapper, F
from django.db.models.functions import Now

from applications.models import Canary

KEPT_FOR = timedelta(days=1)


def queued(key: UUID | str) -> None:
    """Write down that the job with this key was handed to the worker."""
    Canary.objects.get_or_create(uuid=key)


def finish(key: UUID | str) -> None:
    """Write down that the worker has done the job; forget those of yesterday."""
    Canary.objects.update_or_create(uuid=key, defaults={"finished_at": Now()})
    Canary.objects.filter(queued_at__lt=Now() - KEPT_FOR).delete()


def age() -> timedelta | None:
    """Return how long ago the worker last finished the job, or None when it did not within a day."""
    done = Canary.objects.exclude(finished_at=None).order_by("-finished_at")
    since = ExpressionWrapper(Now() - F("finished_at"), output_field=DurationField())
    return done.annotate(age=since).values_list("age", flat=True).first()


def worker_works() -> bool:
    """Tell whether the worker has given proof of life lately."""
    silent = age()
    return silent is not None and silent.total_seconds() <= settings.CANARY_SILENT_SECONDS
