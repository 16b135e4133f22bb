"""Draws the rows of components, each look once in a process."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.http import QueryDict
from django.utils.safestring import SafeString

from database.paging import first_page
from drawing import looks
from schemes.templatetags.kursmedel import lines, listed, moment, rule_sentence

register = template.Library()


Said = Any  # a row as an object, or as it was kept: by name


@register.simple_tag
def rows(component: str, said: Iterable[Said], alike: str, filled: str) -> SafeString:
    """Return rows one after the other: the names of what their look depends on, and of what stands in it."""
    return looks.drawn(component, (_row(each, alike.split(), filled.split()) for each in said))


def _row(said: Said, alike: Iterable[str], filled: Iterable[str]) -> looks.Row:
    return {name: _of(said, name) for name in alike}, {name: _of(said, name) for name in filled}


@register.simple_tag
def finding_rows(findings: Iterable[Said], rules: Mapping[str, Any]) -> SafeString:
    """Return findings one after the other, each with the sentence of its rule."""
    return looks.drawn("components/finding.html", (_finding(each, rules) for each in findings))


def _finding(finding: Said, rules: Mapping[str, Any]) -> looks.Row:
    rule = _of(finding, "rule")
    alike = {"level": _of(finding, "level"), "rule": rule, "sentence": rule_sentence(rules, rule)}
    return alike, {"text": _of(finding, "text")}


@register.simple_tag
def arithmetic_rows(arithmetic: Iterable[Said], currency: str) -> SafeString:
    """Return the lines of an arithmetic, each amount with its unit."""
    return looks.drawn(
        "components/arithmetic_line.html", (_line(each, currency) for each in arithmetic)
    )


def _line(line: Said, currency: str) -> looks.Row:
    amount = listed(_of(line, "amount"), currency)
    return {"total": bool(_of(line, "total"))}, {"label": _of(line, "label"), "amount": amount}


@register.simple_tag
def event_rows(events: Iterable[Said]) -> SafeString:
    """Return events one after the other: title, moment and who; text and link where there are some."""
    return looks.drawn("components/event.html", map(_event, events))


def _event(event: Said) -> looks.Row:
    said = {name: _of(event, name) for name in ("title", "who", "text", "url", "link")}
    return {"tone": _of(event, "tone")}, said | {"at": moment(_of(event, "at"))}


@register.simple_tag
def summary_rows(rows: Iterable[Said]) -> SafeString:
    """Return answers one after the other, each line by line, with a link to change it where it has one."""
    return looks.drawn("components/summary_row.html", map(_answer, rows))


def _answer(row: Said) -> looks.Row:
    said = {name: _of(row, name) for name in ("key", "url", "change")}
    written = (({}, {"line": each}) for each in lines(_of(row, "value")))
    said["lines"] = looks.drawn("components/summary_line.html", written)
    return {"tone": _of(row, "tone"), "optional": bool(_of(row, "optional"))}, said


def _of(row: Said, name: str) -> Any:
    return row.get(name) if isinstance(row, Mapping) else getattr(row, name, None)


@register.simple_tag
def address_with(params: QueryDict, name: str) -> dict[str, str]:
    """Return what stands before and after a value in the address that asks for it, on its first page.

    `first` is the address that asks for none.
    """
    before, _mark, after = first_page(params, **{name: looks.MARK}).partition(looks.MARK)
    return {"before": before, "after": after, "first": first_page(params, name)}
