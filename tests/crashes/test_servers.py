"""Servers that die cost time, never a grant, a paper or a letter; and a deaf worker is found out."""

import signal
import time

import pytest

from applications import canary
from tests.crashes import scenarios
from tests.crashes.counting import count, until_done
from tests.crashes.grants import Grants
from tests.crashes.installation import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 8  # seconds, on a machine that does other things as well


@pytest.fixture(scope="module")
def running(installation):
    """The installation with web, worker and beat."""
    installation.beat()
    installation.web()
    worker = installation.worker()
    wait_until(canary.worker_works, worker)
    return installation


@pytest.fixture(scope="module")
def grants(running):
    return Grants()


def lost(running):
    return count(running.mail.folder).lost()


def doubled(running):
    return count(running.mail.folder).letters_doubled


def test_without_postgresql_a_page_says_so_kindly_and_the_next_comes_by_itself(running):
    assert running.page("/").status == 200
    running.postgres.kill()
    began = time.monotonic()
    page = running.page("/")
    assert (page.status, running.page("/health/").status) == (503, 503)
    assert int(page.headers["Retry-After"]) > 0
    text = page.read().decode()
    assert "<h1>" in text
    assert "Traceback" not in text
    assert time.monotonic() - began < 5 * AT_ONCE
    running.postgres.start()
    assert running.page("/").status == 200


def test_postgresql_killed_while_people_decide_costs_nothing(running, grants):
    applications = grants.ready(3)
    took = scenarios.postgres_killed(running, grants, applications, times=1, down=0.5, apart=1)
    assert (took.hits, len(took.approvals)) == (1, 3)
    assert lost(running) == {}
    # A letter that was on its way when its row could not be marked goes once more, under one ID.
    assert doubled(running) <= took.hits


def test_a_worker_that_is_up_but_deaf_is_found_out(running):
    worker = running.programs[-1]
    wait_until(canary.worker_works, worker)
    worker.signal(signal.SIGSTOP)
    wait_until(lambda: not canary.worker_works(), worker)
    assert b'"worker": false' in running.page("/health/").read()
    worker.signal(signal.SIGCONT)
    wait_until(canary.worker_works, worker)


def test_redis_killed_and_emptied_costs_nothing(running, grants):
    worker, before = running.programs[-1], doubled(running)
    worker.signal(signal.SIGSTOP)
    scenarios.redis_killed_and_emptied(running, grants, grants.ready(2), tasks=20)
    worker.signal(signal.SIGCONT)
    until_done()
    assert (lost(running), doubled(running)) == ({}, before)


def test_a_redis_that_is_gone_or_does_not_answer_keeps_nobody_from_deciding(running, grants):
    applications, before = grants.ready(4), doubled(running)
    gone = scenarios.redis_down(running, grants, applications[:2], seconds=0)
    mute = scenarios.redis_frozen(running, grants, applications[2:])
    assert max(gone.approvals) < AT_ONCE
    assert max(mute.approvals) < 2 + AT_ONCE
    assert mute.approvals[-1] < AT_ONCE  # it is not asked again at once
    assert (lost(running), doubled(running)) == ({}, before)
