"""Where the administrator of a scheme keeps its lists, breaks and closings, and reads its pools."""

from typing import Any

from django import forms
from django.apps import apps
from django.contrib import admin
from django.db.models import Field, QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from stdnum import bic, iban
from stdnum.exceptions import ValidationError

from schemes import registry
from schemes.models import (
    Act,
    Break,
    Closing,
    LedgerEntry,
    Organisation,
    PayingAccount,
    PersonalAllowance,
    Pool,
    RetentionTerm,
)


class OfScheme(admin.ModelAdmin):
    """Shows the rows of those schemes whose own figures this person may see."""

    scheme_path = "scheme"

    @admin.display(description=_("scheme"), ordering="scheme")
    def scheme_title(self, row: Any) -> str:
        """Return the title of the row's scheme."""
        return str(registry.get(row.scheme).title)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Return the rows of this person's schemes."""
        slugs = [slug for slug, _title in _own(request)]
        return super().get_queryset(request).filter(**{f"{self.scheme_path}__in": slugs})

    def formfield_for_dbfield(
        self, db_field: Field, request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        """Return the field; a scheme is chosen among this person's own."""
        if db_field.name == "scheme":
            return forms.ChoiceField(label=capfirst(db_field.verbose_name), choices=_own(request))
        return super().formfield_for_dbfield(db_field, request, **kwargs)


@admin.register(Organisation)
class OrganisationAdmin(OfScheme):
    """Who can be paid, and in which years (R1)."""

    list_display = ("name", "code", "scheme_title", "valid_from", "valid_to")
    list_filter = ("valid_from",)
    search_fields = ("name", "code")


@admin.register(Break)
class BreakAdmin(OfScheme):
    """On which days nothing is decided (R29)."""

    list_display = ("starts_on", "ends_on", "note", "scheme_title")
    date_hierarchy = "starts_on"
    fieldsets = (
        (
            None,
            {
                "description": _(
                    "Both days are included. A break belongs to the year in which it begins. A "
                    "year in which none begins has the breaks that the terms give; so enter all "
                    "breaks of a year, or none."
                ),
                "fields": ("scheme", ("starts_on", "ends_on"), "note"),
            },
        ),
    )


@admin.register(Closing)
class ClosingAdmin(OfScheme):
    """When a scheme takes no new submissions (R28)."""

    list_display = ("closes_at", "opens_at", "reason", "scheme_title")

    def formfield_for_dbfield(
        self, db_field: Field, request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        """Return the field; day and time of a moment each say what they are."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field, forms.SplitDateTimeField):
            for widget, part in zip(field.widget.widgets, (_("Date"), _("Time")), strict=True):
                widget.attrs["aria-label"] = f"{field.label}: {part}"
        return field


class PayingAccountForm(forms.ModelForm):
    """An account that can be paid from: its numbers are checked and kept without spaces."""

    def clean_account(self) -> str:
        """Refuse what is no IBAN: any bank takes one."""
        try:
            return iban.validate(self.cleaned_data["account"])
        except ValidationError:
            raise forms.ValidationError(_("Write the account as IBAN; check each digit.")) from None

    def clean_bic(self) -> str:
        """Refuse what is no BIC."""
        try:
            return bic.validate(self.cleaned_data["bic"])
        except ValidationError:
            raise forms.ValidationError(_("Write the BIC, 8 or 11 characters.")) from None


@admin.register(PayingAccount)
class PayingAccountAdmin(OfScheme):
    """From which account a scheme pays; a newer one is added beside the old one."""

    form = PayingAccountForm
    list_display = ("name", "account", "bic", "valid_from", "scheme_title")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(RetentionTerm)
class RetentionTermAdmin(OfScheme):
    """How long each kind of record is kept; a newer term is added beside the old one, for good."""

    list_display = ("kind", "months", "valid_from", "scheme_title", "source")
    list_filter = ("kind",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnly(OfScheme):
    """Rows that the services write and nobody else."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Pool)
class PoolAdmin(ReadOnly):
    """What each pool has, what is granted from it and what is left (R26, R27)."""

    list_display = (
        "key",
        "starts_on",
        "ends_on",
        "budget",
        "committed",
        "remaining",
        "scheme_title",
    )


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnly):
    """Every movement of every pool, newest first."""

    scheme_path = "pool__scheme"
    list_display = ("at", "pool", "kind", "amount", "by", "note")
    list_filter = ("kind", "pool")
    list_select_related = ("pool", "by")
    ordering = ("-pk",)


@admin.register(Act)
class ActAdmin(ReadOnly):
    """What administrators did on their own pages, newest first, with the figures before and after."""

    list_display = ("at", "kind", "about", "since", "by_name", "scheme_title")
    list_filter = ("kind",)
    search_fields = ("about", "by_name")


@admin.register(PersonalAllowance)
class PersonalAllowanceAdmin(ReadOnly):
    """How far each person's allowance of a year is used; nobody is named."""

    list_display = ("year", "used", "limit", "scheme_title")
    list_filter = ("year",)


def _own(request: HttpRequest) -> list[tuple[str, str]]:
    # A scheme is this person's when the admin shows them the scheme's own folder.
    every = request.user.is_superuser
    return [
        (scheme.slug, scheme.title)
        for scheme in registry.SCHEMES
        if every or request.user.has_module_perms(_label(scheme))
    ]


def _label(scheme: registry.Scheme) -> str:
    home = apps.get_containing_app_config(type(scheme).__module__)
    return home.label if home else ""
