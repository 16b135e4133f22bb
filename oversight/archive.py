"""The archive of a backup: one tar with the database, every stored file, and a list of their hashes."""

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

DUMP, MANIFEST, FILES = "database.dump", "manifest.json", "files/"


class Damaged(Exception):
    """The archive is not what was made; the message names what is wrong."""


class Hashing(io.RawIOBase):
    """Reads on from a file, and knows the hash of what was read."""

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.sha256 = file, hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        read = self.file.read(len(buffer))
        self.sha256.update(read)
        buffer[: len(read)] = read
        return len(read)


def add(tar: tarfile.TarFile, name: str, file: BinaryIO, size: int) -> str:
    """Put a file into the archive and return its SHA-256."""
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    hashing = Hashing(file)
    tar.addfile(info, io.BufferedReader(hashing))
    return hashing.sha256.hexdigest()


def add_manifest(tar: tarfile.TarFile, manifest: dict[str, Any]) -> None:
    """Put the list of everything into the archive, as the last."""
    written = json.dumps(manifest, indent=1).encode()
    add(tar, MANIFEST, io.BytesIO(written), len(written))


def stored_files(folder: str = "") -> Iterator[str]:
    """Return the name of every file that is stored, wherever files are kept."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in sorted(files):
        yield f"{folder}{name}"
    for name in sorted(folders):
        yield from stored_files(f"{folder}{name}/")


def checked(path: Path) -> dict[str, Any]:
    """Return the manifest of an archive after every file in it was held against its hash. Raises Damaged."""
    try:
        with tarfile.open(path) as tar:
            manifest = json.load(tar.extractfile(MANIFEST))
            found = {each.name: _hash(tar, each) for each in tar if each.name != MANIFEST}
    except (tarfile.TarError, EOFError, KeyError, ValueError, OSError) as error:
        raise Damaged(_("%(path)s is no backup, or is cut off.") % {"path": path}) from error
    listed = {name: each["sha256"] for name, each in manifest["files"].items()}
    differing = sorted(
        name for name in listed.keys() | found.keys() if found.get(name) != listed.get(name)
    )
    if differing:
        words = _("The backup is damaged: %(names)s")
        raise Damaged(words % {"names": ", ".join(differing[:5])})
    return manifest


def _hash(tar: tarfile.TarFile, member: tarfile.TarInfo) -> str:
    return hashlib.file_digest(tar.extractfile(member), "sha256").hexdigest()
