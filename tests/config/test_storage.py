"""A file is on the disk before the row that names it is committed, and for nobody else on the machine."""

import os
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage


def test_a_file_and_its_folders_are_flushed_before_its_name_is_given_back(
    settings, tmp_path, monkeypatch
):
    settings.MEDIA_ROOT, flushed = tmp_path, []
    monkeypatch.setattr(os, "fsync", lambda number: flushed.append(_path(number)))
    name = default_storage.save("packets/one.pdf", ContentFile(b"%PDF-1.7"))
    assert flushed == [tmp_path / name, tmp_path / "packets", tmp_path]


def test_nobody_else_on_the_machine_reads_what_was_uploaded(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    name = default_storage.save("papers/one.pdf", ContentFile(b"%PDF-1.7"))
    assert (tmp_path / name).stat().st_mode & 0o777 == 0o640


def _path(number):
    return Path(os.readlink(f"/proc/self/fd/{number}"))
