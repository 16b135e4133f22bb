"""What may happen to an installation while people go on deciding; each returns what it took."""

import itertools
import os
import random
import shutil
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field

import redis as client
from django.db import connections

from applications import outbox
from applications.crash_points import Point
from applications.nudge import Broker
from invoicing import packet
from tests.crashes import counting
from tests.crashes.installation import descendants, wait_until

BEHIND_THE_COMMIT = [each for each in Point if each is not Point.COMMITTED_NOT_NUDGED]


@dataclass
class Took:
    """How often it was hit, the seconds of each approval, and until all was done after the last hit."""

    hits: int = 0
    approvals: list = field(default_factory=list)
    until_done: float = 0.0


def approving(grants, applications, took, *, pause=0.0, clients=2):
    """Approve in the background, by several at once; return the thread to wait for."""

    def one(application):
        try:
            took.approvals.append(grants.approve(application))
            time.sleep(pause)
        finally:
            connections.close_all()

    def work():
        with ThreadPoolExecutor(clients) as crowd:
            list(crowd.map(one, applications))

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def killed_at_points(installation, grants, *, times):
    """Kill a whole worker at each named point so often, each time by the first row that comes there."""
    took = Took()
    for _nth, point in itertools.product(range(times), BEHIND_THE_COMMIT):
        for application in grants.ready(1):
            took.approvals.append(grants.approve(application))
        worker = installation.worker(KURSMEDEL_CRASH_AT=str(point))
        wait_until(lambda: worker.process.poll() is not None, worker)  # noqa: B023, waited for here
        assert worker.process.returncode == -signal.SIGKILL, worker.log.read_text()[-3000:]
        took.hits += 1
    installation.worker()
    return _done(took)


def killed_at_random(installation, grants, applications, *, times, longest):
    """Kill a whole worker whatever it does, so often, while people go on deciding."""
    took, pause = Took(), times * longest / max(len(applications), 1)
    people = approving(grants, applications, took, pause=pause)
    for _nth in range(times):
        worker = installation.worker(concurrency=2)
        wait_until(worker.is_ready, worker)  # or a slow machine would kill what has not begun
        time.sleep(random.uniform(0, longest))
        worker.kill()
        took.hits += 1
    people.join()
    installation.worker(concurrency=2)
    return _done(took)


def child_killed(installation, grants, applications, *, times):
    """Kill only the child that does the work, as the kernel does when memory runs out."""
    worker, took = installation.worker(), Took()
    wait_until(lambda: descendants(worker.process.pid), worker)
    people = approving(grants, applications, took, clients=1)
    while took.hits < times:
        time.sleep(random.uniform(0.5, 2))
        for child in descendants(worker.process.pid):
            # One that has just ended by itself is not hit.
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
                took.hits += 1
        assert worker.process.poll() is None
    people.join()
    return _done(took)


def postgres_killed(installation, grants, applications, *, times, down, apart):
    """Kill PostgreSQL with all of its processes, so often, while people go on deciding."""
    took = Took()
    people = approving(grants, applications, took, pause=times * (down + apart) / len(applications))
    for _nth in range(times):
        time.sleep(apart)
        installation.postgres.kill()
        took.hits += 1
        time.sleep(down)
        installation.postgres.start()
    people.join()
    return _done(took)


def redis_killed_and_emptied(installation, grants, applications, *, tasks):
    """Kill Redis and delete its data while at least so many tasks wait in it, and nobody takes any."""
    took = Took()
    for application in applications:
        took.approvals.append(grants.approve(application))
    while _queued(installation) < tasks:
        wake_all()  # what the beat does in the course of an outage
    took.hits = _queued(installation)
    installation.redis.kill()
    shutil.rmtree(installation.redis.folder)
    installation.redis.start()
    return took


def wake_all():
    """Hand over every row that waits once more."""
    outbox.wake(outbox.unsent(), "applications.send_notice")
    outbox.wake(outbox.unrendered(), "applications.render_document")
    outbox.wake(packet.unrendered(), "invoicing.render_packet")


def redis_down(installation, grants, applications, *, seconds):
    """Let Redis be gone for a while in which people go on deciding."""
    took, began = Took(), time.monotonic()
    installation.redis.kill()
    for nth, application in enumerate(applications, 1):
        took.approvals.append(grants.approve(application))
        time.sleep(max(0, began + seconds * nth / len(applications) - time.monotonic()))
    installation.redis.start()
    took.hits = 1
    return _done(took)


def redis_frozen(installation, grants, applications):
    """Let Redis be there without answering while people go on deciding."""
    took = Took(hits=1)
    Broker.silent_until = 0.0
    installation.redis.signal(signal.SIGSTOP)
    for application in applications:
        took.approvals.append(grants.approve(application))
    installation.redis.signal(signal.SIGCONT)
    return _done(took)


def _queued(installation):
    with client.Redis.from_url(installation.redis.url) as server:
        return server.llen("celery")


def _done(took):
    took.until_done = counting.until_done()
    return took
