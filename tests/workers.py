"""Lets a test run a real Celery worker against its database, and kill it."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from urllib.parse import quote

import pytest
import redis
from kombu import pools

from applications.nudge import Broker
from config.celery import app
from tests.role import ROLE

PATIENCE = 30
# What earlier tests have put in the queue, where Celery keeps it.
QUEUE = ["celery", "unacked", "unacked_index"]
SET_PARENT_DEATH_SIGNAL = 1


class Program:
    """A running `python -m …` in a session of its own; `log` is the file of what it said."""

    def __init__(self, words, *, environment, log):
        self.log = log
        with log.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *words],
                env=environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=_die_with_the_tests,
            )

    def is_ready(self):
        """Tell whether a worker has said that it takes tasks."""
        return " ready." in self.log.read_text()

    def stop(self):
        """Let it finish what it is doing and go."""
        self.process.terminate()
        self.process.wait(PATIENCE)

    def signal(self, number):
        """Send a signal to it and its children."""
        os.killpg(self.process.pid, number)

    def kill(self):
        """End it and its children at once, as a loss of power would."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Worker(Program):
    """A running `celery -A config worker`."""

    def __init__(self, environment, log, options):
        self.name = f"worker{os.getpid()}-{time.monotonic_ns()}@localhost"
        words = ["celery", "-A", "config", "worker", "-n", self.name, "--concurrency=1"]
        words += ["--without-gossip", "--without-mingle", *options]
        super().__init__(words, environment=environment, log=log)

    def wait_until_ready(self):
        deadline = time.monotonic() + PATIENCE
        while not self.is_ready():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.05)
        return self


def nudge_to(address):
    """Let this process hand its nudges to another Redis, as if it had never tried one before."""
    app.conf.broker_url = app.conf.broker_write_url = address.replace("unix:", "redis+socket:", 1)
    pools.reset()
    app._pool = app.amqp._producer_pool = None
    Broker.silent_until = 0.0


@pytest.fixture
def start_worker(transactional_db, settings, tmp_path):
    """Return a function that starts a real worker; all of them end with the test."""
    started = []
    Broker.silent_until = 0.0
    with redis.Redis.from_url(settings.REDIS_URL) as server:
        server.delete(*QUEUE)

    def start_worker(*options):
        log = tmp_path / f"worker-{len(started)}.log"
        started.append(Worker(environment(settings), log, options))
        return started[-1].wait_until_ready()

    yield start_worker
    for worker in started:
        worker.kill()


@pytest.fixture
def worker(start_worker):
    """A real worker that is ready; ask for `page` before it when the test has a browser."""
    return start_worker()


def environment(settings):
    """Return what a program must be told to work on this test's database and files."""
    return os.environ | {
        "LOG_LEVEL": "INFO",
        "DATABASE_URL": database_url(settings.DATABASES["default"]),
        "KURSMEDEL_URL": settings.KURSMEDEL_URL,
        "KURSMEDEL_TODAY": settings.KURSMEDEL_TODAY,
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
    }


def database_url(database):
    """Return the address of a database for a program of ours: it comes in as the application's role."""
    password, host = (quote(database[key] or "", safe="") for key in ("PASSWORD", "HOST"))
    place = f"{ROLE}:{password}@{host}" if password else f"{ROLE}@{host}"
    port = f":{database['PORT']}" if database["PORT"] else ""
    return f"postgres://{place}{port}/{database['NAME']}"


def _die_with_the_tests():
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
