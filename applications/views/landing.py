"""The first page: what Kursmedel is, and where each person goes on from here."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.navigation import first_page
from schemes import clock
from schemes.base import Scheme
from schemes.registry import SCHEMES
from schemes.services import opened

NEARLY = Decimal("0.05")  # so little is left of a pool that it is told


@login_not_required
@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """Show the schemes to visitors; send people who have signed in to their start."""
    if request.user.is_authenticated:
        return redirect(first_page(request.user))
    return render(request, "applications/landing.html", {"schemes": _cards()})


def _cards() -> list[dict[str, Any]]:
    return [_card(scheme, on=clock.today(scheme.time_zone)) for scheme in SCHEMES]


def _card(scheme: Scheme, *, on: date) -> dict[str, Any]:
    return pool_card(scheme, on=on) | {
        "scheme": scheme,
        "lead": scheme.lead(on=on),
        "answer_on": scheme.answer_expected_on(submitted_on=on, starts_on=None),
    }


def pool_card(scheme: Scheme, *, on: date) -> dict[str, Any]:
    """Return what visitors read of the pool that pays on a day: its name, and what is left of it."""
    plan = scheme.pool_on(on)
    pool = opened(scheme.slug).get(plan.key)
    left, budget = (pool.remaining, pool.budget) if pool else (plan.budget, plan.budget)
    return {
        "pool": scheme.pool_title(plan.key),
        "left": left,
        "spent": left <= 0,
        "nearly": 0 < left <= budget * NEARLY,
    }
