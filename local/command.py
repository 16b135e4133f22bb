"""Lets `manage.py` work in a working copy: beside a running `make run`, else with a PostgreSQL of its own.

A real installation says by KURSMEDEL_ENV what it is, and never comes here.
"""

import atexit
import json
import os
import subprocess
import sys
from pathlib import Path

import psycopg

from local import messages, postgres

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("KURSMEDEL_DATA") or ROOT / ".data").resolve()
RUNNING = DATA / "running.json"
# What says by itself which installation a command is meant for
SAID = ("KURSMEDEL_ENV", "DATABASE_URL", "SECRET_KEY")
TOLD = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "MEDIA_ROOT", "MAILDIR")
TOLD += ("KURSMEDEL_URL", "KURSMEDEL_DEMO")


def tell(environment):
    """Write down where the servers of this `make run` are, for commands beside it."""
    RUNNING.write_text(json.dumps({name: environment[name] for name in TOLD}))


def forget():
    """Take back what `tell` wrote: the servers end."""
    RUNNING.unlink(missing_ok=True)


def join():
    """Set the environment for one command, unless it says already what it is for.

    Uses the servers of a running `make run`; without one it starts PostgreSQL for as long as the command
    runs, and makes the tables where they are missing.
    """
    if any(os.environ.get(name) for name in SAID):
        return
    os.environ |= {"KURSMEDEL_ENV": "development"} | (_beside() or _alone())


def _beside():
    if not RUNNING.exists():
        return None
    told = json.loads(RUNNING.read_text())
    try:
        psycopg.connect(told["DATABASE_URL"]).close()
    except psycopg.OperationalError:
        return None  # it was killed, and could not take its note back
    return told


def _alone():
    DATA.mkdir(exist_ok=True)
    messages.compile_all()
    with open(DATA / "command.log", "w") as log:
        server = postgres.start(DATA / "postgres", log=log)
    atexit.register(server.stop)
    environment = {"DATABASE_URL": server.url, "LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING")}
    if not _has_tables(server.url):
        _migrate(environment)
    return environment


def _has_tables(url):
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT to_regclass('django_migrations')").fetchone()[0]


def _migrate(environment):
    command = [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity=0"]
    told = os.environ | environment | {"KURSMEDEL_ENV": "development"}
    subprocess.run(command, cwd=ROOT, env=told, check=True, stdout=sys.stderr)
