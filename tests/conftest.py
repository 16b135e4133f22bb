"""What every test can ask for: a held clock, the mail that was sent, a real worker, a real browser."""

import os

import pytest
from django.db import connection

pytest_plugins = [
    "tests.clock",
    "tests.role",
    "tests.letters",
    "tests.workers",
    "tests.browsers",
]


@pytest.fixture(scope="session")
def django_db_modify_db_settings():
    """Give each run a database of its own, should several share one server."""
    connection.settings_dict["TEST"]["NAME"] = f"test_kursmedel_{os.getpid()}"


@pytest.fixture(autouse=True, scope="session")
def quick_passwords():
    """Hash passwords cheaply: Argon2 is slow on purpose."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True, scope="session")
def quick_papers():
    """Open attached files in this process: one of its own for each file takes a tenth of a second."""
    from applications import papers, scrubbing

    def scrubbed(content):
        try:
            return 0, scrubbing.scrubbed(content)
        except scrubbing.Refused as refused:
            return refused.why, b""

    patch, apart = pytest.MonkeyPatch(), papers.scrubbed_apart
    patch.setattr(papers, "scrubbed_apart", scrubbed)
    yield apart
    patch.undo()


@pytest.fixture(autouse=True, scope="session")
def logs_without_numbers(tmp_path_factory):
    """Look through what every server, worker and web process of the tests has said, at the end."""
    yield
    from local.pytest_servers import folders
    from tests.numbers import anybodys

    places = [tmp_path_factory.getbasetemp(), *folders]
    logs = [log for place in places for log in place.rglob("*.log") if log.is_file()]
    told = {log: anybodys(log.read_text(errors="replace")) for log in logs}
    assert {log: numbers for log, numbers in told.items() if numbers} == {}
