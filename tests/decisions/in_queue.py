"""What the queue says of the only case that waits."""

from decisions import queue
from decisions.line import told_in_line
from decisions.places import undecided
from tests.factories import APRIL, SCHEME


def only_row(user, on):
    """Return the only row that a person sees on a day."""
    (case,) = queue.cases(queue.listed(undecided(SCHEME, user, on=on)), user)
    told = told_in_line([case], on=on, at=APRIL)
    return queue.row(case, told[case.pk], on=on)
