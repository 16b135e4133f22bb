"""The work that a row waits for: a mail to send, a paper to render. The database is its queue."""

import hashlib
import time
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.mail import EmailMultiAlternatives
from django.db import InterfaceError, OperationalError, connection, models, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import translation

from applications.crash_points import Point, reached
from applications.models import Document, Notice
from applications.nudge import hand_over
from drawing import pdf

AT_A_TIME = 100
# So often a row is taken up again at once, because a worker may have been killed without any fault of
# the row's; after that ever more seldom.
AT_ONCE, LONGEST = 3, 6
# How long to wait, in seconds, before noting again what a database that was gone did not note.
PAUSES = (0.5, 1, 2, 4, 8)


# Who works on a row


def lease(rows: QuerySet, pk: int) -> Any:
    """Take a row for work and return it, or None when it is done or another worker has it.

    From the fourth attempt on it is held twice as long as before, so a row that cannot be done is
    tried ever more seldom. Counted by the database's clock, on which all workers agree.
    """
    reached(Point.TASK_TAKEN)
    with transaction.atomic():
        row = free(rows).select_for_update(skip_locked=True, of=["self"]).filter(pk=pk).first()
        if row is None:
            return None
        doublings = min(max(row.attempts + 1 - AT_ONCE, 0), LONGEST)
        seconds = settings.LEASE_SECONDS * 2**doublings
        rows.model.objects.filter(pk=pk).update(
            leased_until=Now() + timedelta(seconds=seconds), attempts=row.attempts + 1
        )
    reached(Point.LEASED_NOT_BEGUN)
    return row


def free(rows: QuerySet) -> QuerySet:
    """Return the rows that nobody works on."""
    return rows.filter(Q(leased_until=None) | Q(leased_until__lte=Now()))


def wake(rows: QuerySet, task: str) -> int:
    """Hand the rows that nobody works on to the worker, oldest first, and return how many.

    What is not taken up before the next sweep is dropped: that one finds it again.
    """
    waiting = list(free(rows).order_by("pk").values_list("pk", flat=True)[:AT_A_TIME])
    for pk in waiting:
        hand_over(task, pk, expires=settings.SWEEP_SECONDS)
    return len(waiting)


# Mail


def unsent() -> QuerySet[Notice]:
    """Return the notices that must still go out."""
    return Notice.objects.filter(sent_at=None)


def deliver(pk: int, *, at: datetime) -> bool:
    """Send a notice over SMTP unless it was sent; return whether it went now.

    Raises what the mail server answers; the row is then tried again later. Should the worker die
    between sending and noting it, the same letter goes twice, with the same Message-ID.
    """
    notice = lease(unsent(), pk)
    if notice is None:
        return False
    _letter(notice).send()
    reached(Point.MAIL_SENT_NOT_MARKED)
    _note_sent(pk, at=at)
    reached(Point.MAIL_MARKED_NOT_ACKNOWLEDGED)
    return True


def _note_sent(pk: int, *, at: datetime) -> None:
    """Note that a letter is out; a database that was gone for a moment must not have it sent again."""
    for pause in (*PAUSES, None):
        try:
            Notice.objects.filter(pk=pk).update(sent_at=at)
            return
        except (InterfaceError, OperationalError):
            if pause is None:
                raise
            connection.close()
            time.sleep(pause)


def _letter(notice: Notice) -> EmailMultiAlternatives:
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("<> ")
    letter = EmailMultiAlternatives(
        notice.subject,
        notice.text,
        to=[notice.recipient],
        headers={
            "Message-ID": f"<notice-{notice.pk}@{domain}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    if notice.html:
        letter.attach_alternative(notice.html, "text/html")
    for each in notice.files:
        with default_storage.open(each["path"]) as file:
            letter.attach(each["name"], file.read(), each["type"])
    return letter


# Papers


def unrendered() -> QuerySet[Document]:
    """Return the documents whose PDF must still be made."""
    return Document.objects.filter(rendered_at=None).select_related("application")


def render(pk: int, *, at: datetime) -> bool:
    """Make the PDF of a document unless it is there; return whether it was made now.

    Raises pdf.CannotRender; the row is then tried again later. Making it twice gives the same.
    """
    document = lease(unrendered(), pk)
    if document is None:
        return False
    scheme = document.application.rules
    with translation.override(scheme.language):
        title = document.get_kind_display()
    made = pdf.render(
        document.template,
        document.content,
        title=f"{title} {document.application.reference}",
        language=scheme.language,
        at=document.made_at,
    )
    keep(document, made, at=at)
    return True


def keep(row: models.Model, made: bytes, *, at: datetime, **more: Any) -> None:
    """Store a PDF that was made and note it on its row, unless another worker was quicker."""
    reached(Point.RENDERED_NOT_STORED)
    with transaction.atomic():
        rows = type(row).objects.select_for_update().filter(pk=row.pk, rendered_at=None)
        if (fresh := rows.first()) is None:
            return
        name = fresh.file.field.generate_filename(fresh, "")
        stored = _store(name, made)
        reached(Point.STORED_NOT_MARKED)
        rows.update(file=stored, sha256=hashlib.sha256(made).hexdigest(), rendered_at=at, **more)
        reached(Point.MARKED_NOT_COMMITTED)
    reached(Point.MADE_NOT_ACKNOWLEDGED)


def _store(name: str, made: bytes) -> str:
    # A worker that died may have left a half: the name is that of the row, so it is overwritten.
    default_storage.delete(name)
    return default_storage.save(name, ContentFile(made))
