"""Who may act in which capacity on a day."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import wraps
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse

from accounts.capacities import ADMINISTRATOR, AUDITOR, FINANCE, SIGNATORY
from accounts.models import Mandate

__all__ = ["ADMINISTRATOR", "AUDITOR", "FINANCE", "SIGNATORY"]


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


def administrators_left(scheme: str, *, after: date) -> QuerySet[Mandate]:
    """Return the mandates of who administers a scheme on the day after a day, their account open.

    Locks the mandates of all its administrators before, in one order: of two who end each other at
    once the second waits, and sees that the first is gone.
    """
    every = Mandate.objects.filter(scheme=scheme, capacity=ADMINISTRATOR).order_by("pk")
    list(every.select_for_update(no_key=True))
    held = holders(ADMINISTRATOR, scheme=scheme, on=after + timedelta(days=1))
    return held.filter(user__is_active=True)


# What a page asks about the person who looks at it: today, one query however often it is asked


def current(user: Any, *capacities: str) -> list[Mandate]:
    """Return the mandates that the person of this request holds today, in any of the capacities.

    Without capacities all of them; SIGNATORY stands for every capacity in which a scheme signs.
    """
    held = user.mandates_today if user.is_authenticated else []
    return [each for each in held if not capacities or _is_one_of(each, capacities)]


def _is_one_of(mandate: Mandate, capacities: tuple[str, ...]) -> bool:
    return mandate.capacity in capacities or (SIGNATORY in capacities and mandate.signs)


def current_schemes(user: Any, *capacities: str) -> set[str]:
    """Return the slugs of the schemes in which the person holds any of the capacities today."""
    return {mandate.scheme for mandate in current(user, *capacities)}


def requires(*capacities: str) -> Callable:
    """Open a view to those who hold any of the capacities today; for all others it is not there."""

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not current(request.user, *capacities):
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def money_seen_by(user: Any, *, scheme: str = "scheme", organisation: str = "organisation") -> Q:
    """Return the condition for what finance may see: its own administration, or the whole scheme.

    Takes the names of the two columns, as in `money_seen_by(user, scheme="application__scheme")`.
    """
    seen = Q(pk__in=[])
    for mandate in current(user, FINANCE):
        row = Q(**{scheme: mandate.scheme})
        if mandate.organisation_id:
            row &= Q(**{organisation: mandate.organisation_id})
        seen |= row
    return seen
