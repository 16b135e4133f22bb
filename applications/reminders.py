"""Reminds applicants of the papers that their applications still wait for, a few times and no more."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import translation

from applications.models import WAITING, Application, Event
from applications.nudge import hand_over
from applications.outlook import awaited_words
from applications.services import notify_applicant, record
from schemes import registry

# What starts the days and the count of reminders anew: the applicant was asked or did something.
MARKS = [
    Event.Kind.SUBMITTED,
    Event.Kind.RETURNED,
    Event.Kind.ANSWERED,
    Event.Kind.PAPER_ADDED,
]
REMINDED = Event.Kind.REMINDED


def due(*, at: datetime) -> QuerySet[Application]:
    """Return the applications whose applicants should be reminded of papers now.

    Each knows how often that was `done` since the applicant was asked or did something last.
    """
    waiting = Application.objects.filter(state__in=WAITING, awaited__len__gt=0)
    told = waiting.annotate(marked=_latest(MARKS), last=_latest([*MARKS, REMINDED]))
    told = told.annotate(done=_reminders_since_the_mark())
    silent = Q(pk__in=[])
    for scheme in registry.SCHEMES:
        if scheme.takes_papers_later:
            since = at - timedelta(days=scheme.reminder_days)
            most = scheme.reminders_at_most
            silent |= Q(scheme=scheme.slug, last__lte=since, done__lt=most)
    return told.filter(silent).order_by("pk")


def _latest(kinds: Sequence[str]) -> Subquery:
    of_the_case = Event.objects.filter(application=OuterRef("pk"), kind__in=kinds)
    return Subquery(of_the_case.order_by("-at").values("at")[:1])


def _reminders_since_the_mark() -> Coalesce:
    sent = Event.objects.filter(
        application=OuterRef("pk"), kind=REMINDED, at__gt=OuterRef("marked")
    )
    counted = sent.order_by().values("application").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), Value(0))


def wake(*, at: datetime) -> int:
    """Hand the due ones to the worker and return how many; it looks again before it writes."""
    keys = list(due(at=at).values_list("pk", flat=True))
    for pk in keys:
        hand_over("applications.remind", pk)
    return len(keys)


@transaction.atomic
def remind(pk: int, *, at: datetime) -> bool:
    """Remind one applicant by mail, unless it was done or is no longer due; tell whether it was now."""
    rows = Application.objects.select_for_update(no_key=True, skip_locked=True)
    application = rows.filter(pk=pk).first()
    found = due(at=at).filter(pk=pk).first() if application else None
    if found is None:
        return False
    with translation.override(application.rules.language):
        papers = awaited_words(application)
    record(application, REMINDED, at=at, text=papers)
    last = found.done + 1 >= application.rules.reminders_at_most
    notify_applicant(application, "papers_missing", at=at, last=last)
    return True
