"""Rows of components say what they are given, as text, be it objects or what was kept of them."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.http import QueryDict
from django.template import Context, Template
from django.utils import translation
from django.utils.html import escape, strip_tags

from schemes.findings import Finding, Line
from tests.drawing.test_looks import HOSTILE

AT = datetime(2026, 11, 2, 13, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def drawn(tag, **given):
    return Template("{% load rows %}{% " + tag + " %}").render(Context(given))


@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_wrote_is_text_in_every_row(text):
    every = {
        "finding_rows said rules": [Finding.look("R1", text)],
        "arithmetic_rows said 'SEK'": [Line(text, Decimal(1))],
        "event_rows said": [{"title": text, "at": AT, "who": text, "text": text, "link": text}],
        "summary_rows said": [{"key": text, "value": [text, "b"]}, {"key": "a", "value": text}],
        "rows 'components/key_figure.html' said 'tone' 'label value note'": [
            {"label": text, "value": text, "note": text, "tone": "bad"}
        ],
        "rows 'components/tab.html' said 'current' 'label url count'": [
            {"label": text, "url": f"?q={text}", "count": 1, "current": False}
        ],
    }
    for tag, said in every.items():
        found = drawn(tag, said=said, rules={})
        assert escape(text) in found, tag
        assert found.count("<") == drawn(tag, said=_plain(said), rules={}).count("<"), tag


def _plain(said):
    """Return the same rows with harmless words."""
    if isinstance(said, list):
        return [_plain(each) for each in said]
    if isinstance(said, dict):
        return {name: _plain(each) for name, each in said.items()}
    if isinstance(said, Finding):
        return Finding.look("R1", "a")
    if isinstance(said, Line):
        return Line("a", said.amount)
    return "a" if isinstance(said, str) else said


def test_a_row_reads_the_same_as_an_object_and_as_it_was_kept():
    finding, line = Finding.refuse("R1", "Too late."), Line("Sum", Decimal("6000.50"), total=True)
    for tag, said in (("finding_rows said rules", finding), ("arithmetic_rows said 'NOK'", line)):
        assert drawn(tag, said=[said], rules={}) == drawn(tag, said=[said.as_json()], rules={})


def test_each_line_of_an_arithmetic_has_its_unit_so_that_the_figures_stand_in_a_column():
    lines = [Line("Half", Decimal(6000)), Line("Sum", Decimal(6000), total=True)]
    found = drawn("arithmetic_rows said 'NOK'", said=lines)
    assert strip_tags(found).count("6\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}kr") == 2
    assert found.count('class="total"') == 1


def test_nothing_is_told_from_naught():
    found = drawn(
        "rows 'components/tab.html' said 'current' 'label count'",
        said=[{"label": "a", "count": 0}, {"label": "b", "count": None}],
    )
    assert found.count('<span class="count">0</span>') == found.count("count") == 1
    assert "Not answered" in drawn("summary_rows said", said=[{"key": "a", "value": ""}])


def test_a_column_is_sorted_with_the_filters_that_stand_and_on_the_first_page():
    head = "{% load rows %}{% address_with params 'sort' as a %}{{ a.before }}course{{ a.after }}"
    for asked, found in (
        ("", "?sort=course"),
        ("q=%3Cb%3E&page=2", "?q=%3Cb%3E&amp;sort=course"),
        ("sort=-asked&place=", "?sort=course&amp;place="),
    ):
        assert Template(head).render(Context({"params": QueryDict(asked)})) == found
