"""Where many come at once: a PostgreSQL of its own with full durability, a crowd, and what is counted."""

import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Barrier
from unittest.mock import patch

from config.room import with_room
from local import postgres

PATIENCE = 120


def play(*questions):
    """Ask each question on a server of its own and print what was counted, ours and its control."""
    with server() as url:
        set_up(url)
        for question in questions:
            for name, ask in (("ours", question.ours), ("control", question.control)):
                _report(f"{question.TITLE}: {name}", ask)


@contextmanager
def server():
    """Run a PostgreSQL with full durability while the block lasts; give its address."""
    with tempfile.TemporaryDirectory(prefix="kursmedel-benchmark-") as folder:
        options = ["-c", "max_connections=200", "-c", "deadlock_timeout=200ms"]
        with patch.object(postgres, "_options", _with(options)):
            running = postgres.start(Path(folder) / "postgres", log=subprocess.DEVNULL)
        try:
            yield running.url
        finally:
            running.stop()


def _with(more):
    plain = postgres._options
    return lambda *args: [*plain(*args), *more]


def set_up(url):
    """Set Django up for an empty database and migrate it."""
    os.environ |= {
        "KURSMEDEL_ENV": "development",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": url,
        "DATABASE_POOL": "0",
        "REDIS_URL": "redis://localhost:1/0",
        "LOG_LEVEL": "CRITICAL",
    }
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def _report(title, ask):
    deadlocks, began = _deadlocks(), time.perf_counter()
    counted = ask() | {"deadlocks": _deadlocks() - deadlocks}
    words = ", ".join(f"{name} {count}" for name, count in counted.items())
    say(f"{title:48} {time.perf_counter() - began:6.1f} s  {words}")


def _deadlocks():
    time.sleep(1.5)  # the server's statistics come a second late
    return sql("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")[0][0]


def say(words):
    """Print a line at once."""
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


# What the questions are made of


def crowd(work, items, clients):
    """Let so many clients, each with its own connection, do the work for their share of the items.

    They begin together. Returns how each ended: a true answer is "done", a false one "not done", an
    exception its name.
    """
    start, items = Barrier(clients), list(items)

    def client(nth):
        start.wait(PATIENCE)
        try:
            return Counter(_tried(work, each) for each in items[nth::clients])
        finally:
            _hang_up()

    with ThreadPoolExecutor(clients) as people:
        return sum(people.map(client, range(clients)), Counter())


def apart(work, shares):
    """Let each share of some work be done by a process of its own, with its own connection.

    They begin together. Returns the results, in any order, and the seconds that all took.
    """
    _hang_up()
    fork = multiprocessing.get_context("fork")
    start, results = fork.Barrier(len(shares) + 1), fork.SimpleQueue()

    def client(share):
        sql("SELECT 1")
        start.wait(PATIENCE)
        results.put(work(share))
        _hang_up()

    people = [fork.Process(target=with_room(client), args=[each]) for each in shares]
    for each in people:
        each.start()
    start.wait(PATIENCE)
    began = time.perf_counter()
    found = [results.get() for _each in people]
    return found, time.perf_counter() - began


def _tried(work, item):
    try:
        return "done" if work(item) else "not done"
    except Exception as error:  # noqa: BLE001, whatever it is shall be counted
        return type(error).__name__


def _hang_up():
    from django.db import connections

    connections.close_all()


def sql(statement, values=None):
    """Run some SQL as the owner and return its rows."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


@contextmanager
def without(*patches, down=(), undo=()):
    """Take away locks by patches and constraints by SQL for a control, and put both back."""
    with ExitStack() as stack:
        for each in patches:
            stack.enter_context(each)
        for statement in down:
            sql(statement)
        try:
            yield
        finally:
            for statement in undo:
                sql(statement)


def guards_off(*tables):
    """Return the statements that let a control past the triggers of tables, and those that end it."""
    words = ("DISABLE", "ENABLE")
    return [[f"ALTER TABLE {each} {word} TRIGGER USER" for each in tables] for word in words]
