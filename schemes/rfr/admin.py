"""RFR's figures and zones, to look things up."""

from django.contrib import admin

from schemes.admin import ReadOnly
from schemes.rfr.models import DatedTerms, Zone


@admin.register(DatedTerms)
class DatedTermsAdmin(ReadOnly, admin.ModelAdmin):
    """The terms of each year beside each other."""

    list_display = (
        "valid_from",
        "cap_sweden",
        "cap_europe",
        "cap_world",
        "cap_digital",
        "budget_first_half",
        "budget_second_half",
    )
    date_hierarchy = "valid_from"


@admin.register(Zone)
class ZoneAdmin(ReadOnly, admin.ModelAdmin):
    """Which country counts as Sweden, Europe or outside, from which year on."""

    list_display = ("country", "zone", "valid_from")
    list_filter = ("zone", "valid_from")
    search_fields = ("country",)
    ordering = ("country", "valid_from")
