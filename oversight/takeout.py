"""Everything that is kept about a person, as one ZIP: a file for machines, and the papers."""

import json
import tempfile
import zipfile
from collections.abc import Iterable
from typing import IO, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet

from accounts.models import User
from applications.models import Application, Reading
from schemes.models import Act

IN_MEMORY = 5_000_000
ABOUT_THE_PERSON = ("name", "email", "hsa_id", "specialty", "language", "date_joined", "last_login")
OF_AN_APPLICATION = (
    "scheme",
    "state",
    "participant",
    "workplace",
    "head_name",
    "head_email",
    "course_title",
    "starts_on",
    "ends_on",
    "country",
    "attendance",
    "asked",
    "assessed",
    "granted",
    "created_at",
    "changed_at",
    "submitted_at",
    "decided_at",
    "reported_at",
    "report",
)


def takeout(*, person: User, schemes: Iterable[str] | None = None) -> IO[bytes]:
    """Return an open ZIP with everything about a person, at its beginning.

    Takes the schemes to which it is limited: an administrator hands out what is their own scheme's.
    Personal and account numbers are in clear: it is for the person. What signatories wrote to each
    other, and files as they came before they were made harmless, are left out.
    """
    applications = _within(schemes, Application.objects.filter(applicant=person).order_by("pk"))
    made = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 (whoever asked closes it)
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        told = _person(person, schemes) | {"acts": _acts(person, schemes)}
        told |= {"applications": [_told(each) for each in applications]}
        archive.writestr("data.json", _as_json(told))
        for application in applications:
            _add_files(archive, application)
    made.seek(0)
    return made


def _as_json(told: dict[str, Any]) -> str:
    return json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)


def _person(person: User, schemes: Iterable[str] | None) -> dict[str, Any]:
    mandates = _within(schemes, person.mandates.all())
    # Of their entry and of what was handed out; each application says when it was read itself.
    readings = _within(schemes, Reading.objects.filter(person=person, application=None))
    return {
        "person": {name: getattr(person, name) for name in ABOUT_THE_PERSON}
        | {"personal_number": person.number_in_clear},
        "mandates": list(mandates.values("scheme", "capacity", "deputy", "valid_from", "valid_to")),
        "read_by": _readings(readings),
    }


def _acts(person: User, schemes: Iterable[str] | None) -> list[dict[str, Any]]:
    """Return what the person did as an administrator, in order, with the figures before and after."""
    acts = _within(schemes, Act.objects.filter(by=person).order_by("pk"))
    return list(acts.values("scheme", "kind", "about", "since", "figures", "at", "by_name"))


def _within(schemes: Iterable[str] | None, rows: QuerySet) -> QuerySet:
    """Return those of the schemes to which it is limited; all without a limit."""
    return rows if schemes is None else rows.filter(scheme__in=schemes)


def _told(application: Application) -> dict[str, Any]:
    return {
        "reference": application.reference,
        **{name: getattr(application, name) for name in OF_AN_APPLICATION},
        "answers": application.answers_in_clear(),
        "history": list(
            application.events.filter(internal=False).values("at", "kind", "by_name", "text")
        ),
        "questions": list(application.questions.values("asked_at", "text", "answered_at")),
        "head_of_unit": list(
            application.head_requests.values("name", "email", "sent_at", "answer", "reason", "plan")
        ),
        "decisions": [each.content for each in application.documents.filter(kind="letter")],
        "invoices": [each.snapshot for each in application.invoices.all()],
        "letters": list(
            application.notices.values("recipient", "subject", "created_at", "sent_at")
        ),
        "read_by": _readings(Reading.objects.filter(application=application)),
    }


def _readings(readings: QuerySet[Reading]) -> list[dict[str, Any]]:
    # Who read it is for the auditor; that it was read, when and what, is the person's to know.
    return list(readings.order_by("pk").values("at", "what"))


def _add_files(archive: zipfile.ZipFile, application: Application) -> None:
    for paper in application.papers.all():
        _add(archive, f"{application.reference}/{paper.pk}-{paper.name}", paper.file)
    for document in application.documents.exclude(rendered_at=None).exclude(file=""):
        name = f"{application.reference}/{document.kind}-{document.pk}.pdf"
        _add(archive, name, document.file)


def _add(archive: zipfile.ZipFile, name: str, file: Any) -> None:
    try:
        with file.open("rb") as content:
            archive.writestr(name, content.read())
    except (FileNotFoundError, ValueError):  # ValueError: none is named any more
        archive.writestr(f"{name}.missing.txt", "")
