"""What is told to whom by mail: written with what caused it, sent afterwards by the worker."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from applications.letters import blocks
from applications.models import Application, Notice


def write(
    name: str,
    *,
    to: str,
    at: datetime,
    language: str,
    application: Application | None = None,
    files: Sequence[Mapping[str, str]] = (),
    **context: Any,
) -> Notice:
    """Write a notice from `mail/<name>.txt` (its first line is the subject) and return it.

    The text is rendered now, in the reader's language; links are absolute. No personal number.
    Takes stored files that go with it, each with `name`, `path` and `type`.
    """
    context |= {"application": application, "site": settings.KURSMEDEL_URL}
    with translation.override(language or settings.LANGUAGE_CODE):
        subject, _, text = render_to_string(f"mail/{name}.txt", context).strip().partition("\n")
        # A name may hold a line break that is none in HTML, as those of Word: no header takes it.
        subject = " ".join(subject.split())
        letter = {"subject": subject, "language": translation.get_language()}
        html = render_to_string("mail/letter.html", letter | {"blocks": blocks(text)})
        text = render_to_string("mail/letter.txt", {"text": text.strip()})
    return Notice.objects.create(
        application=application,
        recipient=to,
        subject=subject[:200],
        text=text.strip() + "\n",
        html=html,
        files=list(files),
        created_at=at,
    )
