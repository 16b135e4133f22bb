"""RFR's course and conference grant of Västra Götalandsregionen, tied to the contract."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from drawing.wording import amount as kronor
from schemes.base import Answered, Capacity, PoolPlan, Reason, Scheme
from schemes.demo import Demo
from schemes.findings import Assessment
from schemes.pages import PreCheck
from schemes.rfr import (
    amount,
    days,
    facts,
    forms,
    letter,
    new_terms,
    rules,
    statement,
    tables,
    terms,
)
from schemes.rfr.demo import story
from schemes.rfr.facts import Facts
from schemes.rfr.terms import Days, Terms


class RFR(Scheme):
    """Applied for before the course; two pools a year; chair and representative sign."""

    slug = tables.SLUG
    title = _("RFR's course and conference grant")
    owner = _("Regionala fortbildningsrådet för specialistläkare, Västra Götalandsregionen")
    currency = "SEK"
    language = "sv"
    time_zone = str(facts.STOCKHOLM)
    stylesheet = "schemes/rfr.css"
    steps = forms.STEPS
    pre_check = PreCheck(
        fields={
            "course": ("attendance", "country", "starts_on", "ends_on"),
            "costs": ("fee", "travel", "lodging"),
        },
        note=_(
            "Worked out for a specialist whom the region employs, for a course that somebody else "
            "holds, and without money from elsewhere."
        ),
    )
    rules = letter.RULES
    capacities = (
        Capacity("chair", _("Chair of RFR")),
        Capacity("representative", _("Representative of RFR")),
    )
    refusal_reasons = (
        Reason("R7", _("The participant is not a specialist employed by the region")),
        Reason("R2", _("The course is not external")),
        Reason("R8", _("Active participation or spreading of knowledge is not shown")),
        Reason("R33", _("There is no plan for passing the content on")),
        Reason("R9", _("The application came in when the course had begun")),
        Reason("R18", _("No amount is left to grant, or the unit does not pay as much itself")),
        Reason("R23", _("The participant already has a grant for the year")),
        Reason("R31", _("The year of the course has ended")),
        Reason("other", _("Another reason, given in words")),
    )
    before_any_decision = frozenset({"R29", "R30"})
    packet_parts = ("invoice", "confirmation", "application")
    head_reads = ("benefit.feedback_plan",)
    terms_parts = new_terms.PARTS
    lists = new_terms.LISTS

    def lead(self, *, on: date) -> str:
        """Return in a sentence or two when one applies and what one can get (R9, R12–R15, R18)."""
        highest = max(tables.in_force(on.year).caps.values())
        text = gettext(
            "Apply before the course. You can get up to {sum} kr; the unit pays as much itself."
        )
        return text.format(sum=kronor(highest))

    def read(self, answers: Mapping[str, Any]) -> Answered:
        """Return what the answers by step say, whatever is missing or unreadable in them."""
        return statement.read(answers)

    def read_facts(self, data: Mapping[str, Any], *, complete: bool = True) -> Facts:
        """Return frozen facts. Raises FactsError naming the field; a draft may be incomplete."""
        return facts.read(data, complete=complete)

    def terms(self, facts: Facts) -> Terms:
        """Return the terms of the course year (R30); while it is unknown, of the year of the decision.

        Raises LookupError when no terms are entered at all.
        """
        known = facts.starts_on or facts.decided_on
        return tables.in_force(known.year if known else date.max.year)

    def assess(self, facts: Facts, terms: Terms) -> Assessment:
        """Try every rule and return all findings and the amount."""
        return rules.assess(facts, terms)

    def terms_snapshot(self, terms_in_force: Terms) -> dict[str, Any]:
        """Return the terms as plain JSON, for a decision to store."""
        return terms.snapshot(terms_in_force)

    def terms_from_snapshot(self, plain: Mapping[str, Any]) -> Terms:
        """Return the terms that a decision stored."""
        return terms.from_snapshot(plain)

    def terms_with(self, terms: Terms, rows: Sequence[Model]) -> Terms:
        """Return terms with the figures of new rows."""
        return new_terms.applied(terms, rows)

    def pool_on(self, day: date) -> PoolPlan:
        """Return the pool of the half-year that holds a day (R26, R27)."""
        first, last = days.half_year(day)
        budget = tables.budgets(day.year)[days.half_of(day) - 1]
        return PoolPlan(days.pool_key(day), first, last, budget)

    def budget_with(self, plan: PoolPlan, rows: Sequence[Model], *, on: date) -> Decimal:
        """Return what rows of new terms would give the pool of a half-year (R26)."""
        found = new_terms.budget(rows, days.half_of(plan.starts_on))
        return plan.budget if found is None else found

    def pool_title(self, key: str) -> str:
        """Return the pool's name in words."""
        year, _half, number = key.partition("-H")
        words = {"1": gettext("First half of {year}"), "2": gettext("Second half of {year}")}
        return words[number].format(year=year)

    def exclusive_key(self, year: int) -> str:
        """Return the year within which a person may hold one live grant (R23)."""
        return f"{self.slug}-{year}"

    def may_decide_on(self, day: date) -> bool:
        """Tell whether a day lies outside all decision breaks (R29)."""
        return days.break_on(day, tables.in_force(day.year)) is None

    def next_break(self, day: date) -> Days:
        """Return first and last day of the break that holds the day or is the next one (R29)."""
        return days.next_break(day, tables.in_force(day.year))

    def breaks_of(self, year: int) -> list[Days]:
        """Return the breaks that begin in a year: those entered, else those of its terms (R29)."""
        return days.breaks_of(year, tables.in_force(year))

    def last_day_to_decide(self, year: int) -> date:
        """Return the last day on which applications of a year can be decided (R29, R31)."""
        return days.last_day_to_decide(year, tables.in_force(year))

    def answer_expected_on(self, *, submitted_on: date, starts_on: date | None) -> date:
        """Return the day by which an applicant can expect an answer; knows the breaks."""
        terms = tables.in_force((starts_on or submitted_on).year)
        return days.answer_expected_on(submitted_on, starts_on, terms)

    def asks_head_of_unit(self, terms: Terms) -> bool:
        """Tell whether a grant needs the confirmation of the head of unit (R18)."""
        return terms.unit_confirmation

    def due_on(self, *, starts_on: date, decided_on: date) -> date:
        """Return the day by which the invoice is due (R34)."""
        return days.invoice_due_on(starts_on, decided_on, tables.in_force(starts_on.year))

    def payable(
        self, facts: Facts, terms: Terms, *, granted: Decimal, actual_cost: Decimal
    ) -> Decimal:
        """Return what is paid, in kronor, when the course really cost `actual_cost` (R11, R18)."""
        return amount.payable(facts, terms, granted=granted, actual_cost=actual_cost)

    def buyer(self, terms: Terms) -> dict[str, str]:
        """Return who is invoiced, with the references that the invoice must carry (R35)."""
        return {
            "name": terms.buyer_name,
            "customer_number": terms.customer_number,
            "orderer_id": terms.orderer_id,
        }

    def report_due_on(self, *, starts_on: date, ends_on: date) -> date:
        """Return by when the participant reports back (R32), by the terms of the course year (R30)."""
        return ends_on + timedelta(days=tables.in_force(starts_on.year).report_days)

    def demo(self, *, today: date) -> Demo:
        """Return invented people and what happened to their applications before today."""
        return story.demo(today, open_on=self.may_decide_on)
