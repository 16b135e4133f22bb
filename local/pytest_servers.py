"""Gives every run of the tests its own PostgreSQL, Redis and mail server before the settings are read.

A pytest plugin (`-p local.pytest_servers`), because the settings want the addresses while pytest starts.
Several runs at once keep out of each other's way: each has its own temporary folder.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from local import mail, messages, postgres, redis

running = []
folders = []


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config, parser, args):
    folder = Path(tempfile.mkdtemp(prefix="kursmedel-tests-"))
    folders.append(folder)
    os.environ |= _environment(folder)
    messages.compile_all()
    return (yield)


@atexit.register
def end():
    """Stop the servers, also when pytest broke off before its own end; killed, their guards do."""
    while running:
        running.pop().stop()
    while folders:
        shutil.rmtree(folders.pop(), ignore_errors=True)


def _environment(folder):
    letters = mail.start(folder / "mail")
    running.append(letters)
    return {
        "KURSMEDEL_ENV": "development",
        "KURSMEDEL_DEMO": "",
        "LOG_LEVEL": "WARNING",
        "DATABASE_URL": os.environ.get("DATABASE_URL") or _postgres(folder),
        "DATABASE_POOL": "0",
        "REDIS_URL": os.environ.get("REDIS_URL") or _redis(folder),
        "EMAIL_URL": letters.url,
        "MAILDIR": str(letters.folder),
        "MEDIA_ROOT": str(folder / "media"),
    }


def _postgres(folder):
    with open(folder / "postgres.log", "w") as log:
        server = postgres.start(folder / "postgres", log=log, durable=False)
    running.append(server)
    return server.url


def _redis(folder):
    with open(folder / "redis.log", "w") as log:
        server = redis.start(folder / "redis", log=log)
    running.append(server)
    return server.url
