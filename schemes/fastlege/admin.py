"""Where the scheme administrator enters the refund scheme's terms, day rates and pre-approved courses."""

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from schemes import clock
from schemes.fastlege import funding
from schemes.fastlege.models import DatedTerms, DayRate, ListedCourse
from schemes.fastlege.new_terms import DatedTermsForm


@admin.register(DatedTerms)
class DatedTermsAdmin(admin.ModelAdmin):
    """Newer terms are added beside the old ones; none is deleted, for old courses need theirs."""

    form = DatedTermsForm
    list_display = ("valid_from", "fee_cap", "units", "units_per", "municipality_day_rate")
    date_hierarchy = "valid_from"
    save_as = True
    fieldsets = (
        (None, {"fields": ("valid_from", "source")}),
        (_("The scheme (L1)"), {"fields": (("first_day", "last_day"),)}),
        (
            _("How much (L6–L9)"),
            {
                "fields": (
                    "fee_cap",
                    ("units", "units_per"),
                    ("whole_day_above", "half_day_from"),
                    "municipality_day_rate",
                )
            },
        ),
        (_("The money (L5)"), {"fields": ("appropriation", "overtaking")}),
        (
            _("When it is answered and paid, and who answers questions (L13)"),
            {"fields": (("answer_days", "payment_days"), "payer", "contact")},
        ),
    )

    def save_model(
        self, request: HttpRequest, obj: DatedTerms, form: forms.ModelForm, change: bool
    ) -> None:
        """Keep the row, and let the pool have the appropriation that is in force now (L5)."""
        super().save_model(request, obj, form, change)
        funding.follow_terms(at=clock.now(), by=request.user)

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(DayRate)
class DayRateAdmin(admin.ModelAdmin):
    """Newer rates are added beside the old ones; none is deleted, for old days need theirs."""

    list_display = ("valid_from", "whole", "half")
    ordering = ("-valid_from",)

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(ListedCourse)
class ListedCourseAdmin(admin.ModelAdmin):
    """Which courses are approved beforehand, and for courses of which days."""

    list_display = ("title", "organiser", "starts_on", "valid_from", "valid_to")
    list_filter = ("valid_from",)
    search_fields = ("title", "organiser")
