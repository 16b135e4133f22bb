"""The refund scheme of Den norske legeforening for GPs, tied to the contract."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from math import ceil
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from drawing.wording import amount as kroner
from schemes.base import (
    Allowance,
    Answered,
    Capacity,
    DocumentWords,
    Judgement,
    Payee,
    PoolPlan,
    Reason,
    Scheme,
)
from schemes.demo import Demo
from schemes.fastlege import (
    absence,
    amount,
    facts,
    forms,
    listing,
    new_terms,
    page,
    rules,
    statement,
    tables,
    terms,
)
from schemes.fastlege.demo import story
from schemes.fastlege.facts import CERTIFICATE, DOCUMENTATION, MUNICIPALITY, Facts
from schemes.fastlege.models import ListedCourse
from schemes.fastlege.terms import Terms
from schemes.findings import Assessment
from schemes.pages import PreCheck, Several

# The appropriation has no end of its own: it lasts while there is money.
NO_END = date(2099, 12, 31)

TOPIC = Judgement(
    "course.topic_accepted",
    _("The course is about quality improvement or patient safety"),
    about=("course.evaluates_own_practice",),
)
OF_CERTIFICATE = Judgement(
    "documents.certificate_accepted",
    _("Course certificate"),
    paper=CERTIFICATE,
    about=("documents.certificate_issued_on",),
)
OF_ABSENCE = Judgement(
    "documents.absence_accepted",
    _("Documentation of the absence"),
    paper=DOCUMENTATION,
    about=("absence",),
)


class Fastlege(Scheme):
    """Applied for after the course; one appropriation; a case officer decides, finance pays."""

    slug = tables.SLUG
    title = _("Refund of courses for GPs")
    owner = _("Den norske legeforening")
    currency = "NOK"
    language = "nb"
    time_zone = str(facts.OSLO)
    stylesheet = "schemes/fastlege.css"
    steps = forms.STEPS
    pre_check = PreCheck(
        fields={
            "applicant": ("kind",),
            "course": ("title", "starts_on", "ends_on"),
            "fee": ("fee_paid",),
        },
        note=_(
            "Worked out as if you were away from practice on every working day of the course, had "
            "used no half days before, and nobody else paid any of the fee."
        ),
        presumed=absence.away_all_along,
    )
    several = Several(
        step="applicant",
        each=("name", "hpr_number", "national_id", "reference"),
        number="national_id",
        given={"kind": MUNICIPALITY},
        shared=("course", "fee"),
        title=_("Apply for several GPs"),
        lead=_(
            "For a municipality whose GPs have taken the same course. Each of them gets an "
            "application of their own, with the same municipality, course and fee."
        ),
        person=_("GP"),
        another=_("Apply for another GP on the same course"),
        hints={
            "municipality": "",
            "organisation_number": _("Nine digits."),
            "reference": _("It is stated on the payment."),
        },
    )
    rules = page.RULES
    capacities = (Capacity("case_officer", _("Case officer")),)
    refusal_reasons = (
        Reason("L1", _("The course certificate lies outside the days of the scheme")),
        Reason("L2", _("The municipality has to apply for a GP that it employs")),
        Reason("L3", _("The course is not about quality improvement or patient safety")),
        Reason("L6", _("There is nothing to refund")),
        Reason("other", _("Another reason, given in words")),
    )
    always_told = frozenset({"L8"})
    packet_parts = ("statement",)
    pays_out = True
    # Not the scheme's name: its applications are numbered by that.
    statement = DocumentWords(_("Settlement statement"), "OPP")
    asks_amount = False
    before_course = False
    # As tables.Tables.in_force reads it: the newest terms that have begun, else the first.
    allowance_sql = """
        SELECT units FROM fastlege_datedterms ORDER BY valid_from > $1,
            CASE WHEN valid_from > $1 THEN valid_from END, valid_from DESC LIMIT 1
    """
    lists_courses = True
    judges = True
    terms_parts = new_terms.PARTS
    terms_from_any_day = True
    lists = new_terms.LISTS

    def lead(self, *, on: date) -> str:
        """Return in a sentence or two when one applies and what one can get (L6, L8, L9).

        Beside another scheme's card it says which kroner are meant.
        """
        now = tables.in_force(on)
        rate = now.rate_on(on)
        text = gettext(
            "Apply after the course. You can get up to {fee} Norwegian kroner of the course fee, and "
            "{day} kr for each whole day away from practice, at most {most}."
        )
        day = kroner(rate.whole if rate else Decimal(0))
        return text.format(fee=kroner(now.fee_cap), day=day, most=_most_days(now))

    def contact(self, *, on: date) -> str:
        """Return the address for questions about the scheme (L13)."""
        return tables.in_force(on).contact

    def read(self, answers: Mapping[str, Any]) -> Answered:
        """Return what the answers by step say, whatever is missing or unreadable in them."""
        return statement.read(answers)

    def read_facts(self, data: Mapping[str, Any], *, complete: bool = True) -> Facts:
        """Return frozen facts. Raises FactsError naming the field; a draft may be incomplete."""
        return facts.read(data, complete=complete)

    def terms(self, facts: Facts) -> Terms:
        """Return the terms in force on the first day of the course; while it is unknown, of the decision.

        Raises LookupError when no terms are entered at all.
        """
        return tables.in_force(facts.starts_on or facts.decided_on)

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
        """Return the appropriation: one pool since the scheme began, whatever the day (L5)."""
        read = tables.read()
        began = read.first.first_day
        return PoolPlan(str(began.year), began, NO_END, read.in_force(day).appropriation)

    def budget_with(self, plan: PoolPlan, rows: Sequence[Model], *, on: date) -> Decimal:
        """Return the appropriation by rows of new terms, unless newer ones are in force (L5)."""
        now = tables.in_force(on)
        found = new_terms.appropriation(rows, since=now.valid_from)
        return now.appropriation if found is None else found

    def most_a_year(self) -> Decimal:
        """Return what the most generous terms give: fee and units of a calendar year (L6, L8, L9)."""
        return max(amount.most_a_year(each) for each in tables.read().versions)

    def pool_title(self, key: str) -> str:
        """Return the pool's name in words."""
        return gettext("The appropriation")

    def exclusive_key(self, year: int) -> None:
        """Return nothing: a GP may have several grants, within the allowance (L8)."""

    def allowances(self, assessment: Assessment, terms: Terms) -> tuple[Allowance, ...]:
        """Return the units of each year of the absence (L8); none where they count per course."""
        if not terms.by_year:
            return ()
        units = assessment.details["units"]
        return tuple(Allowance(int(year), taken, terms.units) for year, taken in units.items())

    def allowance_of_year(self, *, on: date) -> Allowance | None:
        """Return the units of a calendar year (L8); None where they count per course."""
        now = tables.in_force(on)
        return Allowance(on.year, 0, now.units) if now.by_year else None

    def allowance_in_words(self, allowance: Allowance) -> str:
        """Return in words how many half days were granted, and how many are left (L8)."""
        text = gettext("{used} of the {limit} half days of {year} granted, {left} left.")
        left = max(0, allowance.limit - allowance.units)
        used, limit, year = allowance.units, allowance.limit, allowance.year
        return text.format(used=used, limit=limit, year=year, left=left)

    def judgements(self, facts: Facts) -> tuple[Judgement, ...]:
        """Return what the case officer judges: an unlisted course, and the papers (L3, L10, L12)."""
        topic = () if facts.pre_approved is not False else (TOPIC,)
        absence = (OF_ABSENCE,) if facts.absence else ()
        return (*topic, OF_CERTIFICATE, *absence)

    def listed_courses(self, *, words: str, on: date) -> Sequence[ListedCourse]:
        """Return the courses approved beforehand on a day that hold every word, by title (L12)."""
        return tables.found(words, on=on)

    def list_course(self, *, answers: Mapping[str, Any], on: date) -> None:
        """Put the course on the list of pre-approved courses from a day on (L12)."""
        listing.add(answers=answers, on=on)

    def may_decide_on(self, day: date) -> bool:
        """Tell that every day is as good."""
        return True

    def next_break(self, day: date) -> None:
        """Return nothing: there are no breaks."""

    def answer_expected_on(self, *, submitted_on: date, starts_on: date | None) -> date:
        """Return the day by which an applicant can expect an answer."""
        terms = tables.in_force(starts_on or submitted_on)
        return submitted_on + timedelta(days=terms.answer_days)

    def asks_head_of_unit(self, terms: Terms) -> bool:
        """Tell that nobody else has to confirm anything."""
        return False

    def due_on(self, *, starts_on: date, decided_on: date) -> date:
        """Return the day by which it is paid: so many days after the decision."""
        return decided_on + timedelta(days=tables.in_force(starts_on).payment_days)

    def payable(
        self, facts: Facts, terms: Terms, *, granted: Decimal, actual_cost: Decimal
    ) -> Decimal:
        """Return what was granted: the course is over and its cost is known."""
        return granted

    def buyer(self, terms: Terms) -> dict[str, str]:
        """Return who pays, and where questions are answered (L13)."""
        return {"name": terms.payer, "email": terms.contact}

    def payee(self, answers: Mapping[str, Any]) -> Payee:
        """Return who is paid to which account (L2)."""
        return statement.payee(answers)

    def demo(self, *, today: date) -> Demo:
        """Return invented people and what happened to their applications before today."""
        return story.demo(today)


def _most_days(terms: Terms) -> str:
    """Return in words how many whole days the units of a year, or of a course, come to (L8)."""
    most = Decimal(terms.units) / amount.WHOLE_DAY
    if terms.by_year:
        text = ngettext("{days} day a year", "{days} days a year", ceil(most))
    else:
        text = ngettext("{days} day for each course", "{days} days for each course", ceil(most))
    return text.format(days=f"{most:f}".replace(".", ","))
