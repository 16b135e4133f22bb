"""How long the machine runs: a little in CI, in full with --hypothesis-profile=full."""

import pytest
from hypothesis import HealthCheck, settings

from drawing import pdf

COMMON = {
    "deadline": None,
    "database": None,
    "suppress_health_check": list(HealthCheck),
    "print_blob": False,
}
settings.register_profile("full", max_examples=500, stateful_step_count=50, **COMMON)
# The same examples every time: what is found by chance is found in full.
FEW = settings(max_examples=8, stateful_step_count=30, derandomize=True, **COMMON)


@pytest.fixture
def extent(request):
    """Return how many examples of how many steps are tried."""
    full = request.config.getoption("--hypothesis-profile") == "full"
    return settings.get_profile("full") if full else FEW


@pytest.fixture(autouse=True)
def _without_typesetting(monkeypatch, settings, tmp_path):
    # What a packet states is made; drawing it is not what is asked here.
    monkeypatch.setattr(pdf, "_pdf", lambda html, **_rest: html.encode())
    settings.MEDIA_ROOT = tmp_path / "media"
