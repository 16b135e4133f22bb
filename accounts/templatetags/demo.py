"""The people of the demo on the sign-in page."""

from typing import Any

from django import template
from django.conf import settings

from accounts import demo

register = template.Library()


@register.inclusion_tag("accounts/demo_people.html", takes_context=True)
def demo_people(context: dict[str, Any]) -> dict[str, Any]:
    """Draw a button for each of the demo's people; nothing outside the demo."""
    return {
        "groups": demo.groups() if settings.KURSMEDEL_DEMO else [],
        "next": context.get("redirect_field_value") or context["request"].GET.get("next", ""),
        "csrf_token": context.get("csrf_token"),
    }
