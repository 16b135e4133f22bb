"""Keeps files on disk so that they survive a loss of power, as the rows do that name them."""

import os
from pathlib import Path

from django.core.files import File
from django.core.files.storage import FileSystemStorage


class Unreachable(OSError):
    """What keeps the files does not answer just now, or refuses."""


class DurableFiles(FileSystemStorage):
    """Files are on the disk before a transaction that names them can be committed."""

    def _save(self, name: str, content: File) -> str:
        name = super()._save(name, content)
        path, root = Path(self.path(name)), Path(self.location)
        for written in (path, *path.parents):  # a folder may be as new as the file
            if written.is_relative_to(root):
                _flush(written)
        return name


def _flush(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
