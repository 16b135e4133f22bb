"""What every page knows about the person who looks at it: the menu, the capacities, and the demo."""

from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from accounts import mandates, navigation


def person(request: HttpRequest) -> dict[str, Any]:
    """Return `navigation`, `capacities` (their words) and `demo`; reads the mandates once.

    The menu is put together where the page has none of its own.
    """
    user = getattr(request, "user", None)
    known = bool(user and user.is_authenticated)
    return {
        "navigation": partial(navigation.menu, user, request.path) if known else [],
        "capacities": [mandate.label for mandate in mandates.current(user)] if known else [],
        "demo": settings.KURSMEDEL_DEMO,
    }
