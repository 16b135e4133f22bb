"""Who may act in which capacity on a day."""

from datetime import date
from typing import Any

from django.db.models import QuerySet

from accounts.models import Mandate


def held_by(user: Any, *, on: date) -> QuerySet[Mandate]:
    """Return the mandates that a person holds on a day, in any scheme."""
    return Mandate.objects.valid_on(on).filter(user_id=user.pk).select_related("organisation")


def holds(user: Any, *capacities: str, scheme: str, on: date) -> bool:
    """Tell whether a person holds any of the capacities in a scheme on a day."""
    return held_by(user, on=on).filter(scheme=scheme, capacity__in=capacities).exists()


def schemes_of(user: Any, *capacities: str, on: date) -> set[str]:
    """Return the slugs of the schemes in which a person holds any of the capacities on a day."""
    held = held_by(user, on=on).filter(capacity__in=capacities)
    return set(held.values_list("scheme", flat=True))


def holders(capacity: str, *, scheme: str, on: date) -> QuerySet[Mandate]:
    """Return the mandates of everyone who holds a capacity on a day, deputies last."""
    held = Mandate.objects.valid_on(on).filter(scheme=scheme, capacity=capacity)
    return held.select_related("user").order_by("deputy", "pk")
