"""The refund scheme's terms, day rates and pre-approved courses, to look things up."""

from django.contrib import admin

from schemes.admin import ReadOnly
from schemes.fastlege.models import DatedTerms, DayRate, ListedCourse


@admin.register(DatedTerms)
class DatedTermsAdmin(ReadOnly, admin.ModelAdmin):
    """The terms one after the other."""

    list_display = ("valid_from", "fee_cap", "units", "units_per", "municipality_day_rate")
    date_hierarchy = "valid_from"


@admin.register(DayRate)
class DayRateAdmin(ReadOnly, admin.ModelAdmin):
    """What a day of absence gives, from which day on."""

    list_display = ("valid_from", "whole", "half")
    ordering = ("-valid_from",)


@admin.register(ListedCourse)
class ListedCourseAdmin(ReadOnly, admin.ModelAdmin):
    """Which courses are approved beforehand, and for courses of which days."""

    list_display = ("title", "organiser", "starts_on", "valid_from", "valid_to")
    list_filter = ("valid_from",)
    search_fields = ("title", "organiser")
