"""Pages of a long list: each begins after the last row of the one before, however far down that is.

Counted pages would have PostgreSQL read and throw away every row before them, and where rows arrive
meanwhile, show some twice and others never. So the address of a page holds what the row next to it is sorted
by, signed by us: whoever bends it sees the first page.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import reduce
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.core.paginator import Paginator
from django.core.signing import BadSignature, JSONSerializer, Signer
from django.db.models import F, Func, Model, Q, QuerySet, TextField, Value
from django.db.models.expressions import OrderBy
from django.db.models.lookups import GreaterThan, LessThan
from django.http import QueryDict
from django.utils.http import urlencode

from database import spans
from database.prepared import Asked, Given
from drawing.wording import amount

COUNTED = 1000  # rows; of a longer list it is said that it has more
COUNTED_BY_WORDS = 50  # of one that was searched: each row counted is read whole
LAST = "last"
NOTHING = Q(pk__in=[])
# What an address cannot hold as it is, by its mark: how it is written, and how it is read again.
MARKS = {datetime: "t", date: "d", Decimal: "n"}
READERS = {"t": datetime.fromisoformat, "d": date.fromisoformat, "n": Decimal}


@dataclass(frozen=True)
class Page:
    """Some rows of a list, and what the addresses of the pages beside it hold as `page` ("": none)."""

    rows: list[Any]
    previous: str
    next: str
    count: int  # of the whole list, as far as it is counted
    more: bool  # there are more than `count`
    last: str = LAST

    @property
    def several(self) -> bool:
        """Whether there is another page."""
        return bool(self.previous or self.next)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)


@dataclass(frozen=True)
class Key:
    """One column by which a list is sorted. In PostgreSQL an empty one is greater than all others."""

    name: str
    descending: bool
    nullable: bool


def page(
    found: QuerySet | Asked,
    order: Sequence[str],
    asked: str | None,
    *,
    size: int,
    never_null: Collection[str] = (),
    number: int | None = None,
    most: int | None = None,
    words: Q | None = None,
) -> Page:
    """Return one page of a list: the first, or the one that is asked for.

    `order` holds the names to sort by, "-" before those that descend. The row's key always comes last,
    so that no two rows are alike; what the names stand for must be fetched along with the rows.
    `asked` is what the address holds; one that nobody gave out leads to the first page.
    `never_null` are columns and annotations that are empty in no row here: an index then leads straight
    to the page. `number` is how many rows there are, where that is known; else as many are counted as
    `most`. `words` are a condition that rows are found by through a table's `finding.sliced`.
    """
    keys, most = _keys(found.model, order, never_null), most or COUNTED
    backwards, values = _from_address(asked, found.model, keys)
    listed = _All(found, keys) if words is None else _Holding(found, keys, words, most)
    rows = listed.rows(backwards, values, size + 1)
    if values and (not rows or (backwards and len(rows) < size)):
        # The rows that it stood beside are gone, or so near the end that a page from there is fuller.
        backwards, values = not backwards, None
        rows = listed.rows(backwards, values, size + 1)
    further, rows = len(rows) > size, rows[:size]
    if number is None:
        number = listed.number(most + 1) if values or further else len(rows)
    before, after = (further, bool(values)) if backwards else (bool(values), further)
    rows = rows[::-1] if backwards else rows
    return Page(
        rows=rows,
        previous=_for_address(found.model, keys, True, rows[0]) if before and rows else "",
        next=_for_address(found.model, keys, False, rows[-1]) if after and rows else "",
        count=min(number, most),
        more=number > most,
    )


def of_list(rows: Sequence[Any], asked: str | None, *, size: int) -> Page:
    """Return one page of rows that are at hand, by its number."""
    pages = Paginator(rows, size)
    found = pages.get_page(pages.num_pages if asked == LAST else asked)
    return Page(
        rows=list(found.object_list),
        previous=str(found.number - 1) if found.has_previous() else "",
        next=str(found.number + 1) if found.has_next() else "",
        count=min(pages.count, COUNTED),
        more=pages.count > COUNTED,
    )


def first_page(params: QueryDict, *left_out: str, **changed: str) -> str:
    """Return the address of a list's first page with other parameters, and without those left out."""
    others = {name: given for name, given in params.lists() if name not in ("page", *left_out)}
    return f"?{urlencode(others | changed, doseq=True)}"


def counted_so_far(found: QuerySet) -> int | str:
    """Return how many rows there are; of a long list "1 000+"."""
    number = _All(found, []).number(COUNTED + 1)
    return number if number <= COUNTED else f"{amount(COUNTED)}+"


def _keys(model: type[Model], order: Sequence[str], never_null: Collection[str]) -> list[Key]:
    order = list(order)
    if order[-1].removeprefix("-") != "pk":
        order.append("-pk" if order[-1].startswith("-") else "pk")
    names = [(each.removeprefix("-"), each.startswith("-")) for each in order]
    return [
        Key(name, descending, name not in never_null and _may_be_null(model, name))
        for name, descending in names
    ]


def _may_be_null(model: type[Model], name: str) -> bool:
    if name == "pk":
        return False
    try:
        for part in name.split("__"):
            field = model._meta.get_field(part)
            if field.null:
                return True
            model = field.related_model
    except FieldDoesNotExist:  # an annotation
        return True
    return False


# What the database is asked


@dataclass(frozen=True)
class _All:
    """A list with all its rows."""

    found: QuerySet | Asked
    keys: list[Key]

    def rows(self, backwards: bool, values: list[Any] | None, size: int) -> list[Any]:
        """Return so many rows from beside the one with some values on, else from an end."""
        known = tuple(each is not None for each in values or ())
        cut = {"keys": tuple(self.keys), "backwards": backwards, "known": known, "most": size}
        if isinstance(self.found, Asked):
            return self.found.then(_cut, row=values, **cut)
        return list(_cut(self.found, values, **cut))

    def number(self, most: int) -> int:
        """Return how many rows there are, as far as that."""
        if isinstance(self.found, Asked):
            return len(self.found.then(_some, most=most))
        return _some(self.found, most=most).count()


def _cut(
    found: QuerySet, row: Any, *, keys: tuple[Key, ...], backwards: bool, known: Any, most: int
) -> QuerySet:
    """Return so many of what is found, from beside a row on by its values, as far as it has some."""
    if known:
        values = [row[nth] if there else None for nth, there in enumerate(known)]
        found = found.filter(_beyond(keys, values, backwards))
    return found.order_by(*_order(keys, backwards))[:most]


def _some(found: QuerySet, *, most: int) -> QuerySet:
    return found.order_by().values_list("pk")[:most]


@dataclass
class _Holding:
    """Those rows of a list that hold some words; of these so many are counted while they are looked for."""

    found: QuerySet
    keys: list[Key]
    words: Q
    most: int
    counted: int | None = None

    def rows(self, backwards: bool, values: list[Any] | None, size: int) -> list[Any]:
        """Return so many rows from beside the one with some values on, else from an end."""
        first = spans.first(self._sought(backwards, values), size, self.most)
        if isinstance(first, int):
            self.counted = first if first > self.most else None
            return _All(self.found.filter(self.words), self.keys).rows(backwards, values, size)
        self.counted = first.number if not values or first.number > self.most else None
        return first.rows

    def number(self, most: int) -> int:
        """Return how many rows there are, as far as that."""
        if self.counted is not None:
            return self.counted
        return len(spans.some(self.found, self.words, most))

    def _sought(self, backwards: bool, values: list[Any] | None) -> spans.Sought:
        ahead = self.found.filter(_beyond(self.keys, values, backwards)) if values else self.found
        return spans.Sought(
            rows=ahead,
            words=self.words,
            order=_order(self.keys, backwards),
            near=values[-1] if values else None,
            descending=self.keys[-1].descending != backwards,
            before=lambda row: _beyond(self.keys, _values(self.keys, row), not backwards),
        )


def _order(keys: Sequence[Key], backwards: bool) -> list[OrderBy]:
    return [
        F(key.name).desc() if key.descending != backwards else F(key.name).asc() for key in keys
    ]


def _beyond(keys: Sequence[Key], values: list[Any], backwards: bool) -> Any:
    """Return the condition for the rows after a row, or before it."""
    ways = {key.descending != backwards for key in keys}
    if len(ways) == 1 and not any(key.nullable for key in keys):
        # As a whole: an index on these columns leads straight to the place.
        than = LessThan if ways.pop() else GreaterThan
        return than(Together(*(key.name for key in keys)), Together(*map(_value, values)))
    found = NOTHING
    for key, value in reversed(list(zip(keys, values, strict=True))):
        same = Q(**{key.name: value}) if value is not None else Q(**{f"{key.name}__isnull": True})
        found = _further(key, value, key.descending != backwards) | (same & found)
    return found


def _value(value: Any) -> Any:
    return value if isinstance(value, Given) else Value(value)


class Together(Func):
    """Several columns that are compared as one."""

    template = "ROW(%(expressions)s)"
    output_field = TextField()


def _further(key: Key, value: Any, descending: bool) -> Q:
    if descending:
        beyond = {f"{key.name}__lt": value} if value is not None else {f"{key.name}__isnull": False}
        return Q(**beyond)
    if value is None:
        return NOTHING
    greater = Q(**{f"{key.name}__gt": value})
    return greater | Q(**{f"{key.name}__isnull": True}) if key.nullable else greater


# What the address holds


def _signer(model: type[Model], keys: list[Key]) -> Signer:
    """Sign for this order of these rows only: in another one the values would mean nothing."""
    order = ",".join(f"{key.name} {key.descending}" for key in keys)
    return Signer(sep="~", salt=f"page of {model._meta.label} by {order}")


def _for_address(model: type[Model], keys: list[Key], backwards: bool, row: Model) -> str:
    values = [_written(each) for each in _values(keys, row)]
    return _signer(model, keys).sign_object([backwards, values], serializer=JSONSerializer)


def _from_address(
    asked: str | None, model: type[Model], keys: list[Key]
) -> tuple[bool, list[Any] | None]:
    """Return whether to look backwards, and from the values of which row; None: from the end."""
    if not asked or asked == LAST:
        return asked == LAST, None
    try:
        backwards, values = _signer(model, keys).unsign_object(asked, serializer=JSONSerializer)
    except BadSignature:
        return False, None
    return backwards, [
        READERS[each[0]](each[1]) if isinstance(each, list) else each for each in values
    ]


def _values(keys: Sequence[Key], row: Any) -> list[Any]:
    return [reduce(_part, key.name.split("__"), row) for key in keys]


def _part(row: Any, name: str) -> Any:
    return None if row is None else getattr(row, name)


def _written(value: Any) -> Any:
    mark = MARKS.get(type(value))
    if mark is None:
        return value
    return [mark, str(value) if mark == "n" else value.isoformat()]
