"""Rows that look alike are drawn once and filled: nothing of what people wrote is taken for markup."""

import pytest
from django.template import engines

from schemes import looks

ROW = (
    '<td class="a%b">{% if row.good %}good{% else %}bad{% endif %}: {{ row.tone|upper }}</td>'
    "<td>{{ row.words }}</td>"
)


@pytest.fixture
def templates(monkeypatch):
    """Let there be one template; return how often each look was drawn."""
    template, seen = engines["django"].from_string(ROW), []

    class Counted:
        def render(self, context):
            seen.append(dict(context["row"]))
            return template.render(context)

    monkeypatch.setattr(looks, "get_template", lambda name: Counted())
    return seen


def row(words, *, good=True, tone="x"):
    return {"good": good, "tone": tone}, {"words": words}


def test_each_look_is_drawn_once_and_every_row_is_filled(templates):
    found = looks.drawn("row", [row("one"), row("two", good=False), row("three"), row("four")])
    assert found == "".join(
        f'<td class="a%b">{good}: X</td><td>{words}</td>'
        for good, words in (("good", "one"), ("bad", "two"), ("good", "three"), ("good", "four"))
    )
    assert len(templates) == 2


@pytest.mark.parametrize(
    "words", ["<b>%s%(tone)s</b>", "{{ row.tone }}", "\ue000tone\ue001", "100 %"]
)
def test_what_people_wrote_stays_what_they_wrote(templates, words):
    escaped = words.replace("<", "&lt;").replace(">", "&gt;")
    assert looks.drawn("row", [row(words)]).endswith(f"<td>{escaped}</td>")


def test_what_the_house_marked_up_stays_marked_up(templates):
    words = looks.mark_safe("<time>1 May</time>")
    assert looks.drawn("row", [row(words)]).endswith("<td><time>1 May</time></td>")
