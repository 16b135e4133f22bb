"""People and their mandates, to look things up; what the admin shows follows the mandates."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from accounts import capacities
from accounts.models import Mandate, User
from schemes.admin import OfScheme, ReadOnly

# What Django's admin says and its own Norwegian catalogue lacks: our catalogues are read before it.
LACKED = [
    gettext_noop("Add link"),
    gettext_noop("Change or view list link"),
    gettext_noop("Model name"),
    gettext_noop("Breadcrumbs"),
    gettext_noop("Sidebar"),
    gettext_noop("Skip to main content"),
    gettext_noop("Filter navigation items"),
    gettext_noop("Start typing to filter…"),
    gettext_noop("Show counts"),
    gettext_noop("Hide counts"),
]

admin.site.site_header = admin.site.site_title = "Kursmedel"
admin.site.index_title = pgettext_lazy("menu", "Administration")


class ByCapacity(admin.SimpleListFilter):
    """Narrows the mandates to those of one capacity, by its words."""

    title = _("capacity")
    parameter_name = "capacity"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return every capacity with its words."""
        return capacities.choices()

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Return the mandates of the chosen capacity, or all."""
        return queryset.filter(capacity=self.value()) if self.value() else queryset


@admin.register(Mandate)
class MandateAdmin(OfScheme):
    """Who is or was appointed to what."""

    list_display = ["user", "role", "scheme_title", "valid_from", "valid_to"]
    list_filter = [ByCapacity, "deputy", "valid_from"]
    list_select_related = ["user", "organisation"]
    search_fields = ["user__name", "user__email", "ground"]

    @admin.display(description=_("capacity"))
    def role(self, mandate: Mandate) -> str:
        """Return what the person is appointed to, in words."""
        return mandate.label


@admin.register(User)
class UserAdmin(ReadOnly, admin.ModelAdmin):
    """People; the personal number is not shown, and passwords are their own business."""

    list_display = ["name", "email", "specialty", "is_active"]
    search_fields = ["name", "email"]
    ordering = ["name"]
    fields = ["name", "email", "hsa_id", "specialty", "language", "is_active", "last_login"]
