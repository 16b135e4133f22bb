"""Making a backup: the database as it is at one moment, and every file that its rows can point to."""

import hashlib
import os
import tarfile
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage

from oversight import programs
from oversight.archive import DUMP, FILES, add, add_manifest, stored_files
from oversight.models import Backup
from oversight.sealing import published_head
from schemes import secrets

VERSION = 1
# Hashed by PERSON_KEY, which is never in a backup: a restore finds out whether the server has the same.
SAME_KEY = "the same key"


def back_up(path: Path, *, at: datetime) -> Backup:
    """Write an archive of database and files to a path, for its owner's eyes only; return the row of it.

    The database comes first: every file that one of its rows names was stored before the row said so.
    Raises programs.Missing without pg_dump, subprocess.CalledProcessError with what it said.
    """
    part = path.with_name(f"{path.name}.part")
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        manifest = _write(file, at=at, room=path.parent)
    with part.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    part.replace(path)
    return Backup.objects.create(
        at=at,
        name=path.name,
        size=path.stat().st_size,
        files=len(manifest["files"]) - 1,
        sha256=sha256,
    )


def _write(file: Any, *, at: datetime, room: Path) -> dict[str, Any]:
    # Beside the archive there must be room anyway; what is written below /tmp may be held in memory.
    dumped = tempfile.TemporaryDirectory(dir=room, prefix="kursmedel-", suffix=".part")
    with tarfile.open(fileobj=file, mode="w") as tar, dumped as folder:
        head = published_head()
        files = {DUMP: _dump(tar, Path(folder) / DUMP)}
        for name in stored_files():
            files[FILES + name] = _stored(tar, name)
        manifest = {
            "version": VERSION,
            "made_at": at.isoformat(),
            "head": head,
            "key": secrets.person_key(SAME_KEY),
            "files": files,
        }
        add_manifest(tar, manifest)
    return manifest


def _dump(tar: tarfile.TarFile, path: Path) -> dict[str, Any]:
    programs.run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={path}")
    size = path.stat().st_size
    with path.open("rb") as file:
        return {"size": size, "sha256": add(tar, DUMP, file, size)}


def _stored(tar: tarfile.TarFile, name: str) -> dict[str, Any]:
    size = default_storage.size(name)
    with default_storage.open(name) as file:
        return {"size": size, "sha256": add(tar, FILES + name, file, size)}
