"""Lets a test hold the clock at a day, as the development setting does."""

import pytest


@pytest.fixture
def hold(settings):
    """Return a function that holds the clock: hold("2026-02-28") or hold("2026-02-28T23:59")."""

    def hold(day):
        settings.KURSMEDEL_TODAY = str(day)

    return hold


@pytest.fixture(autouse=True)
def _held_by_marker(request, settings):
    marker = request.node.get_closest_marker("today")
    if marker:
        settings.KURSMEDEL_TODAY = str(marker.args[0])
