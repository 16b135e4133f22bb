"""Draws once in a process what looks alike: components that many pages share, and fields of forms."""

from typing import Any

from django import template
from django.template.base import (
    FilterExpression,
    Node,
    Parser,
    TemplateSyntaxError,
    Token,
    token_kwargs,
)
from django.template.context import Context

from drawing import field_looks, looks

register = template.Library()
register.filter("as_form", field_looks.drawn_form)
register.filter("as_field", field_looks.drawn_field)

Given = dict[str, FilterExpression]


class Look(Node):
    """A component that is drawn once for what it is given, and filled with the rest."""

    def __init__(self, component: FilterExpression, alike: Given, differing: Given) -> None:
        self.component, self.alike, self.differing = component, alike, differing

    def render(self, context: Context) -> str:
        """Return the component as it stands in the page."""
        return looks.filled(
            self.component.resolve(context),
            _resolved(self.alike, context),
            _resolved(self.differing, context),
        )


@register.tag
def look(parser: Parser, token: Token) -> Look:
    """Draw `{% look "components/x.html" with tone=tone filled title=title %}`.

    The component sees what stands behind `with` and `filled`, and nothing else. It is drawn once in a process
    for each language and each value of the former; of the latter it may only ask whether it is there, and
    write it out. Each value that is filled in is escaped then, unless it is markup of ours.
    """
    _name, component, *said = token.split_contents()
    alike = _given("with", said, parser)
    differing = _given("filled", said, parser)
    if said:
        raise TemplateSyntaxError(f"Not understood: {said}")
    return Look(parser.compile_filter(component), alike, differing)


def _given(word: str, said: list[str], parser: Parser) -> Given:
    """Take what is given behind a word from what is said; nothing where it is not said."""
    if said[:1] != [word]:
        return {}
    del said[0]
    return token_kwargs(said, parser)


def _resolved(given: Given, context: Context) -> dict[str, Any]:
    return {name: value.resolve(context) for name, value in given.items()}
