"""Reminds applicants of the papers that their applications still wait for, every other week or so."""

from datetime import datetime, timedelta

from celery import current_app
from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils import translation

from applications.models import Application, Event, State
from applications.outlook import awaited_words
from applications.services import notify_applicant, record
from schemes import registry

# What starts the days anew: the applicant was told, or has done something.
MARKS = [
    Event.Kind.SUBMITTED,
    Event.Kind.RETURNED,
    Event.Kind.ANSWERED,
    Event.Kind.PAPER_ADDED,
    Event.Kind.REMINDED,
]


def due(*, at: datetime) -> QuerySet[Application]:
    """Return the applications whose applicants should be reminded of papers now."""
    waiting = Application.objects.filter(state__in=[State.SUBMITTED, State.RETURNED])
    marked = Max("events__at", filter=Q(events__kind__in=MARKS))
    silent = Q(pk__in=[])
    for scheme in registry.SCHEMES:
        if scheme.takes_papers_later:
            since = at - timedelta(days=scheme.reminder_days)
            silent |= Q(scheme=scheme.slug, last__lte=since)
    return waiting.filter(awaited__len__gt=0).annotate(last=marked).filter(silent).order_by("pk")


def wake(*, at: datetime) -> int:
    """Hand the due ones to the worker and return how many; it looks again before it writes."""
    keys = list(due(at=at).values_list("pk", flat=True))
    for pk in keys:
        current_app.send_task("applications.remind", args=[pk], ignore_result=True)
    return len(keys)


@transaction.atomic
def remind(pk: int, *, at: datetime) -> bool:
    """Remind one applicant by mail, unless it was done or is no longer due; tell whether it was now."""
    rows = Application.objects.select_for_update(no_key=True, skip_locked=True)
    application = rows.filter(pk=pk).first()
    if application is None or not due(at=at).filter(pk=pk).exists():
        return False
    with translation.override(application.rules.language):
        papers = awaited_words(application)
    record(application, Event.Kind.REMINDED, at=at, text=papers)
    notify_applicant(application, "papers_missing", at=at)
    return True
