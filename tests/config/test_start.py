"""The web's process as it starts: it loads what pages need, and gives their calls room."""

import os
import subprocess
import sys

from django.conf import settings

from config.room import ROOM, SLOT
from local.checks import PRODUCTION

# The worker's library, and those that make papers.
HEAVY = ["PIL", "celery", "kombu", "pikepdf", "redis", "weasyprint", "xlsxwriter"]
LOADED = f"*[name for name in {HEAVY} if name in sys.modules]"


def started(what):
    """Return what the web's process knows of something once it has started, in words."""
    said = f"import config.wsgi, sys; print({what})"
    done = subprocess.run(
        [sys.executable, "-W", "ignore::UserWarning", "-c", said],
        env={"PATH": os.environ["PATH"], **PRODUCTION},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""
    return done.stdout.split()


def test_it_starts_without_what_only_worker_and_files_need():
    assert started(LOADED) == []


def test_each_page_has_room():
    [slots] = started("config.wsgi.application.__code__.co_stacksize")
    assert int(slots) * SLOT == ROOM
