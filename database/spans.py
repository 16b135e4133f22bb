"""The first rows of a list that hold some words, found among rows whose keys lie near before further off.

The index of words (`finding.sliced`) tells of each row in which slice of its table it lies, so a look at
some slices costs little, however many there are. How many slices are looked at follows from how often the
nearest one holds the words. A row is never missed for its key lies elsewhere: the list itself is
walked up to the last row that was found, and where more than a few on that way lie elsewhere, more slices
are looked at.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection
from django.db.models import Count, Func, Q, QuerySet, TextField
from django.db.models.expressions import OrderBy
from django.db.models.functions import Cast

from database import finding

NEAREST = 4096  # rows: how many are looked at first
MANY = 400  # of the nearest rows: where so many hold the words, a walk comes upon some at once
WIDER = 8  # times as wide is a slice as the next narrower one (`finding.SLICES`)
AMPLE = 3  # times what should suffice: one look at more costs less than two looks
ELSEWHERE = 500  # rows at most, on the way to the last one found, outside of what was looked at
# Rows of another table: where so many of the nearest hold a word, or so many in all, a walk is quicker
# than looking for their keys.
OFTEN, MOST_KEYS = 120, 10_000


@dataclass(frozen=True)
class Sought:
    """A list, the words that its rows shall hold, and from where on they are looked for."""

    rows: QuerySet  # without the words
    words: Q
    order: Sequence[OrderBy]  # by the key last
    near: int | None  # the key of the row beside which they are looked for; None: from the end
    descending: bool  # the list goes towards smaller keys
    before: Callable[[Any], Q]  # what stands before a row


@dataclass(frozen=True)
class Found:
    """The first rows, and how many there are, as far as they were counted."""

    rows: list[Any]
    number: int


def first(sought: Sought, size: int, most: int) -> Found | int:
    """Return so many rows in their order, and count them up to *most* and one.

    Where a walk is quicker, only how many are known to be there.
    """
    place = _place(sought.rows, sought.near, sought.descending)
    if place.small:
        return 0
    held = sought.rows.order_by().filter(sought.words)
    number = len(held.filter(place.nearest).values_list("pk")[:MANY])
    if number == MANY:
        return number
    wanted, span = max(size, most + 1), place.wider(NEAREST, number, most)
    while True:
        rows = _sorted(held.filter(span.within), sought, wanted)
        if span.whole or (len(rows) == wanted and _complete(sought, span, rows[size - 1])):
            return Found(rows[:size], len(rows))
        span = place.wider(span.rows, len(rows), most)


def some(rows: QuerySet, words: Q, most: int) -> list[int]:
    """Return the keys of the rows that hold the words, in no order; of many so many only."""
    place, held = _place(rows, None, True), rows.order_by().filter(words)
    span = place.span(NEAREST)
    while True:
        keys = list(held.filter(span.within).values_list("pk", flat=True)[:most])
        if span.whole or len(keys) == most:
            return keys
        span = place.wider(span.rows, len(keys), most)


def keys(held: QuerySet) -> str | None:
    """Return the keys of the rows that hold some words; None where a walk comes upon some soon.

    Takes those rows, of a table whose index of words tells of slices. Returned as PostgreSQL writes them,
    for nobody else reads these thousands.
    """
    held, near = held.order_by(), _place(held, None, True).nearest
    if len(held.filter(near).values_list("pk")[:OFTEN]) == OFTEN:
        return None
    written = Cast(ArrayAgg("pk"), TextField())
    found = held.values("pk")[: MOST_KEYS + 1].aggregate(written=written, number=Count("pk"))
    return (found["written"] or "") if found["number"] <= MOST_KEYS else None


@dataclass(frozen=True)
class _Span:
    """Some slices of a width, by its place in `finding.SLICES`; None: the whole table."""

    rows: int
    low: int
    high: int
    which: int = 0
    slices: range | None = None

    @property
    def whole(self) -> bool:
        return self.slices is None

    @property
    def within(self) -> Q:
        return Q() if self.slices is None else finding.within(self.which, self.slices)

    @property
    def outside(self) -> list[Q]:
        """The conditions that a row lies on this side of it, and on that."""
        if self.slices is None:
            return []
        bits = finding.SLICES[self.which]
        start, stop = self.slices.start << bits, self.slices.stop << bits
        before = [Q(pk__lt=start)] if start > self.low else []
        return [*before, Q(pk__gte=stop)] if stop <= self.high else before


@dataclass(frozen=True)
class _Place:
    """Where one looks in a table: beside which key, else from an end, and which way."""

    low: int
    high: int
    near: int | None
    descending: bool

    @property
    def small(self) -> bool:
        """Whether the table is so small that all of it is near."""
        return self.high - self.low < 2 * WIDER * NEAREST

    @property
    def nearest(self) -> Q:
        """The condition that a row lies in the nearest slices, also where all of the table is near."""
        return finding.within(0, self._around(finding.SLICES[0], 1))

    def wider(self, rows: int, number: int, wanted: int) -> _Span:
        """Return a span that should hold what is wanted, where so many rows held so many."""
        likely = AMPLE * wanted * rows // number if number else rows * WIDER**2
        return self.span(max(2 * rows, likely))

    def span(self, rows: int) -> _Span:
        """Return so many rows ahead, and some behind; the whole table where that is half of it."""
        if self.small or rows * 2 > self.high - self.low:
            return _Span(rows, self.low, self.high)
        for which, bits in enumerate(finding.SLICES):
            slices = -(-rows >> bits)
            if slices <= WIDER:
                return _Span(slices << bits, self.low, self.high, which, self._around(bits, slices))
        return _Span(rows, self.low, self.high)

    def _around(self, bits: int, ahead: int) -> range:
        end = self.high if self.descending else self.low
        at, behind = (end if self.near is None else self.near) >> bits, int(self.near is not None)
        first, last = (at - ahead, at + behind) if self.descending else (at - behind, at + ahead)
        return range(max(first, self.low >> bits), min(last, self.high >> bits) + 1)


def _place(rows: QuerySet, near: int | None, descending: bool) -> _Place:
    meta, quoted = rows.model._meta, connection.ops.quote_name
    ends = "SELECT coalesce(min({0}), 0), coalesce(max({0}), 0) FROM {1}"
    with connection.cursor() as cursor:
        cursor.execute(ends.format(quoted(meta.pk.column), quoted(meta.db_table)))
        low, high = cursor.fetchone()
    return _Place(low, high, near, descending)


def _sorted(held: QuerySet, sought: Sought, most: int) -> list[Any]:
    first, *others = sought.order
    # As no index has it: else PostgreSQL might walk the whole list in its order instead.
    alone = first.copy()
    alone.set_source_expressions([Func(first.expression, first.expression, function="COALESCE")])
    return list(held.order_by(alone, *others)[:most])


def _complete(sought: Sought, span: _Span, last: Any) -> bool:
    """Whether no row that holds the words stands before the last one and lies outside the span."""
    way = (
        sought.rows.filter(sought.before(last)).order_by(*sought.order).values_list("pk", flat=True)
    )
    for side in span.outside:
        keys = list(way.filter(side)[: ELSEWHERE + 1])
        if len(keys) > ELSEWHERE:
            return False
        if keys and sought.rows.filter(sought.words, pk__in=keys).exists():
            return False
    return True
