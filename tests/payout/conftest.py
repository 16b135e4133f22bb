"""The paying scheme is registered; messages are compared in English; files are kept per test."""

import pytest
from django.utils import translation

from schemes import registry
from tests.payout.scheme import Lectures
from tests.role import known_to_postgres


@pytest.fixture(autouse=True)
def lectures(db, monkeypatch):
    scheme = Lectures()
    monkeypatch.setattr(registry, "SCHEMES", [*registry.SCHEMES, scheme])
    known_to_postgres(scheme)
    return scheme


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
