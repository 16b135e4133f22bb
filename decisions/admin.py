"""Decisions in the administration: to look things up. Nothing is changed there."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from applications.models import Application
from decisions.models import Decision, Lowering, Recusal, Signature
from schemes.admin import ReadOnly


class BetweenSignatories(ReadOnly, admin.ModelAdmin):
    """Shows what the signatories say, save in a case to which one is party: there what is `told`."""

    told: Any = Q(pk=None)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Return the rows that this person may read."""
        own = Q(application__in=Application.objects.to_which_party(request.user))
        return super().get_queryset(request).exclude(own & ~self.told)


@admin.register(Decision)
class DecisionAdmin(ReadOnly, admin.ModelAdmin):
    """With the terms and the findings of the day on which it was made."""

    list_display = ["application", "outcome", "amount", "decided_on", "pool"]
    list_filter = ["application__scheme", "outcome", "pool"]
    list_select_related = ["application", "pool"]
    search_fields = ["application__participant", "application__course_title"]
    date_hierarchy = "decided_on"


@admin.register(Signature)
class SignatureAdmin(BetweenSignatories):
    """Every signature, also those that no longer count."""

    told = Q(voided_at=None, application__decided_at__isnull=False)
    list_display = [
        "application",
        "name",
        "capacity",
        "deputy",
        "outcome",
        "signed_at",
        "voided_at",
    ]
    list_filter = ["application__scheme", "capacity", "outcome"]
    list_select_related = ["application"]
    search_fields = ["name", "application__participant", "application__course_title"]


@admin.register(Lowering)
class LoweringAdmin(BetweenSignatories):
    """What was lowered, by whom and why."""

    list_display = ["application", "amount", "by", "at"]
    list_select_related = ["application", "by"]


@admin.register(Recusal)
class RecusalAdmin(BetweenSignatories):
    """Who stood aside, and why."""

    list_display = ["application", "user", "at"]
    list_select_related = ["application", "user"]
