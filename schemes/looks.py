"""Draws rows of a long list that look alike: a template draws each look once, and it is filled row by row."""

import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.template.loader import get_template
from django.urls import reverse
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

# Around a name, where the template puts what differs from row to row. Nobody types these.
FROM, TO = "\ue000", "\ue001"
PLACE = re.compile(f"{FROM}(\\w+){TO}")
NOWHERE = UUID(int=0)  # in an address where a row's own goes
# Of a row, what its look depends on, and what only stands in it
Row = tuple[dict[str, Any], dict[str, Any]]


class Look(dict):
    """What a template sees in place of a row: what is alike as it is, all else as a place to fill."""

    def __missing__(self, name: str) -> str:
        return f"{FROM}{name}{TO}"


def drawn(
    template: str, rows: Iterable[tuple[Mapping[str, Hashable], Mapping[str, Any]]]
) -> SafeString:
    """Return the rows as their template draws them, one after the other.

    Takes for each row what its look depends on, whatever the template asks about or hands on to
    filters, and what only stands in it: that the template may only write out, as `row.name`.
    """
    looks: dict[tuple[Hashable, ...], str] = {}
    found = []
    for alike, differing in rows:
        known = tuple(alike.values())
        if known not in looks:
            looks[known] = _look(template, alike)
        found.append(
            looks[known] % {name: conditional_escape(differing[name]) for name in differing}
        )
    # Each value was escaped above, the rest is a template's.
    return mark_safe("".join(found))  # noqa: S308  # nosec B308 B703


def addresses(page: str) -> Callable[[UUID], str]:
    """Return what tells the address of a page about each of many; it is put together once."""
    somewhere = reverse(page, args=[NOWHERE])
    return lambda uuid: somewhere.replace(str(NOWHERE), str(uuid))


def _look(template: str, alike: Mapping[str, Hashable]) -> str:
    text = get_template(template).render({"row": Look(alike)})
    return PLACE.sub(r"%(\1)s", text.replace("%", "%%"))
