"""Gives each posted form its key, beside the token that Django wants to see in it anyway."""

from typing import Any

from django import template
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html

from accounts import once

register = template.Library()
# A browser that restores a form on reload must not bring back the key that was used.
KEY = '{}<input type="hidden" name="{}" value="{}" autocomplete="off">'


class KeyedToken(CsrfTokenNode):
    """Django's own token, and a key under which the form has one effect."""

    def render(self, context: Context) -> str:
        """Return both hidden fields; only the token where nobody's request is known."""
        token = super().render(context)
        request: Any = getattr(context, "request", None) or context.get("request")
        if not token or not hasattr(request, "user"):
            return token
        return format_html(KEY, token, once.FIELD, once.new_key(request.user))


@register.tag
def csrf_token(parser: Parser, token: Token) -> KeyedToken:
    """Draw `{% csrf_token %}`, everywhere: the settings put this tag before Django's."""
    return KeyedToken()
