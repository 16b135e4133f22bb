"""The paying scheme is registered; messages are compared in English; files are kept per test."""

import pytest
from django.utils import translation

from schemes import registry
from tests.payout.scheme import Lectures


@pytest.fixture(autouse=True)
def lectures(monkeypatch):
    scheme = Lectures()
    monkeypatch.setattr(registry, "SCHEMES", [*registry.SCHEMES, scheme])
    return scheme


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
