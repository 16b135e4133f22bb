"""Room for deep calls, in one piece.

Python keeps the frames of calls in chunks of 16 KB, and gives a chunk back as soon as the call that began it
has returned. Where a loop happens to stand at the end of a chunk, every call in it has the system map memory
and take it back: up to 6 ms of a page (docs/performance.md). Python 3.13 and 3.14 were mended in March 2026
(cpython issue 142183), 3.11 and 3.12 were not.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

Given, Returned = ParamSpec("Given"), TypeVar("Returned")
ROOM = 256 * 1024  # bytes: more than Python's thousand frames take
SLOT = 8  # bytes


def with_room(call: Callable[Given, Returned]) -> Callable[Given, Returned]:
    """Return what calls something with room for all calls below it.

    A frame as large as the room gets a chunk of twice its size, and what it leaves is the room. Only
    what is used of it is memory.
    """

    def roomy(*args: Given.args, **kwargs: Given.kwargs) -> Returned:
        return call(*args, **kwargs)

    roomy.__code__ = roomy.__code__.replace(co_stacksize=ROOM // SLOT)
    return roomy
