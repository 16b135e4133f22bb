"""What every change of an application shares: its lock, its history, its letters, its refusals."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.utils import translation

from applications import notices
from applications.models import Application, Document, Event
from applications.nudge import nudge

_history: ContextVar[list[Event] | None] = ContextVar("history", default=None)


class NotAllowed(Exception):
    """What was asked cannot be done now; the message says why and what to do, to the person."""


class Stale(Exception):
    """The answers were changed elsewhere since this page was opened."""

    def __init__(self, application: Application) -> None:
        super().__init__(str(application))
        self.application = application


class Incomplete(Exception):
    """Some steps are not ready: `steps` maps each to the words about what is missing."""

    def __init__(self, steps: dict[str, list[str]]) -> None:
        super().__init__(", ".join(steps))
        self.steps = steps


def locked(application: Application) -> Application:
    """Return the application with its row locked: the first lock of every verb.

    NO KEY: rows that point here may be written meanwhile, else two writers deadlock. Raises
    NotAllowed when it is anonymised: nothing more is written about it.
    """
    locked = Application.objects.select_for_update(no_key=True, of=["self"])
    found = locked.select_related("applicant", "organisation").get(pk=application.pk)
    require_not_anonymised(found)
    return found


def require_not_anonymised(application: Application) -> None:
    """Raise NotAllowed when the application's answers have outlived their term and are gone."""
    if application.anonymised_at:
        raise NotAllowed(
            translation.gettext("The case is anonymised: nothing more is done with it.")
        )


def move(
    application: Application,
    to: str,
    *,
    kind: str,
    by: Any,
    at: datetime,
    text: str = "",
    fields: Iterable[str] = (),
) -> None:
    """Change the state, save other `fields` with it, and write the history row.

    PostgreSQL refuses what the table does not know. Call it in the transaction that holds the
    application's lock.
    """
    application.state = to
    application.save(update_fields=["state", *fields])
    record(application, kind, by=by, at=at, text=text)


def record(
    application: Application,
    kind: str,
    *,
    at: datetime,
    by: Any = None,
    by_name: str = "",
    text: str = "",
    internal: bool = False,
) -> Event:
    """Write one row of history and return it; the name of who did it is copied."""
    event = Event(
        application=application,
        kind=kind,
        at=at,
        by=by,
        by_name=by_name or (str(by) if by else ""),
        text=text,
        internal=internal,
    )
    _write([event])
    return event


@contextmanager
def history_at_once() -> Iterator[None]:
    """Write the rows of history of a block together when it ends; none of them if it fails.

    For a verb with several of them, within its transaction; a part that may be undone by itself has a
    block of its own.
    """
    rows: list[Event] = []
    outer = _history.set(rows)
    try:
        yield
    finally:
        _history.reset(outer)
    _write(rows)


def _write(rows: list[Event]) -> None:
    waiting = _history.get()
    if waiting is None:
        Event.objects.bulk_create(rows)
    else:
        waiting.extend(rows)


def notify(
    application: Application, name: str, *, to: str, language: str, at: datetime, **context: Any
) -> None:
    """Write a notice about an application and nudge the worker to send it."""
    notice = notices.write(
        name, to=to, at=at, language=language, application=application, **context
    )
    nudge("applications.send_notice", notice.pk)


def notify_applicant(application: Application, name: str, *, at: datetime, **context: Any) -> None:
    """Write a notice to the applicant, in the applicant's language."""
    applicant = application.applicant
    notify(application, name, to=applicant.email, language=applicant.language, at=at, **context)


def make_document(
    application: Application, kind: str, *, template: str, content: dict, at: datetime
) -> Document:
    """Write a document's snapshot and nudge the worker to render it; return the row."""
    document = Document.objects.create(
        application=application, kind=kind, template=template, content=content, made_at=at
    )
    nudge("applications.render_document", document.pk)
    return document
