"""What the queue says of the only case that waits."""

from decisions import queue
from decisions.line import told_in_line
from tests.factories import APRIL, SCHEME


def only_row(user, on):
    """Return the only row that a person sees on a day."""
    (line,) = queue.lines(queue.listed(queue.undecided(SCHEME, user, on=on)))
    told = told_in_line([line], on=on, at=APRIL)
    return queue.row(line, told[line.pk], on=on)
