"""What looks alike is drawn once and filled: nothing of what people wrote is taken for markup."""

from collections import Counter

import pytest
from django.template import Context, Engine, Template
from django.utils import translation
from django.utils.safestring import mark_safe

from drawing import looks

ROW = (
    '<td class="a%b">{% if good %}good{% else %}bad{% endif %}: {{ tone|upper }}</td>'
    "<td>{{ words }}</td>"
)
LANGUAGE = (
    "{% load i18n %}{% get_current_language as now %}{{ now }}: {% firstof words 'nothing' %}"
)
HOSTILE = [
    "<b>%s%(tone)s</b>",
    "{{ tone }}{% now 'Y' %}",
    "\ue000tone\ue001",
    "100 %",
    "\"'&",
    f"{looks.MARK}_words_{looks.MARK}",
]


class Counted(Template):
    """A template that counts how often it was drawn."""

    def render(self, context):
        self.drawn = getattr(self, "drawn", 0) + 1
        return super().render(context)


@pytest.fixture
def templates(monkeypatch):
    """Let there be some templates; return them by name."""
    texts = {"row": ROW, "language": LANGUAGE, "changes": "{{ words|upper }}", "tone": "{{ tone }}"}
    found = {name: Counted(text) for name, text in texts.items()}
    monkeypatch.setattr(Engine, "get_template", lambda engine, name: found[name])
    return found


def row(words, *, good=True, tone="x"):
    return {"good": good, "tone": tone}, {"words": words}


def escaped(text):
    return Template("{{ text }}").render(Context({"text": text}))


def test_each_look_is_drawn_once_and_every_row_is_filled(templates):
    found = looks.drawn("row", [row("one"), row("two", good=False), row("three"), row("four")])
    assert found == "".join(
        f'<td class="a%b">{good}: X</td><td>{words}</td>'
        for good, words in (("good", "one"), ("bad", "two"), ("good", "three"), ("good", "four"))
    )
    looks.drawn("row", [row("five")])
    assert templates["row"].drawn == 2


@pytest.mark.parametrize("words", HOSTILE)
def test_what_people_wrote_stays_what_they_wrote(templates, words):
    assert looks.drawn("row", [row(words)]).endswith(f"<td>{escaped(words)}</td>")
    if looks.MARK in words:
        return  # nobody can know it, but where it is typed it is text
    tone = escaped(words.upper())
    assert looks.filled("row", *row("x", tone=words)) == (
        f'<td class="a%b">good: {tone}</td><td>x</td>'
    )


def test_what_the_house_marked_up_stays_marked_up(templates):
    words = mark_safe("<time>1 May</time>")
    assert looks.drawn("row", [row(words)]).endswith("<td><time>1 May</time></td>")


@pytest.mark.parametrize("order", [(str, mark_safe), (mark_safe, str)])
def test_plain_text_does_not_get_the_look_of_markup_that_reads_the_same(templates, order):
    found = {kind: looks.filled("tone", {"tone": kind("<i>")}, {}) for kind in order}
    assert found == {str: "&lt;i&gt;", mark_safe: "<i>"}


def test_markup_within_a_tuple_is_told_from_plain_text_as_well():
    assert looks.known((("<i>",),)) != looks.known(((mark_safe("<i>"),),))
    assert looks.known((1,)) != looks.known((True,))
    assert looks.known({"a": ["<i>"]}) != looks.known({"a": [mark_safe("<i>")]})


def test_each_language_has_its_look_and_what_is_empty_as_well(templates):
    for language, words, found in (
        ("sv", "ord", "sv: ord"),
        ("nb", "ord", "nb: ord"),
        ("sv", "", "sv: nothing"),
        ("sv", None, "sv: nothing"),
    ):
        with translation.override(language):
            assert looks.filled("language", {}, {"words": words}) == found


def test_a_template_may_not_change_what_it_should_only_write_out(templates):
    with pytest.raises(ValueError, match="only write out"):
        looks.filled("changes", {}, {"words": "x"})


@pytest.mark.parametrize("value", [object(), {1}, Counter(), (1, [object()])])
def test_what_is_no_plain_value_is_no_part_of_a_look(templates, value):
    with pytest.raises(TypeError, match="cannot be part of a look"):
        looks.filled("row", {"good": value}, {})


def test_no_more_looks_are_kept_than_a_process_needs(templates, monkeypatch):
    monkeypatch.setattr(looks, "LOOKS_KEPT", 3)
    monkeypatch.setattr(looks, "_looks", {})
    for tone in "abcdefgh":
        assert f": {tone.upper()}<" in looks.filled("row", *row("x", tone=tone))
        assert len(looks._looks) <= 3


def test_a_component_sees_what_it_is_given_and_nothing_else():
    page = Template(
        '{% load looks %}{% look "components/back_link.html" filled url=url label=label %}'
    )
    found = page.render(Context({"url": "/?a=1&b=<", "label": "<b>", "request": "r"}))
    assert 'href="/?a=1&amp;b=&lt;"' in found
    assert "&lt;b&gt;</a>" in found
