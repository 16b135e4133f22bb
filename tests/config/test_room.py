"""Calls however deep have their frames in one piece: no loop asks the system for memory with each call."""

import os
import resource
import subprocess
import sys

import pytest
from django.conf import settings

from config.celery import app
from config.room import ROOM, SLOT, with_room
from local.checks import PRODUCTION

CALLS, DEEPEST, FEW = 500, 300, 200
OF_THE_WEB = "import config.wsgi; print(config.wsgi.application.__code__.co_stacksize)"


def most_faults():
    """Return how many pages of memory a loop of calls takes at most, at whatever depth it stands."""
    return max(_at(depth) for depth in range(DEEPEST))


def _at(depth):
    if depth:
        return _at(depth - 1)
    before = _faults()
    for _call in range(CALLS):
        _nothing()
    return _faults() - before


def _nothing():
    pass


def _faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt


def test_a_loop_asks_for_no_memory_at_whatever_depth_it_stands():
    assert with_room(most_faults)() < FEW


def test_without_room_it_does_at_some_where_python_was_not_mended():
    assert most_faults() >= CALLS or sys.version_info >= (3, 13)


def test_what_is_called_gets_and_gives_the_same():
    assert with_room(dict)([("a", 1)], b=2) == {"a": 1, "b": 2}
    with pytest.raises(ZeroDivisionError):
        with_room(divmod)(1, 0)


def test_each_task_has_room():
    looping = type("Looping", (app.Task,), {"name": "looping", "run": staticmethod(most_faults)})
    assert looping()() < FEW


def test_each_page_has_room():
    started = [sys.executable, "-W", "ignore::UserWarning", "-c", OF_THE_WEB]
    environment = {"PATH": os.environ["PATH"], **PRODUCTION}
    said = subprocess.run(
        started, env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )
    assert int(said.stdout) * SLOT == ROOM
