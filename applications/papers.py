"""Takes in the files that applicants attach: the original is kept, a harmless copy is shown."""

import hashlib
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

import puremagic
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications import scanning, scrubbing
from applications.models import Application, Original, Paper

MOST_MB = 10
MOST_BYTES = MOST_MB * 1_000_000
MOST_FILES = 10
LONGEST_SECONDS = 20  # to open one file, by the clock on the wall

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
ENDINGS = {PDF: (".pdf",), JPEG: (".jpg", ".jpeg"), PNG: (".png",)}

DAMAGED = gettext_lazy(
    "%(name)s cannot be opened; it may be damaged. Save it anew and choose it again."
)
WORDS: Mapping[int, str] = {
    scrubbing.LOCKED: gettext_lazy(
        "%(name)s is protected by a password. Save it without and choose it again."
    ),
    scrubbing.PAGES: gettext_lazy(
        "%(name)s has more than %(pages)s pages. Attach only those that matter here."
    ),
    scrubbing.PIXELS: gettext_lazy("%(name)s has too many pixels. Make it smaller."),
    scrubbing.LARGE: gettext_lazy(
        "%(name)s is too complicated to be opened safely. Print it to a new PDF and choose that."
    ),
    scrubbing.UNDRAWN: gettext_lazy(
        "%(name)s holds a form whose answers would not be seen here. Print it to a new PDF and choose that."
    ),
}


class Unfit(Exception):
    """A file cannot be kept; the message says to the person why and what to do."""


@dataclass(frozen=True)
class Checked:
    """A file that may be kept: as it came, and the copy without anything that acts."""

    name: str
    content_type: str
    original: bytes
    copy: bytes

    @property
    def sha256(self) -> str:
        """The sum of the copy, by which the same paper is known again."""
        return hashlib.sha256(self.copy).hexdigest()


def checked(upload: UploadedFile) -> Checked:
    """Return an uploaded file, opened, checked and with its copy; changes nothing.

    May take seconds, so call it before a lock is taken. Raises Unfit with the words for the person
    when it is too large, empty, damaged, protected, infected or of another type than PDF, JPEG
    and PNG, or when opening it takes too much time or memory.
    """
    name = _safe_name(upload.name)
    _require_size(upload, name)
    upload.seek(0)
    original = upload.read(MOST_BYTES)
    content_type = _type_of(original)
    if content_type not in ENDINGS:
        words = _("%(name)s is neither a PDF nor a JPEG or PNG picture. Save it as one of these.")
        raise Unfit(words % {"name": name})
    _require_clean(original, name)
    copy = _copy(original, name)
    return Checked(_with_ending(name, content_type), content_type, original, copy)


def keep(*, application: Application, kind: str, file: Checked, at: datetime) -> Paper:
    """Keep a checked file and return it; the same file sent twice is kept once.

    Raises Unfit when there are enough files already.
    """
    sha256 = hashlib.sha256(file.original).hexdigest()
    if same := application.papers.filter(kind=kind, original__sha256=sha256).first():
        return same
    if application.papers.count() >= MOST_FILES:
        words = _(
            "%(name)s is not kept: there are %(most)s files already. Remove one before you add another."
        )
        raise Unfit(words % {"name": file.name, "most": MOST_FILES})
    original = _kept_as_it_came(application, file, sha256, at=at)
    try:
        return _kept_to_be_shown(application, kind, file, original, at=at)
    except OSError:
        # No row will tell of it: nothing else would ever remove it.
        with suppress(OSError):
            original.file.storage.delete(original.file.name)
        raise


def _kept_as_it_came(
    application: Application, file: Checked, sha256: str, *, at: datetime
) -> Original:
    return Original.objects.create(
        application=application,
        file=ContentFile(file.original, name="original"),
        content_type=file.content_type,
        size=len(file.original),
        sha256=sha256,
        received_at=at,
    )


def _kept_to_be_shown(
    application: Application, kind: str, file: Checked, original: Original, *, at: datetime
) -> Paper:
    return Paper.objects.create(
        application=application,
        kind=kind,
        original=original,
        file=ContentFile(file.copy, name="copy"),
        name=file.name,
        content_type=file.content_type,
        size=len(file.copy),
        sha256=file.sha256,
        uploaded_at=at,
    )


def discard(paper: Paper) -> None:
    """Remove a paper; its file goes once the transaction is committed.

    The original goes with it as long as the application was never sent in: nobody has seen it.
    What tells of it (size, sum, time) stays.
    """
    files = [paper.file]
    if paper.original and not paper.application.submitted_at:
        files.append(paper.original.file)
    paper.delete()
    for file in files:
        transaction.on_commit(lambda file=file: file.storage.delete(file.name), robust=True)


def _require_size(upload: UploadedFile, name: str) -> None:
    if not upload.size:
        raise Unfit(_("%(name)s is empty. Choose the file again.") % {"name": name})
    if upload.size > MOST_BYTES:
        words = _("%(name)s is larger than %(most)s MB. Choose a smaller file.")
        raise Unfit(words % {"name": name, "most": MOST_MB})


def _type_of(content: bytes) -> str:
    try:
        return puremagic.from_string(content[:2048], mime=True)
    except (puremagic.PureError, ValueError):
        return ""


def _require_clean(content: bytes, name: str) -> None:
    try:
        infected = scanning.is_infected(content)
    except scanning.CannotScan:
        words = _(
            "%(name)s could not be checked for viruses just now, so it is not kept. "
            "What you typed is saved. Attach the file again in a while."
        )
        raise Unfit(words % {"name": name}) from None
    if infected:
        words = _("%(name)s contains a virus and is not kept. Have your computer checked.")
        raise Unfit(words % {"name": name})


def _copy(content: bytes, name: str) -> bytes:
    why, copy = scrubbed_apart(content)
    if why == 0 and copy:
        return copy
    raise Unfit(WORDS.get(why, DAMAGED) % {"name": name, "pages": scrubbing.MOST_PAGES})


def scrubbed_apart(content: bytes) -> tuple[int, bytes]:
    """Return exit status and copy; the file is opened by a process of its own, without our secrets.

    Whatever a file does to the library that reads it, it does there, for a few seconds.
    """
    command = [sys.executable, "-I", str(Path(scrubbing.__file__))]
    try:
        done = subprocess.run(
            command, input=content, capture_output=True, env={}, timeout=LONGEST_SECONDS
        )
    except subprocess.TimeoutExpired:
        return scrubbing.LARGE, b""
    # Ended by a signal: it took more time than it may.
    return (done.returncode if done.returncode >= 0 else scrubbing.LARGE), done.stdout


def _safe_name(name: str | None) -> str:
    """Return what the person called the file, without folders and without invisible characters."""
    last = PurePosixPath((name or "").replace("\\", "/")).name
    visible = "".join(char for char in last if char.isprintable()).strip()
    return visible[-180:] or _("file")


def _with_ending(name: str, content_type: str) -> str:
    endings = ENDINGS[content_type]
    return name if name.lower().endswith(endings) else name + endings[0]
