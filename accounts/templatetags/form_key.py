"""Gives each posted form its key, beside the token that Django wants to see in it anyway."""

from typing import Any

from django import template
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html

from accounts import once
from drawing.looks import Place

register = template.Library()
# A browser that restores a form on reload must not bring back the key that was used.
KEY = '{}<input type="hidden" name="{}" value="{}" autocomplete="off">'


class KeyedToken(CsrfTokenNode):
    """Django's own token, and a key under which the form has one effect."""

    def __init__(self, name: str = "") -> None:
        self.name = name

    def render(self, context: Context) -> str:
        """Return both hidden fields, or keep them under a name for a component that is drawn once."""
        if not self.name:
            return self.fields(context)
        context[self.name] = self.fields(context)
        return ""

    def fields(self, context: Context) -> str:
        """Return both hidden fields; only the token where nobody's request is known."""
        if isinstance(place := context.get("csrf_token"), Place):
            return place  # where both are filled in
        request: Any = getattr(context, "request", None) or context.get("request")
        if not hasattr(request, "user"):
            return super().render(context)
        if not getattr(request, "form_fields", ""):  # the same in every form of a page
            token = super().render(context)
            request.form_fields = token and format_html(
                KEY, token, once.FIELD, once.new_key(request.user)
            )
        return request.form_fields


@register.tag
def csrf_token(parser: Parser, token: Token) -> KeyedToken:
    """Draw `{% csrf_token %}`, everywhere: the settings put this tag before Django's.

    `{% csrf_token as fields %}` draws nothing: a component that is drawn once is `filled csrf_token=fields`.
    """
    return KeyedToken(*token.split_contents()[2:])
