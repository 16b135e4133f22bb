"""Where the scheme administrator appoints people; what the admin shows follows the mandates."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import capacities, mandates
from accounts.models import Mandate, User
from schemes import registry


class MandateForm(forms.ModelForm):
    """A mandate, its scheme and capacity chosen from what the schemes know."""

    scheme = forms.ChoiceField(label=_("Scheme"), choices=registry.choices)
    capacity = forms.ChoiceField(label=_("Capacity"), choices=capacities.choices)

    class Meta:
        model = Mandate
        fields = [
            "user",
            "scheme",
            "capacity",
            "organisation",
            "deputy",
            "ground",
            "valid_from",
            "valid_to",
        ]


@admin.register(Mandate)
class MandateAdmin(admin.ModelAdmin):
    """Mandates are ended, not deleted: what was signed under them must stay readable."""

    form = MandateForm
    list_display = ["user", "label", "scheme", "valid_from", "valid_to"]
    list_filter = ["capacity", "deputy", "valid_from"]
    list_select_related = ["user", "organisation"]
    search_fields = ["user__name", "user__email", "ground"]
    autocomplete_fields = ["user"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Mandate]:
        """Return the mandates of the schemes that this person administers or audits."""
        every = super().get_queryset(request)
        if request.user.is_superuser:
            return every
        return every.filter(scheme__in=_schemes_of(request))

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> type[forms.ModelForm]:
        """Return the form with the schemes that this person administers."""
        form = super().get_form(request, *args, **kwargs)
        if not request.user.is_superuser and "scheme" in form.base_fields:
            own = _schemes_of(request)
            form.base_fields["scheme"].choices = [
                choice for choice in registry.choices() if choice[0] in own
            ]
        return form


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    """People; the personal number is not shown, and passwords are their own business."""

    list_display = ["name", "email", "specialty", "is_active"]
    search_fields = ["name", "email"]
    ordering = ["name"]
    fields = ["name", "email", "hsa_id", "specialty", "language", "is_active", "last_login"]
    readonly_fields = ["last_login"]


def _schemes_of(request: HttpRequest) -> set[str]:
    return mandates.current_schemes(request.user, mandates.ADMINISTRATOR, mandates.AUDITOR)
