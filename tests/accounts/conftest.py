"""What tests of signing in share: an authenticator app that shows one code throughout a test."""

import time
from types import SimpleNamespace

import pytest
from allauth.mfa.totp.internal import auth


@pytest.fixture(autouse=True)
def one_code(monkeypatch):
    """Hold the clock of codes: else one in some hundred runs reads a code just before the next one."""
    now = time.time()
    monkeypatch.setattr(auth, "time", SimpleNamespace(time=lambda: now))
