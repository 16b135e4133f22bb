"""Reads from the tables which terms are in force for a year."""

from datetime import date
from decimal import Decimal

from schemes.models import Break
from schemes.reads import read_once
from schemes.rfr.models import DatedTerms, Zone
from schemes.rfr.terms import EUROPE, ON_SCREEN, SWEDEN, WORLD, Days, Terms

SLUG = "rfr"


@read_once
def in_force(year: int) -> Terms:
    """Return the terms of a course year: those in force on its 1 January.

    Years before the first row have the first row's terms. Raises LookupError without any row.
    """
    row = _row(year)
    return Terms(
        valid_from=row.valid_from,
        caps=_caps(row),
        share=row.share,
        budgets=_budgets(row),
        zones=_zones(year),
        breaks=_breaks(),
        summer_weeks=(row.summer_break_first_week, row.summer_break_last_week),
        winter_days=(row.winter_break_first_day, row.winter_break_last_day),
        **{name: getattr(row, name) for name in AS_THEY_ARE},
    )


def budgets(year: int) -> tuple[Decimal, Decimal]:
    """Return the budgets of a year's two halves, in kronor (R26), as its terms have them."""
    return _budgets(_row(year))


AS_THEY_ARE = (
    "unit_confirmation",
    "partial_grants",
    "overtaking",
    "answer_days",
    "report_days",
    "invoice_months",
    "invoice_days",
    "buyer_name",
    "customer_number",
    "orderer_id",
)


@read_once
def _row(year: int) -> DatedTerms:
    rows = DatedTerms.objects.order_by("valid_from")
    row = rows.filter(valid_from__lte=date(year, 1, 1)).last() or rows.first()
    if row is None:
        raise LookupError("RFR has no terms: enter them in the administration.")
    return row


def _budgets(row: DatedTerms) -> tuple[Decimal, Decimal]:
    return Decimal(row.budget_first_half), Decimal(row.budget_second_half)


def _caps(row: DatedTerms) -> dict[str, Decimal]:
    return {
        SWEDEN: Decimal(row.cap_sweden),
        EUROPE: Decimal(row.cap_europe),
        WORLD: Decimal(row.cap_world),
        ON_SCREEN: Decimal(row.cap_digital),
    }


def _zones(year: int) -> dict[str, str]:
    zones: dict[str, str] = {}
    rows = Zone.objects.order_by("valid_from").values_list("country", "zone", "valid_from")
    for country, zone, valid_from in rows:
        # A country's first row also counts for the years before it.
        if valid_from <= date(year, 1, 1) or country not in zones:
            zones[country] = zone
    return zones


def _breaks() -> tuple[Days, ...]:
    breaks = Break.objects.filter(scheme=SLUG).order_by("starts_on")
    return tuple(breaks.values_list("starts_on", "ends_on"))
