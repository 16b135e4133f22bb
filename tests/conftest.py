"""What every test can ask for: a held clock, the mail that was sent, a real worker, a real browser."""

import pytest

pytest_plugins = ["tests.clock", "tests.letters", "tests.workers", "tests.browsers"]


@pytest.fixture(autouse=True, scope="session")
def quick_passwords():
    """Hash passwords cheaply: Argon2 is slow on purpose."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
