"""Who may read an application's papers: its owner, and those who work with it today."""

from typing import Any

from django.db.models import Q, QuerySet

from accounts.mandates import current_schemes, money_seen_by
from accounts.office import OFFICE
from applications.models import LIVE, Application, State

WITH_MONEY = (*LIVE, State.ENDED)


def readable_by(user: Any) -> QuerySet[Application]:
    """Return the applications whose papers a person may read now.

    One's own; those that were sent in to a scheme in which one signs, administers or audits; and,
    for finance, those with a grant to its own administration.
    """
    office = current_schemes(user, *OFFICE)
    sent_in = Q(scheme__in=office, submitted_at__isnull=False)
    paid = money_seen_by(user) & Q(state__in=WITH_MONEY)
    return Application.objects.filter(Q(applicant_id=user.pk) | sent_in | paid)
