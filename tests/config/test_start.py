"""A page and a command load what they need: not the worker's library, nor those that make papers."""

import os
import subprocess
import sys

from django.conf import settings

from local.checks import PRODUCTION

HEAVY = ["PIL", "celery", "kombu", "pikepdf", "redis", "weasyprint", "xlsxwriter"]
LOADED = f"""
import config.wsgi, sys
print(*[name for name in {HEAVY} if name in sys.modules])
"""


def test_the_web_s_process_starts_without_what_only_worker_and_files_need():
    environment = {"PATH": os.environ["PATH"], **PRODUCTION}
    started = [sys.executable, "-W", "ignore::UserWarning", "-c", LOADED]
    done = subprocess.run(
        started, env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True
    )
    assert (done.stderr, done.stdout.split()) == ("", [])
