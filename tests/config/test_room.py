"""Calls however deep have their frames in one piece: no loop asks the system for memory with each call."""

import resource
import sys

import pytest

from config.celery import app
from config.room import with_room

CALLS, DEEPEST, OTHERS, FEW = 500, 300, 60, 200


def most_faults():
    """Return how many pages of memory a loop of calls takes at most, at whatever depth it stands.

    Frames of two sizes below it, so many of each, leave every rest of a chunk.
    """
    return max(_below(other, depth) for other in range(0, OTHERS, 5) for depth in range(DEEPEST))


def _below(other, depth):
    return _below(other - 1, depth) if other else _at(depth)


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
