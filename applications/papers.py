"""Takes in the files that applicants attach, and only such as can be read later."""

import hashlib
from datetime import datetime
from pathlib import PurePosixPath

import pikepdf
import puremagic
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageFile

from applications.models import Application, Paper

MOST_MB = 10
MOST_BYTES = MOST_MB * 1_000_000
MOST_FILES = 10
# A small file can unfold to a picture that fills the memory; a photo of a page is far below this.
MOST_PIXELS = 60_000_000

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
ENDINGS = {PDF: (".pdf",), JPEG: (".jpg", ".jpeg"), PNG: (".png",)}


class Unfit(Exception):
    """A file cannot be kept; the message says to the person why and what to do."""


def keep(*, application: Application, kind: str, upload: UploadedFile, at: datetime) -> Paper:
    """Keep an uploaded file and return it; the same file sent twice is kept once.

    Raises Unfit with the words for the person when it is too large, empty, damaged, protected or
    of another type than PDF, JPEG and PNG, or when there are enough files already.
    """
    name = _safe_name(upload.name)
    content_type = _checked(upload, name)
    sha256 = _digest(upload)
    if same := application.papers.filter(kind=kind, sha256=sha256).first():
        return same
    if application.papers.count() >= MOST_FILES:
        raise Unfit(
            _("There are %(most)s files already. Remove one before you add another.")
            % {"most": MOST_FILES}
        )
    return Paper.objects.create(
        application=application,
        kind=kind,
        file=upload,
        name=_with_ending(name, content_type),
        content_type=content_type,
        size=upload.size,
        sha256=sha256,
        uploaded_at=at,
    )


def discard(paper: Paper) -> None:
    """Remove a paper; its file goes once the transaction is committed."""
    storage, path = paper.file.storage, paper.file.name
    paper.delete()
    transaction.on_commit(lambda: storage.delete(path), robust=True)


def _checked(upload: UploadedFile, name: str) -> str:
    """Return the type of the file, told by what is in it."""
    if not upload.size:
        raise Unfit(_("%(name)s is empty. Choose the file again.") % {"name": name})
    if upload.size > MOST_BYTES:
        words = _("%(name)s is larger than %(most)s MB. Choose a smaller file.")
        raise Unfit(words % {"name": name, "most": MOST_MB})
    content_type = _type_of(upload)
    if content_type not in ENDINGS:
        words = _("%(name)s is neither a PDF nor a JPEG or PNG picture. Save it as one of these.")
        raise Unfit(words % {"name": name})
    read = _open_pdf if content_type == PDF else _open_picture
    read(upload, name)
    upload.seek(0)
    return content_type


def _type_of(upload: UploadedFile) -> str:
    upload.seek(0)
    try:
        return puremagic.from_string(upload.read(2048), mime=True)
    except (puremagic.PureError, ValueError):
        return ""


def _open_pdf(upload: UploadedFile, name: str) -> None:
    upload.seek(0)
    try:
        with pikepdf.open(upload) as pdf:
            protected, pages = pdf.is_encrypted, len(pdf.pages)
    except pikepdf.PasswordError:
        protected, pages = True, 1
    except (pikepdf.PdfError, RuntimeError, ValueError, RecursionError):
        protected, pages = False, 0
    if protected:
        words = _("%(name)s is protected by a password. Save it without and choose it again.")
        raise Unfit(words % {"name": name})
    if not pages:
        raise _damaged(name)


def _open_picture(upload: UploadedFile, name: str) -> None:
    upload.seek(0)
    # WeasyPrint lets half a picture through, and that holds for everything in its process.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with Image.open(upload, formats=["JPEG", "PNG"]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise Unfit(_("%(name)s has too many pixels. Make it smaller.") % {"name": name})
            picture.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise _damaged(name) from None


def _damaged(name: str) -> Unfit:
    words = _("%(name)s cannot be opened; it may be damaged. Save it anew and choose it again.")
    return Unfit(words % {"name": name})


def _digest(upload: UploadedFile) -> str:
    upload.seek(0)
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()


def _safe_name(name: str | None) -> str:
    """Return what the person called the file, without folders and without invisible characters."""
    last = PurePosixPath((name or "").replace("\\", "/")).name
    visible = "".join(char for char in last if char.isprintable()).strip()
    return visible[-180:] or _("file")


def _with_ending(name: str, content_type: str) -> str:
    endings = ENDINGS[content_type]
    return name if name.lower().endswith(endings) else name + endings[0]
