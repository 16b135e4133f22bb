"""Counts what crashes may have cost: papers, numbers and letters, against the rows that ask for them."""

import hashlib
import mailbox
import re
from collections import Counter
from dataclasses import dataclass, fields
from pathlib import Path

from django.conf import settings
from django.db.models import Max

from applications import outbox
from applications.models import Application, Document, Notice, State
from invoicing import packet
from invoicing.models import Invoice, Packet, Series
from tests.crashes.installation import wait_until

FIVE_MINUTES = 300
MESSAGE_ID = re.compile(rb"^Message-ID:\s*<notice-(\d+)@", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Count:
    """What is there after a crash; all but the first two and the last must be nothing."""

    approved: int
    letters: int
    without_packet: int
    doubled_packets: int
    gaps: int
    papers_missing: int
    letters_lost: int
    letters_doubled: int

    def lost(self):
        """Return all that should be nothing and is not, apart from letters that went twice."""
        must = [each.name for each in fields(self)[2:-1]]
        return {name: getattr(self, name) for name in must if getattr(self, name)}


def undone():
    """Return how many rows still wait for the worker."""
    return sum(rows.count() for rows in (outbox.unsent(), outbox.unrendered(), packet.unrendered()))


def until_done():
    """Return the seconds until no row waits any more; fail after five minutes."""
    return wait_until(lambda: not undone(), patience=FIVE_MINUTES)


def count(folder):
    """Return what is there now, of all applications and of the letters in a Maildir."""
    arrived = _arrived(folder)
    notices = set(Notice.objects.values_list("pk", flat=True))
    return Count(
        approved=Application.objects.filter(state=State.APPROVED).count(),
        letters=len(notices),
        without_packet=sum(not _has_packet(each) for each in _approved()),
        doubled_packets=Invoice.objects.count() - _approved().count() + _stray_packets(),
        gaps=sum(map(_gaps, Series.objects.all())),
        papers_missing=sum(not _is_whole(each) for each in Document.objects.all()),
        letters_lost=len(notices - set(arrived)),
        letters_doubled=arrived.total() - len(arrived),
    )


def _approved():
    return Application.objects.filter(state=State.APPROVED)


def _has_packet(application):
    made = Packet.objects.filter(invoice__application=application).first()
    return made is not None and _is_whole(made)


def _is_whole(row):
    if not row.rendered_at:
        return False
    with row.file.open() as file:
        return hashlib.sha256(file.read()).hexdigest() == row.sha256


def _stray_packets():
    kept = set(Packet.objects.exclude(file="").values_list("file", flat=True))
    root = Path(settings.MEDIA_ROOT)
    return len({str(path.relative_to(root)) for path in root.glob("packets/*")} - kept)


def _gaps(series):
    rows = Invoice.objects.filter(series=series)
    last = rows.aggregate(last=Max("number"))["last"] or 0
    return last - rows.values("number").distinct().count()


def _arrived(folder):
    box = mailbox.Maildir(folder, factory=None)
    found = (MESSAGE_ID.search(box.get_bytes(key)) for key in box.iterkeys())
    return Counter(int(each[1]) for each in found if each)
