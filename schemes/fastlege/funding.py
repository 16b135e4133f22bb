"""The appropriation as a pool: it holds what the terms in force give it (L5)."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext

from schemes import services
from schemes.fastlege import tables
from schemes.fastlege.facts import OSLO
from schemes.models import Pool


def granted() -> Decimal:
    """Return how much of the appropriation is granted, in kroner."""
    pools = Pool.objects.filter(scheme=tables.SLUG)
    return pools.aggregate(sum=Sum("committed"))["sum"] or Decimal(0)


def follow_terms(*, at: datetime, by: Any) -> None:
    """Let the pool, if it is open, have the appropriation of the terms in force at a moment.

    Raises schemes.services.PoolTooSmall when more is granted.
    """
    budget = tables.in_force(at.astimezone(OSLO).date()).appropriation
    for pool in Pool.objects.filter(scheme=tables.SLUG):
        note = gettext("The administrator has set the appropriation.")
        services.set_budget(pool=pool, budget=budget, at=at, by=by, note=note)
