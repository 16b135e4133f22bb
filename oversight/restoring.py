"""Restoring a backup, into an empty server only."""

import os
import shutil
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection
from django.utils.translation import gettext as _

from oversight import programs
from oversight.archive import DUMP, FILES, checked, stored_files
from oversight.backing_up import SAME_KEY, VERSION
from schemes import secrets


class Refused(Exception):
    """Nothing was restored; the message says why and what to do."""


def restore(path: Path) -> dict[str, Any]:
    """Restore database and files from an archive and return its manifest; all of the database or nothing.

    Needs the database's owner. Raises Refused when there is anything in the database or among the
    files, or when PERSON_KEY is another one; archive.Damaged when a hash does not fit.
    """
    _require_empty()
    manifest = checked(path)
    _require_fitting(manifest)
    # Beside the archive, where one can write there, as when it was made: /tmp may be too small.
    room = path.parent if os.access(path.parent, os.W_OK) else None
    with tarfile.open(path) as tar, tempfile.TemporaryDirectory(dir=room) as folder:
        dump = Path(folder) / DUMP
        with dump.open("wb") as file:
            shutil.copyfileobj(tar.extractfile(DUMP), file)
        _load(dump)
        for name in manifest["files"].keys() - {DUMP}:
            _store(tar, name)
    return manifest


def _require_empty() -> None:
    if connection.introspection.table_names():
        raise Refused(
            _("There are tables in this database already. A backup is restored into an empty one.")
        )
    if next(stored_files(), None):
        raise Refused(
            _("There are stored files here already. A backup is restored where there are none.")
        )


def _require_fitting(manifest: dict[str, Any]) -> None:
    if manifest["version"] != VERSION:
        raise Refused(_("This backup was made by another version of Kursmedel."))
    if manifest["key"] != secrets.person_key(SAME_KEY):
        raise Refused(
            _(
                "This server has another PERSON_KEY: personal numbers could not be read. Set the old one."
            )
        )


def _load(dump: Path) -> None:
    programs.run(
        "pg_restore",
        *("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"),
        *(f"--dbname={connection.settings_dict['NAME']}", str(dump)),
    )


def _store(tar: tarfile.TarFile, name: str) -> None:
    wanted = name.removeprefix(FILES)
    stored = default_storage.save(wanted, File(tar.extractfile(name)))
    if stored != wanted:
        raise Refused(_("%(name)s could not be stored under its name.") % {"name": wanted})
