"""Files as people send them: right ones, and every kind of wrong one."""

from io import BytesIO

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def pdf(*, pages=1, password="", owner=""):
    """Return the bytes of a PDF with empty pages, protected by a password where one is given.

    That of the `owner` alone lets everybody read and nobody change. Without either the bytes are the same
    every time: the document's name is not taken from the clock.
    """
    made, document = BytesIO(), pikepdf.new()
    for _page in range(pages):
        document.add_blank_page()
    locked = bool(password or owner)
    protection = pikepdf.Encryption(owner=owner or "owner", user=password) if locked else False
    document.save(made, encryption=protection, deterministic_id=not locked)
    return made.getvalue()


def picture(kind="PNG", size=(20, 20)):
    """Return the bytes of a picture."""
    made = BytesIO()
    Image.effect_noise(size, 50).save(made, kind)
    return made.getvalue()


def upload(content=None, name="programme.pdf", content_type="application/pdf"):
    """Return a file as a browser sends it; the type that it claims may be a lie."""
    return SimpleUploadedFile(name, pdf() if content is None else content, content_type)
