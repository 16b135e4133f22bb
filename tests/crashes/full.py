"""The crashes in the size of the benchmark (python -m benchmarks.crashes), with an office's own settings.

Not collected with the other tests: it takes long. Its figures are added to the file CRASHES_FIGURES.
"""

import json
import os
import signal
import statistics
import time
from dataclasses import asdict

import pytest

from tests.crashes import counting, scenarios
from tests.crashes.grants import Grants
from tests.crashes.installation import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
SIZE = json.loads(os.environ["CRASHES_SIZE"])


@pytest.fixture(scope="module")
def running(installation):
    """The installation with its beat; each scenario starts the workers that it kills."""
    installation.beat()
    return installation


@pytest.fixture(scope="module")
def grants(running):
    return Grants()


@pytest.fixture
def worker(running):
    """A worker for this scenario only."""
    worker = running.worker(concurrency=2)
    wait_until(worker.is_ready, worker)
    yield worker
    worker.kill()


@pytest.fixture
def measured(running, request):
    """Return a function that writes the figures down and says that nothing is lost."""
    before, began = counting.count(running.mail.folder), time.monotonic()

    def measured(took):
        after = counting.count(running.mail.folder)
        _write(request.node.name, before, after, took, time.monotonic() - began)
        assert after.lost() == {}

    yield measured
    for each in running.programs[1:]:
        each.kill()


def _write(name, before, after, took, seconds):
    grown = {key: value - asdict(before)[key] for key, value in asdict(after).items()}
    approvals = sorted(took.approvals) or [0]
    figures = grown | {
        "what": name.removeprefix("test_").replace("_", " "),
        "hits": took.hits,
        "approval_median": round(statistics.median(approvals), 2),
        "approval_longest": round(approvals[-1], 2),
        "until_done": round(took.until_done, 1),
        "seconds": round(seconds),
    }
    with open(os.environ["CRASHES_FIGURES"], "a") as file:
        file.write(json.dumps(figures) + "\n")


def test_worker_killed_at_each_named_point(running, grants, measured):
    measured(scenarios.killed_at_points(running, grants, times=SIZE["points"]))


def test_worker_killed_at_random(running, grants, measured):
    applications = grants.ready(SIZE["random_grants"])
    times, longest = SIZE["random"], SIZE["random_seconds"]
    measured(
        scenarios.killed_at_random(running, grants, applications, times=times, longest=longest)
    )


def test_only_the_child_killed(running, grants, measured):
    applications = grants.ready(SIZE["child_grants"])
    measured(scenarios.child_killed(running, grants, applications, times=SIZE["child"]))


def test_postgresql_killed_under_load(running, grants, worker, measured):
    applications = grants.ready(SIZE["postgres_grants"])
    measured(
        scenarios.postgres_killed(
            running, grants, applications, times=SIZE["postgres"], down=2, apart=4
        )
    )


def test_redis_killed_and_emptied(running, grants, worker, measured):
    applications = grants.ready(SIZE["redis_grants"])
    worker.signal(signal.SIGSTOP)
    took = scenarios.redis_killed_and_emptied(
        running, grants, applications, tasks=SIZE["redis_tasks"]
    )
    worker.signal(signal.SIGCONT)
    took.until_done = counting.until_done()
    measured(took)


def test_redis_down_while_people_decide(running, grants, worker, measured):
    applications = grants.ready(SIZE["down_grants"])
    measured(scenarios.redis_down(running, grants, applications, seconds=SIZE["down_seconds"]))


def test_redis_that_does_not_answer(running, grants, worker, measured):
    measured(scenarios.redis_frozen(running, grants, grants.ready(10)))
