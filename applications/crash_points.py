"""Named places between a signature and its papers at which a test may have the process killed.

What they show is that nothing is lost there. They are armed by KURSMEDEL_CRASH_AT, with which an
installation for real use does not start.
"""

import os
import signal
from enum import StrEnum

from django.conf import settings


class Point(StrEnum):
    """Where the process can be killed, in the order in which the work passes them."""

    COMMITTED_NOT_NUDGED = "committed-not-nudged"
    TASK_TAKEN = "task-taken"
    LEASED_NOT_BEGUN = "leased-not-begun"
    RENDERED_NOT_STORED = "rendered-not-stored"
    STORED_NOT_MARKED = "stored-not-marked"
    MARKED_NOT_COMMITTED = "marked-not-committed"
    MADE_NOT_ACKNOWLEDGED = "made-not-acknowledged"
    MAIL_SENT_NOT_MARKED = "mail-sent-not-marked"
    MAIL_MARKED_NOT_ACKNOWLEDGED = "mail-marked-not-acknowledged"


def reached(point: Point) -> None:
    """Kill this process and all of its group, as a loss of power would, if the point is armed."""
    if point == settings.KURSMEDEL_CRASH_AT:
        os.kill(0, signal.SIGKILL)
