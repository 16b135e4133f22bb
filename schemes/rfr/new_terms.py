"""What new terms of RFR consist of, page by page, and what they would have given an earlier year."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from schemes.pages import EditableList, TermsPart
from schemes.rfr import countries, tables
from schemes.rfr.models import DatedTerms, Zone
from schemes.rfr.terms import Terms
from schemes.row_form import RowForm


class ZoneForm(RowForm):
    """A country by its name, and the zone that it belongs to."""

    country = forms.ChoiceField(
        label=_("Country"),
        choices=countries.in_words,
        error_messages={"required": _("Choose a country from the list.")},
    )


PARTS = (
    TermsPart(
        "source",
        _("Where the figures come from"),
        DatedTerms,
        ("source",),
        lead=_("Copy the sentences of the letter. A decision can be traced back to them."),
    ),
    TermsPart(
        "amounts",
        _("How much (R12–R18)"),
        DatedTerms,
        ("cap_sweden", "cap_europe", "cap_world", "cap_digital", "share", "unit_confirmation"),
        amounts=("cap_sweden", "cap_europe", "cap_world", "cap_digital"),
    ),
    TermsPart(
        "pools",
        _("The pools (R26, R27)"),
        DatedTerms,
        ("budget_first_half", "budget_second_half", "partial_grants", "overtaking"),
        amounts=("budget_first_half", "budget_second_half"),
    ),
    TermsPart(
        "days",
        _("When it is decided and reported (R28–R32)"),
        DatedTerms,
        (
            "summer_break_first_week",
            "summer_break_last_week",
            "winter_break_first_day",
            "winter_break_last_day",
            "answer_days",
            "report_days",
        ),
    ),
    TermsPart(
        "invoice",
        _("The invoice (R34, R35)"),
        DatedTerms,
        ("invoice_months", "invoice_days", "buyer_name", "customer_number", "orderer_id"),
    ),
    TermsPart(
        "zones",
        _("Zones of countries"),
        Zone,
        ("country", "zone"),
        lead=_("Only countries whose zone changes. All others keep the one that they have."),
        form=ZoneForm,
        rows=5,
    ),
)
LISTS = (
    EditableList(
        "zones",
        _("Zones of countries"),
        Zone,
        fields=("country", "zone", "valid_from"),
        columns=("country", "zone", "valid_from"),
        search=("country",),
        lead=_("A zone counts from a year on, until a newer row of that country takes over."),
        form=ZoneForm,
        checked=True,
        by_words=True,
    ),
)


def applied(terms: Terms, rows: Sequence[Model]) -> Terms:
    """Return terms with the figures of new rows; days and breaks stay those of the terms."""
    for row in rows:
        if isinstance(row, DatedTerms):
            terms = replace(terms, **_figures(row))
        elif isinstance(row, Zone):
            terms = replace(terms, zones={**terms.zones, row.country: row.zone})
    return terms


def budget(rows: Sequence[Model], half: int) -> Decimal | None:
    """Return what new terms give the pool of a half-year, 1 or 2; None where no row says it (R26)."""
    told = [row for row in rows if isinstance(row, DatedTerms)]
    return tables.budgets_by(told[0])[half - 1] if told else None


def _figures(row: DatedTerms) -> dict[str, Any]:
    as_they_are = {name: getattr(row, name) for name in tables.AS_THEY_ARE}
    return as_they_are | {
        "caps": tables.caps(row),
        "share": row.share,
        "budgets": tables.budgets_by(row),
    }
