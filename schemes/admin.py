"""The tables of a scheme, to look things up. What is changed is changed on the administrator's own pages."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db.models import DecimalField, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from drawing import wording
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


class ReadOnly:
    """Shows rows; adds, changes and deletes none: what happens is a verb, and leaves its trace."""

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Return the columns of a list, amounts as people write them."""
        return self._written(super().get_list_display(request))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Return what the page of a row shows, amounts as people write them."""
        return self._written(super().get_fields(request, obj))

    def _written(self, names: Iterable[Any]) -> list[Any]:
        fields = {field.name: field for field in self.model._meta.fields}
        return [_as_written(fields.get(each), each) for each in names]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Tell whether a list may be narrowed so: by what it offers, or else any column could be.

        Those that are not shown could be guessed letter by letter, such as the hash of a password.
        """
        offered = {_column(each) for each in (*self.get_list_filter(request), self.date_hierarchy)}
        return _column(lookup) in offered and super().lookup_allowed(lookup, value, request)

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _as_written(field: Any, column: Any) -> Any:
    """Return what shows a field of amounts grouped, and any other column as it is."""
    if not isinstance(field, DecimalField):
        return column

    @admin.display(description=field.verbose_name, ordering=column)
    def written(row: Any) -> str:
        value = getattr(row, column)
        return "-" if value is None else wording.amount(value)

    written.__name__ = column
    return written


def _column(offered: Any) -> str:
    """Return the column that a filter is about, however it is written."""
    name = offered[0] if isinstance(offered, tuple) else offered
    return str(getattr(name, "parameter_name", name)).partition("__")[0]


class OfScheme(ReadOnly, admin.ModelAdmin):
    """Shows the rows of those schemes whose own figures this person may see."""

    scheme_path = "scheme"

    @admin.display(description=_("scheme"), ordering="scheme")
    def scheme_title(self, row: Any) -> str:
        """Return the title of the row's scheme."""
        return str(registry.get(row.scheme).title)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Return what the page of a row shows, its scheme by the title."""
        shown = super().get_fields(request, obj)
        return ["scheme_title" if name == "scheme" else name for name in shown]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Return the rows of this person's schemes."""
        found = super().get_queryset(request)
        return found.filter(**{f"{self.scheme_path}__in": _own(request)})


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


@admin.register(Closing)
class ClosingAdmin(OfScheme):
    """When a scheme takes no new submissions (R28)."""

    list_display = ("closes_at", "opens_at", "reason", "scheme_title")


@admin.register(PayingAccount)
class PayingAccountAdmin(OfScheme):
    """From which account a scheme pays; of its number the last digits."""

    list_display = ("name", "account_shown", "bic", "valid_from", "scheme_title")
    fields = ("scheme", "name", "account_shown", "bic", "valid_from")

    @admin.display(description=_("account"))
    def account_shown(self, row: PayingAccount) -> str:
        """Return the last digits of the account."""
        return row.get_account_display()


@admin.register(RetentionTerm)
class RetentionTermAdmin(OfScheme):
    """How long each kind of record is kept."""

    list_display = ("kind", "months", "valid_from", "scheme_title", "source")
    list_filter = ("kind",)


@admin.register(Pool)
class PoolAdmin(OfScheme):
    """What each pool has, what is granted from it and what is left (R26, R27)."""

    list_display = (
        "key",
        "starts_on",
        "ends_on",
        "budget",
        "committed",
        "left",
        "scheme_title",
    )

    @admin.display(description=_("left"))
    def left(self, pool: Pool) -> str:
        """Return what is left of a pool."""
        return wording.amount(pool.remaining)


class OwnPools(admin.RelatedFieldListFilter):
    """Offers the pools of this person's schemes, as the list shows no other's movements."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[Any]:
        """Return the pools that one can choose."""
        own = {"scheme__in": _own(request)}
        return field.get_choices(include_blank=False, limit_choices_to=own)


@admin.register(LedgerEntry)
class LedgerEntryAdmin(OfScheme):
    """Every movement of every pool, newest first."""

    scheme_path = "pool__scheme"
    list_display = ("at", "pool", "kind", "amount", "by", "note")
    list_filter = ("kind", ("pool", OwnPools))
    list_select_related = ("pool", "by")
    ordering = ("-pk",)


@admin.register(Act)
class ActAdmin(OfScheme):
    """What administrators did on their own pages, newest first, with the figures before and after."""

    list_display = ("at", "kind", "about", "since", "by_name", "scheme_title")
    list_filter = ("kind",)
    search_fields = ("about", "by_name")
    fields = ("scheme", "kind", "about", "since", "changed", "at", "by_name")

    @admin.display(description=_("figures, before and after"))
    def changed(self, act: Act) -> str:
        """Return each figure that changed by the words of its field, a line for each."""
        lines = ((_asked(act, each["name"]), each["before"], each["after"]) for each in act.figures)
        return format_html_join("", "{}: {} → {}<br>", lines)


@admin.register(PersonalAllowance)
class PersonalAllowanceAdmin(OfScheme):
    """How far each person's allowance of a year is used; nobody is named."""

    list_display = ("year", "used", "limit", "scheme_title")
    list_filter = ("year",)
    exclude = ("person_key",)


def _own(request: HttpRequest) -> list[str]:
    # A scheme is this person's when the admin shows them the scheme's own folder.
    every = request.user.is_superuser
    return [
        scheme.slug
        for scheme in registry.SCHEMES
        if every or request.user.has_module_perms(_label(scheme))
    ]


def _asked(act: Act, name: str) -> str:
    # An act keeps the names of fields; those of a scheme are in its own folder or in this one.
    folders = {"schemes", _label(registry.get(act.scheme))}
    known = (each for each in apps.get_models() if each._meta.app_label in folders)
    fields = (field for model in known for field in model._meta.fields if field.name == name)
    return next((capfirst(field.verbose_name) for field in fields), name)


def _label(scheme: registry.Scheme) -> str:
    home = apps.get_containing_app_config(type(scheme).__module__)
    return home.label if home else ""
