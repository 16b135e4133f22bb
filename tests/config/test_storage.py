"""A file is on the disk before the row that names it is committed."""

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


def _path(number):
    return Path(os.readlink(f"/proc/self/fd/{number}"))
