"""Decisions in the administration: to look things up. Nothing is changed there."""

from django.contrib import admin

from decisions.models import Decision, Lowering, Recusal, Signature
from schemes.admin import ReadOnly


@admin.register(Decision)
class DecisionAdmin(ReadOnly, admin.ModelAdmin):
    """With the terms and the findings of the day on which it was made."""

    list_display = ["application", "outcome", "amount", "decided_on", "pool"]
    list_filter = ["application__scheme", "outcome", "pool"]
    list_select_related = ["application", "pool"]
    search_fields = ["application__participant", "application__course_title"]
    date_hierarchy = "decided_on"


@admin.register(Signature)
class SignatureAdmin(ReadOnly, admin.ModelAdmin):
    """Every signature, also those that no longer count."""

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
class LoweringAdmin(ReadOnly, admin.ModelAdmin):
    """What was lowered, by whom and why."""

    list_display = ["application", "amount", "by", "at"]
    list_select_related = ["application", "by"]


@admin.register(Recusal)
class RecusalAdmin(ReadOnly, admin.ModelAdmin):
    """Who stood aside, and why."""

    list_display = ["application", "user", "at"]
    list_select_related = ["application", "user"]
