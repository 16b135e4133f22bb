"""The paying scheme is registered; messages are compared in English; files are kept per test."""

import pytest
from django.utils import translation

from tests.payout.scheme import Lectures
from tests.role import registered


@pytest.fixture(autouse=True)
def lectures(db):
    with registered(Lectures()) as scheme:
        yield scheme


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
