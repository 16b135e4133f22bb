"""Finance's months: how each month's invoices stand, and their packets as one ZIP that the worker makes."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import transaction
from django.db.models import QuerySet, Sum
from django.db.models.functions import Now
from django.utils import translation

from applications import outbox
from applications.nudge import nudge
from invoicing import bundle, register
from invoicing.entries import Standing, Tally
from invoicing.models import Bundle, Invoice
from invoicing.register import Alike, Part

SHOWN = 24  # months, the latest ones
KEPT_FOR = timedelta(days=1)
TOLD_EVERY = 10  # packets
AT_A_TIME = 100  # invoices in memory, however many packets a ZIP has
LARGE = ("snapshot", "application__answers", "application__facts")

# What a month's row counts, each invoice once, in the order in which it passes through it.
COUNTED = {
    "making": (Standing.MAKING,),
    "ready": (Standing.READY, Standing.DUE, Standing.PAYABLE),
    "overdue": (Standing.OVERDUE,),
    "sent": (Standing.SENT,),
    "settled": (Standing.SETTLED, Standing.PAID),
    "taken_back": (Standing.CREDITED, Standing.WITHDRAWN),
}


def months(tallies: QuerySet[Tally], *, on: date) -> list[dict[str, Any]]:
    """Return the latest months in which invoices were issued: how many stand how, and sums. One query.

    `packets` is how many are made; credit invoices count against the sum.
    """
    latest = tallies.order_by("-month").values("month").distinct()[:SHOWN]
    rows = tallies.filter(month__in=latest).order_by("-month")
    rows = rows.values_list("month", "stage", "made", "day")
    rows = rows.annotate(Sum("number"), Sum("amount"))
    return [_month(month, list(of), on) for month, of in groupby(rows, key=itemgetter(0))]


def _month(month: date, rows: list[tuple[Any, ...]], on: date) -> dict[str, Any]:
    parts = [Alike(*row[1:4], Part(*row[4:])) for row in rows]
    by_standing = register.sums(parts, on)
    counted = {
        name: sum(by_standing[each].number for each in which if each in by_standing)
        for name, which in COUNTED.items()
    }
    return counted | {
        "month": month,
        "packets": sum(each.part.number for each in parts if each.made),
        "number": sum(each.part.number for each in parts),
        "sum": sum(each.part.sum for each in parts),
    }


def issued_in(invoices: QuerySet[Invoice], month: date) -> list[int]:
    """Return the keys of a month's invoices whose packets are made, by number."""
    following = (month + timedelta(days=31)).replace(day=1)
    made = invoices.filter(
        entry__issued_on__gte=month, entry__issued_on__lt=following, entry__made=True
    )
    return list(register.by_number(made).values_list("pk", flat=True))


@transaction.atomic
def ask_for(*, invoices: Iterable[int], scheme: str, month: date, by: Any, at: datetime) -> Any:
    """Have the worker make a ZIP of packets and return the row that tells how far it is.

    Takes the invoices' keys, by number.
    """
    asked = Bundle.objects.create(
        scheme=scheme,
        month=month,
        invoices=list(invoices),
        by=by,
        language=translation.get_language() or settings.LANGUAGE_CODE,
        at=at,
    )
    nudge("invoicing.make_bundle", asked.pk)
    return asked


def unmade() -> QuerySet[Bundle]:
    """Return the ZIPs that must still be made."""
    return Bundle.objects.filter(made_at=None)


def make(pk: int, *, at: datetime) -> bool:
    """Make a ZIP unless it is there; return whether it was made now. It may be begun twice.

    Changes: `done`, while it is made, and at the end the file.
    """
    asked = outbox.lease(unmade(), pk)
    if asked is None:
        return False
    with tempfile.TemporaryFile(dir=_room()) as file, translation.override(asked.language):
        for piece in bundle.stream(Contents(asked.invoices), tell=lambda done: _tell(asked, done)):
            file.write(piece)
        file.seek(0)
        name = asked.file.field.generate_filename(asked, "")
        default_storage.delete(name)  # a worker that died may have left a half
        stored = default_storage.save(name, File(file))
    Bundle.objects.filter(pk=pk).update(file=stored, done=asked.total, made_at=at)
    return True


def _room() -> str | None:
    # Where the files are is room for it: what is written below /tmp may be held in memory.
    return default_storage.location if isinstance(default_storage, FileSystemStorage) else None


class Contents:
    """The invoices of a ZIP, by number: fetched a few at a time whenever they are gone through."""

    def __init__(self, keys: Sequence[int]) -> None:
        self._keys = keys

    def __iter__(self) -> Iterator[Invoice]:
        for first in range(0, len(self._keys), AT_A_TIME):
            found = Invoice.objects.filter(pk__in=self._keys[first : first + AT_A_TIME])
            found = register.described(found).select_related(*register.RELATED).defer(*LARGE)
            yield from register.by_number(found)


def _tell(asked: Bundle, done: int) -> None:
    if done % TOLD_EVERY == 0:
        until = Now() + timedelta(seconds=settings.LEASE_SECONDS)
        Bundle.objects.filter(pk=asked.pk).update(done=done, leased_until=until)


def forget(*, at: datetime) -> int:
    """Remove the ZIPs that were asked for more than a day ago; return how many."""
    old = list(Bundle.objects.filter(at__lt=at - KEPT_FOR))
    for each in old:
        default_storage.delete(each.file.field.generate_filename(each, ""))
    return Bundle.objects.filter(pk__in=[each.pk for each in old]).delete()[0]
