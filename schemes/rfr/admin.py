"""Where the scheme administrator enters RFR's figures and zones."""

from django.contrib import admin
from django.contrib.admin import widgets
from django.db import models
from django.utils.translation import gettext_lazy as _

from schemes.rfr.models import DatedTerms, Zone


@admin.register(DatedTerms)
class DatedTermsAdmin(admin.ModelAdmin):
    """Newer terms are added beside the old ones; none is deleted, for old courses need theirs."""

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
    save_as = True
    # A budget has seven figures; the usual field shows five.
    formfield_overrides = {
        models.PositiveIntegerField: {"widget": widgets.AdminBigIntegerFieldWidget}
    }
    fieldsets = (
        (None, {"fields": ("valid_from", "source")}),
        (
            _("How much (R12–R18)"),
            {
                "fields": (
                    ("cap_sweden", "cap_europe", "cap_world", "cap_digital"),
                    "share",
                    "unit_confirmation",
                )
            },
        ),
        (
            _("The pools (R26, R27)"),
            {
                "fields": (
                    ("budget_first_half", "budget_second_half"),
                    "partial_grants",
                    "overtaking",
                )
            },
        ),
        (
            _("When it is decided and reported (R28–R32)"),
            {
                "description": _("A year in which no decision break is entered has these breaks."),
                "fields": (
                    ("summer_break_first_week", "summer_break_last_week"),
                    ("winter_break_first_day", "winter_break_last_day"),
                    "answer_days",
                    "report_days",
                ),
            },
        ),
        (
            _("The invoice (R34, R35)"),
            {
                "fields": (
                    ("invoice_months", "invoice_days"),
                    ("buyer_name", "customer_number", "orderer_id"),
                )
            },
        ),
    )

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Zone)
class ZoneAdmin(admin.ModelAdmin):
    """Which country counts as Sweden, Europe or outside, from which year on."""

    list_display = ("country", "zone", "valid_from")
    list_filter = ("zone", "valid_from")
    search_fields = ("country",)
    ordering = ("country", "valid_from")
