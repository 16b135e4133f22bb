"""Makes a PDF of a snapshot: tagged, for the archive (PDF/A-3a), and the same bytes every time.

WeasyPrint is imported inside the functions that need it: it loads Pango and takes a second, which only the
worker should spend.
"""

import atexit
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils import timezone, translation

from drawing.pdf_look import stylesheet

VARIANT = "pdf/a-3a"
# How a PDF, a PNG and a JPEG begin
COMPRESSED = (b"%PDF", b"\x89PNG", b"\xff\xd8")
# What tells a browser which day is meant. A PDF has no word for it, and would tag each one for nothing.
TIME = re.compile(r"</?time\b[^>]*>")
AMOUNTS = {"amount", "asked", "by_rules", "cap", "granted", "actual_cost", "payable"}


class CannotRender(Exception):
    """The paper could not be made; whoever asked may try again later."""


@dataclass(frozen=True)
class Attachment:
    """A file inside the PDF; `relationship` says what it is to it (PDF/A-3's AFRelationship)."""

    name: str
    content: bytes
    description: str = ""
    relationship: str = "Supplement"


def render(
    template: str,
    content: Mapping[str, Any],
    *,
    title: str,
    language: str,
    at: datetime,
    attachments: Iterable[Attachment] = (),
) -> bytes:
    """Return the PDF that a template makes of a snapshot; the same bytes whenever it is called.

    Takes the time that the PDF states as its own. The snapshot's days, times and amounts (see
    `revived`) reach the template as such, by their names and whole as `content`. Raises
    CannotRender; reads no network and no file.
    """
    zone = ZoneInfo(
        content.get("scheme", {}).get("time_zone") or timezone.get_default_timezone_name()
    )
    with translation.override(language), timezone.override(zone):
        living = revived(content)
        house = {"title": title, "language": language, "content": living}
        html = render_to_string(template, living | house)
    return _pdf(TIME.sub("", html), title=title, language=language, at=at, attachments=attachments)


def revived(content: Any, name: str = "") -> Any:
    """Return a snapshot with days (`…_on`), times (`at`, `…_at`) and amounts instead of texts."""
    if isinstance(content, Mapping):
        return {key: revived(value, key) for key, value in content.items()}
    if isinstance(content, list):
        return [revived(value) for value in content]
    if not content or not isinstance(content, str):
        return content
    if name.endswith("_on"):
        return date.fromisoformat(content)
    if name == "at" or name.endswith("_at"):
        return datetime.fromisoformat(content)
    return Decimal(content) if name in AMOUNTS else content


def _pdf(
    html: str, *, title: str, language: str, at: datetime, attachments: Iterable[Attachment]
) -> bytes:
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError

    sheet, fonts = look()
    try:
        document = HTML(string=html, url_fetcher=_fetcher()).render(
            pdf_variant=VARIANT, stylesheets=[sheet], font_config=fonts
        )
        _describe(document.metadata, title=title, language=language, at=at)
        embedded = [_embedded(each, at) for each in _unique(attachments)]
        return document.write_pdf(pdf_variant=VARIANT, attachments=embedded, finisher=_as_they_are)
    except FatalURLFetchingError as error:  # a BaseException: it would end the worker
        raise CannotRender(str(error)) from error


def _as_they_are(_document: Any, made: Any) -> None:
    """Embed files that are compressed already as they are: a second time only takes long."""
    for each in made.objects:
        embedded = getattr(each, "extra", {}).get("Type") == "/EmbeddedFile"
        if embedded and each.stream[0].startswith(COMPRESSED):
            each.compress = False


@cache
def look() -> tuple[Any, Any]:
    """Return the stylesheet, read once for all papers of this process, and the fonts that it brings.

    These lie in a folder below /tmp until `look.cache_clear()`.
    """
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

    atexit.register(look.cache_clear)
    fonts = FontConfiguration()
    return CSS(string=stylesheet(), url_fetcher=_fetcher(), font_config=fonts), fonts


def _fetcher() -> Any:
    from weasyprint.urls import URLFetcher

    return URLFetcher(allowed_protocols={"data"}, allow_redirects=False, fail_on_errors=True)


def _describe(metadata: Any, *, title: str, language: str, at: datetime) -> None:
    stamp = at.astimezone(ZoneInfo("UTC")).strftime("%Y-%m-%dT%H:%M:%SZ")
    metadata.title, metadata.lang = title, language
    metadata.created = metadata.modified = stamp


def _embedded(attachment: Attachment, at: datetime) -> Any:
    from weasyprint import Attachment as Embedded

    at = at.astimezone(ZoneInfo("UTC"))
    return Embedded(
        string=attachment.content,
        name=attachment.name,
        description=attachment.description,
        relationship=attachment.relationship,
        created=at,
        modified=at,
    )


def _unique(attachments: Iterable[Attachment]) -> list[Attachment]:
    """Return the attachments under different names, sorted: a PDF finds them by name."""
    seen: dict[str, Attachment] = {}
    for each in attachments:
        name, number = each.name, 1
        while name in seen:
            number += 1
            stem, dot, ending = each.name.rpartition(".")
            name = f"{stem or ending} ({number}){dot}{ending if stem else ''}"
        seen[name] = Attachment(name, each.content, each.description, each.relationship)
    return [seen[name] for name in sorted(seen)]
