"""What happened to an application and what was made of it, as the applicant reads it."""

from typing import Any

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from applications.models import Application, Document, Event
from drawing.wording import day

Kind = Event.Kind
TONES = {
    Kind.HEAD_CONFIRMED: "good",
    Kind.HEAD_DECLINED: "bad",
    Kind.RETURNED: "warn",
    Kind.APPROVED: "good",
    Kind.REFUSED: "bad",
    Kind.SETTLED: "good",
    Kind.PAID: "good",
}


def events(application: Application) -> list[dict[str, Any]]:
    """Return what the applicant reads of the history, newest first, for the timeline."""
    rows = application.events.filter(internal=False).order_by("-at", "-pk")
    return [_event(row, application) for row in rows]


def documents(application: Application) -> list[dict[str, Any]]:
    """Return the documents that we made, newest first; without an address while it is being made."""
    if application.anonymised_at:
        return []
    return [_document(each) for each in application.documents.order_by("-pk")]


def _event(event: Event, application: Application) -> dict[str, Any]:
    own = event.by_id == application.applicant_id
    return {
        "at": event.at,
        "title": event.get_kind_display(),
        "who": _("You") if own else event.by_name,
        "text": event.text,
        "tone": TONES.get(event.kind, "neutral"),
    }


def _document(document: Document) -> dict[str, Any]:
    made = day(localtime(document.made_at).date())
    return {
        "id": document.pk,
        "name": document.get_kind_display(),
        "label": made if document.rendered_at else _("being made"),
        "size": None,
        "url": _address(document) if document.rendered_at else "",
    }


def _address(document: Document) -> str:
    return reverse("applications:document", args=[document.uuid])
