"""Reads from the tables which terms are in force for a year."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import JSONField
from django.db.models.expressions import RawSQL

from database.reads import kept
from schemes.rfr.models import DatedTerms
from schemes.rfr.terms import EUROPE, ON_SCREEN, SWEDEN, WORLD, Days, Terms

SLUG = "rfr"
# Written out: every page reads them, and Django would need longer to put them together than to read them.
ZONES = """
    SELECT coalesce(jsonb_agg(jsonb_build_array(country, zone, valid_from)
        ORDER BY valid_from, id), '[]') FROM rfr_zone"""
BREAKS = """
    SELECT coalesce(jsonb_agg(jsonb_build_array(starts_on, ends_on) ORDER BY starts_on), '[]')
    FROM schemes_break WHERE scheme = %s"""


class Tables:
    """Every version of the terms, with all zones and breaks."""

    def __init__(self, rows: list[DatedTerms]) -> None:
        self.rows = rows
        self._made: dict[int, Terms] = {}

    def in_force(self, year: int) -> Terms:
        """Return the terms of a course year: those in force on its 1 January.

        Years before the first row have the first row's terms.
        """
        if year not in self._made:
            self._made[year] = _terms(self.row(year), year)
        return self._made[year]

    def row(self, year: int) -> DatedTerms:
        """Return the row that counts for a year."""
        begun = [row for row in self.rows if row.valid_from.year <= year]
        return begun[-1] if begun else self.rows[0]


@kept
def read() -> Tables:
    """Return the tables, in one query. Raises LookupError without any terms."""
    rows = DatedTerms.objects.order_by("valid_from").annotate(
        # The one value stands apart.
        all_zones=RawSQL(ZONES, [], JSONField()),  # noqa: S611  # nosec B611
        all_breaks=RawSQL(BREAKS, [SLUG], JSONField()),  # noqa: S611  # nosec B611
    )
    if not rows:
        raise LookupError("RFR has no terms: enter them in the administration.")
    return Tables(list(rows))


def in_force(year: int) -> Terms:
    """Return the terms of a course year. Raises LookupError without any row."""
    return read().in_force(year)


def budgets(year: int) -> tuple[Decimal, Decimal]:
    """Return the budgets of a year's two halves, in kronor (R26), as its terms have them."""
    return budgets_by(read().row(year))


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


def _terms(row: DatedTerms, year: int) -> Terms:
    return Terms(
        valid_from=row.valid_from,
        caps=caps(row),
        share=row.share,
        budgets=budgets_by(row),
        zones=_zones(row.all_zones, year),
        breaks=_breaks(row.all_breaks),
        summer_weeks=(row.summer_break_first_week, row.summer_break_last_week),
        winter_days=(row.winter_break_first_day, row.winter_break_last_day),
        **{name: getattr(row, name) for name in AS_THEY_ARE},
    )


def budgets_by(row: DatedTerms) -> tuple[Decimal, Decimal]:
    """Return the budgets of the two halves of a year by a row, in kronor (R26)."""
    return Decimal(row.budget_first_half), Decimal(row.budget_second_half)


def caps(row: DatedTerms) -> dict[str, Decimal]:
    """Return the highest amounts of a row, by zone (R12–R15)."""
    return {
        SWEDEN: Decimal(row.cap_sweden),
        EUROPE: Decimal(row.cap_europe),
        WORLD: Decimal(row.cap_world),
        ON_SCREEN: Decimal(row.cap_digital),
    }


def _zones(rows: list[Any], year: int) -> dict[str, str]:
    # Years before the oldest rows have those; a row that came later counts from its own year on.
    oldest = min((valid_from for _country, _zone, valid_from in rows), default="")
    begun = max(date(year, 1, 1).isoformat(), oldest)
    return {country: zone for country, zone, valid_from in rows if valid_from <= begun}


def _breaks(rows: list[Any]) -> tuple[Days, ...]:
    return tuple(tuple(date.fromisoformat(day) for day in days) for days in rows)
