"""Draws once what looks alike: a template draws each look once in a process, and it is filled each time."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from html import escape
from secrets import token_hex
from typing import Any
from uuid import UUID, uuid4

from django.template import Context, Engine, Template
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

# Around a name, where the template puts what differs. Nobody can type it: each process has its own.
MARK = token_hex(8)
PLACE = re.compile(f"{MARK}_(\\w+?)_{MARK}")
PLAIN = frozenset((str, SafeString, bool, int, Decimal, date, datetime, UUID, type(None)))
LOOKS_KEPT = 1000  # some pages have ten, lists a few dozen
NOWHERE = uuid4()  # in an address where a row's own goes
# What a look depends on, and what only stands in it
Row = tuple[Mapping[str, Any], Mapping[str, Any]]

_looks: dict[tuple[Any, ...], str] = {}


class Place(str):
    """What a template sees in place of what differs: it may write it out, and nothing else."""

    __slots__ = ()

    @classmethod
    def of(cls, name: str) -> "Place":
        """Return the place that is filled with the value of a name."""
        return cls(f"{MARK}_{name}_{MARK}")


def filled(template: str, alike: Mapping[str, Any], differing: Mapping[str, Any]) -> SafeString:
    """Return what a template draws from what it is given, and from nothing else but the language.

    Takes what the look depends on, whatever the template asks about, goes through or hands on to
    filters: plain values, and lists and dictionaries of them; and what the template only writes out
    or asks whether it is there. One of the latter may be a UUID that stands in addresses. Raises
    TypeError for what cannot be part of a look, ValueError where the template does more with what
    it should only write out.
    """
    found = Engine.get_default().get_template(template)
    return fill(*_looked_up(found, get_language(), alike, differing))


def drawn(template: str, rows: Iterable[Row]) -> SafeString:
    """Return rows as their template draws them, one after the other; takes for each what `filled` takes."""
    found, language = Engine.get_default().get_template(template), get_language()
    looks = (_looked_up(found, language, *row) for row in rows)
    # Each was escaped value by value.
    return mark_safe("".join([look % values for look, values in looks]))  # noqa: S308  # nosec B308 B703


def fill(look: str, values: Mapping[str, str]) -> SafeString:
    """Return a kept look with its places filled; takes values that are escaped."""
    return mark_safe(look % values)  # noqa: S308  # nosec B308 B703


def kept(draw: Callable[[], str], *key: Any) -> str:
    """Return the look of a key, the language among it, drawn if it is not known yet."""
    look = _looks.get(key)
    if look is None:
        if len(_looks) >= LOOKS_KEPT:
            _looks.clear()
        look = _looks[key] = _with_places(draw())
    return look


def known(value: Any) -> tuple[Any, ...]:
    """Return what a value is known by in a look: text that is markup is no plain text.

    Raises TypeError for what is no plain value: who knows what a template would find in it.
    """
    if type(value) in PLAIN or isinstance(value, Enum):
        return type(value), value
    if isinstance(value, Promise):
        return str, str(value)
    if isinstance(value, list | tuple):
        return type(value), *map(known, value)
    if type(value) is dict:
        return dict, *((name, known(each)) for name, each in value.items())
    raise TypeError(f"{type(value)} cannot be part of a look")


def addresses(page: str) -> Callable[[UUID], str]:
    """Return what tells the address of a page about each of many; it is put together once."""
    somewhere = reverse(page, args=[NOWHERE])
    return lambda uuid: somewhere.replace(str(NOWHERE), str(uuid))


def _looked_up(
    template: Template,
    language: str | None,
    alike: Mapping[str, Any],
    differing: Mapping[str, Any],
) -> tuple[str, dict[str, str]]:
    """Return the look of something, and what its places are filled with, escaped."""
    values = {
        name: text
        for name, value in differing.items()
        if value is not None and (text := _escaped(value))
    }
    addressed = ""
    if UUID in map(type, differing.values()):
        addressed = next(name for name in values if type(differing[name]) is UUID)
    given = tuple(map(known, alike.values()))

    def draw() -> str:
        places = {name: Place.of(name) for name in values}
        # An address takes a UUID and nothing else.
        seen = places | ({addressed: NOWHERE} if addressed else {})
        return template.render(Context({**alike, **seen})).replace(
            str(NOWHERE), places.get(addressed, "")
        )

    key = template, language, tuple(alike), given, tuple(values), addressed
    return kept(draw, *key), values


def _escaped(value: Any) -> str:
    # As Django's own does it, but at once for plain text: of that a list has hundreds.
    return escape(value) if type(value) is str else conditional_escape(value)


def _with_places(text: str) -> str:
    look = PLACE.sub(r"%(\1)s", text.replace("%", "%%"))
    if MARK in look.lower():
        raise ValueError("A template changes what it should only write out.")
    return look
