"""RFR's rules: facts and terms in, findings and an amount out. No database, no clock, no request."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from drawing.wording import amount as kronor
from drawing.wording import day
from schemes.findings import Assessment, Finding
from schemes.rfr import amount, days
from schemes.rfr.facts import Facts
from schemes.rfr.terms import EUROPE, ON_SCREEN, SWEDEN, WORLD, Terms

Verdict = Finding | None
Words = str | Promise
ASSESSMENTS_KEPT = 100  # of 13 KB each: two pages of the queue


def external_course(facts: Facts, terms: Terms) -> Verdict:
    """R2: only external courses; the round is the calendar year of the first day."""
    if facts.external is False:
        return Finding.refuse(
            "R2", _("The region itself holds this course. The grant is for external courses only.")
        )
    if facts.external is None or facts.course_year is None:
        return Finding.open(
            "R2", _("Say when the course begins, and whether someone outside holds it.")
        )
    text = _("An external course. It belongs to {year}, the year of its first day.")
    return Finding.met("R2", format_lazy(text, year=facts.course_year))


def money_from_elsewhere(facts: Facts, terms: Terms) -> Verdict:
    """R4: other money is declared; from industry it is shown to the signatories."""
    if facts.other_funding is None:
        return Finding.open(
            "R4", _("Say how much money comes from elsewhere; write 0 if none does.")
        )
    if not facts.other_funding:
        return Finding.met("R4", _("No money comes from elsewhere."))
    sum_ = kronor(facts.other_funding)
    if facts.funding_from_industry:
        text = _("{sum} kr comes from industry. It lowers the basis; the signatories look at it.")
        return Finding.look("R4", format_lazy(text, sum=sum_))
    text = _("{sum} kr comes from elsewhere and is taken off the cost.")
    return Finding.met("R4", format_lazy(text, sum=sum_))


def employed_specialist(facts: Facts, terms: Terms) -> Verdict:
    """R7: the participant is a specialist and employed in the region."""
    lacking = []
    if facts.specialist is False:
        lacking.append(
            _(
                "The participant has no specialist certificate. Doctors in specialist training "
                "and interns cannot get this grant."
            )
        )
    if facts.employed_in_region is False:
        lacking.append(
            _(
                "The participant is not employed by the region. Private providers cannot get "
                "this grant."
            )
        )
    if lacking:
        return Finding.refuse("R7", format_lazy(" ".join(["{}"] * len(lacking)), *lacking))
    if facts.specialist is None or facts.employed_in_region is None:
        return Finding.open(
            "R7", _("Say whether the participant is a specialist and employed by the region.")
        )
    return Finding.met("R7", _("The participant is a specialist and employed by the region."))


def active_participation(facts: Facts, terms: Terms) -> Verdict:
    """R8: the participant takes part actively and can spread what is new."""
    stated = (facts.active_participation, facts.dissemination)
    if False in stated:
        return Finding.refuse(
            "R8",
            _(
                "The application does not say both how the participant takes part actively and "
                "how the new knowledge is spread. Both must be written down."
            ),
        )
    if None in stated:
        return Finding.open(
            "R8",
            _("Write how you take part actively, and how you pass the new knowledge on."),
        )
    return Finding.met(
        "R8", _("It says how the participant takes part actively and how knowledge is spread.")
    )


def before_the_course(facts: Facts, terms: Terms) -> Verdict:
    """R9: submitted, by the local calendar, strictly before the first day of the course.

    A draft is told the same as if it were sent in now, so the words hold before and after.
    """
    if facts.submitted_on is None or facts.starts_on is None:
        return Finding.open(
            "R9", _("Say on which day the course begins: you must apply before that day.")
        )
    words = {"submitted": day(facts.submitted_on), "first": day(facts.starts_on)}
    if facts.submitted_on < facts.starts_on:
        text = _("The application counts from {submitted}, before the course begins on {first}.")
        return Finding.met("R9", format_lazy(text, **words))
    text = _(
        "The application counts from {submitted}, but the course begins on {first}. It must come in "
        "on the day before at the latest, and nobody can make an exception."
    )
    return Finding.refuse("R9", format_lazy(text, **words))


def not_in_retrospect(facts: Facts, terms: Terms) -> Verdict:
    """R10: the original submission counts, whenever it is decided and whatever was corrected.

    A late submission is already refused by R9, which has the same test.
    """
    known = (facts.submitted_on, facts.starts_on, facts.decided_on)
    if None in known or facts.submitted_on >= facts.starts_on:
        return None
    if facts.decided_on >= facts.starts_on:
        text = _("The course has begun, but the application was in time and may still be granted.")
        return Finding.met("R10", text)
    return Finding.met("R10", _("The application is not made in retrospect."))


def eligible_costs(facts: Facts, terms: Terms) -> Verdict:
    """R11: the basis is fee, travel and lodging."""
    if None in facts.costs:
        return Finding.open(
            "R11", _("Fill in fee, travel and lodging; write 0 for what the course does not cost.")
        )
    text = _("Fee, travel and lodging come to {sum} kr.")
    return Finding.met("R11", format_lazy(text, sum=kronor(facts.cost)))


# The rule and the words of each zone's cap
CAPS = {
    SWEDEN: ("R12", _("On site in Sweden: at most {cap} kr for each participant.")),
    EUROPE: ("R13", _("On site in Europe: at most {cap} kr for each participant.")),
    WORLD: ("R14", _("On site outside Europe: at most {cap} kr for each participant.")),
    ON_SCREEN: ("R15", _("Attended digitally: at most {cap} kr, whatever the country.")),
}


def highest_amount(facts: Facts, terms: Terms) -> Verdict:
    """R12, R13, R14, R15: the cap of the one zone that counts for this participant."""
    zone = amount.zone(facts, terms)
    if zone is None:
        return Finding.open(
            "R12",
            _("Say in which country the course is and whether you attend on site or digitally."),
        )
    rule, text = CAPS[zone]
    return Finding.met(rule, format_lazy(text, cap=kronor(terms.caps[zone])))


# Whether the head of unit has confirmed, whether something remains that nobody pays, and the words
WHO_PAYS = {
    (False, False): _("The rules give {sum} kr; the unit pays the other {unit} kr."),
    (True, False): _("The rules give {sum} kr; the head of unit confirms the other {unit} kr."),
    (False, True): _(
        "The rules give {sum} kr and the unit pays {unit} kr. It is not said who pays the remaining "
        "{uncovered} kr."
    ),
    (True, True): _(
        "The rules give {sum} kr and the head of unit confirms {unit} kr. It is not said who pays "
        "the remaining {uncovered} kr."
    ),
}


def co_financing(facts: Facts, terms: Terms) -> Verdict:
    """R18: something is left to grant, and the head of unit confirms that the unit pays as much."""
    needed = (*facts.costs, facts.other_funding, facts.requested, amount.zone(facts, terms))
    if None in needed:
        return Finding.open(
            "R18", _("Fill in the costs and the amount asked for to see what you can get.")
        )
    granted = amount.by_formula(facts, terms)
    if not granted:
        return Finding.refuse("R18", _why_nothing(facts))
    if facts.unit_confirmed is False and terms.unit_confirmation:
        return Finding.wait(
            "R18", _("The head of unit has not confirmed yet that the unit pays as much itself.")
        )
    return Finding.met("R18", _who_pays(facts, granted))


def _why_nothing(facts: Facts) -> Words:
    if facts.requested < 1:
        return _("No money is asked for. Write the amount that you ask for.")
    if facts.own_contribution is not None and facts.own_contribution < 1:
        return _("The unit states that it pays nothing itself. It must pay as much as the grant.")
    return _("After money from elsewhere there is no cost left that a grant could share.")


def _who_pays(facts: Facts, granted: Decimal) -> Words:
    unit, uncovered = amount.shared(facts, granted)
    words = {"sum": kronor(granted), "unit": kronor(unit), "uncovered": kronor(uncovered)}
    return format_lazy(WHO_PAYS[bool(facts.unit_confirmed), bool(uncovered)], **words)


def one_grant_a_year(facts: Facts, terms: Terms) -> Verdict:
    """R23: no other live grant of the same person in the course year."""
    if facts.live_grants is None:
        return Finding.open(
            "R23", _("It is not known yet whether the participant has a grant this year.")
        )
    if facts.live_grants:
        return Finding.refuse(
            "R23",
            _(
                "The participant already has a grant for a course in the same year. There is one "
                "grant for each person and year; apply again for a course next year."
            ),
        )
    return Finding.met("R23", _("The participant has no other grant in the year of the course."))


def earlier_declared(facts: Facts, terms: Terms) -> Verdict:
    """R25: what was declared about earlier applications is compared with the register."""
    if facts.declared_earlier is None or facts.earlier_applications is None:
        return None
    count = facts.earlier_applications
    if facts.declared_earlier == bool(count):
        return Finding.met(
            "R25", _("What was said about earlier applications agrees with the register.")
        )
    if facts.declared_earlier:
        return Finding.look(
            "R25", _("An earlier application is declared, but the register has none.")
        )
    text = _("No earlier application is declared, but the register has {count}.")
    return Finding.look("R25", format_lazy(text, count=count))


def half_years_pool(facts: Facts, terms: Terms) -> Verdict:
    """R26: the half-year in which it is decided pays."""
    if facts.decided_on is None:
        return None
    first, last = days.half_year(facts.decided_on)
    text = _("It is paid from the money for {first} to {last}.")
    return Finding.met("R26", format_lazy(text, first=day(first), last=day(last)))


NEEDS_MONEY = _(
    "The half-year has {left} kr left, too little for {sum} kr. The application keeps its "
    "place and can be decided with the money of the next half-year."
)
# The next half-year would be too late: the answer is given in the year of the course (R31).
NEEDS_MONEY_BACK = _(
    "The half-year has {left} kr left, too little for {sum} kr. The application keeps its place and "
    "waits for money that comes back or is moved to this half-year. It is answered by the end of "
    "the year."
)


def pool_suffices(facts: Facts, terms: Terms) -> Verdict:
    """R27: the pool has enough left, and nobody overtakes who came earlier."""
    if facts.pool_remaining is None:
        return Finding.open("R27", _("It is not known yet how much money the half-year has left."))
    due = amount.by_rules(facts, terms)
    words = {"left": kronor(facts.pool_remaining), "sum": kronor(due)}
    if due > facts.pool_remaining:
        text = NEEDS_MONEY_BACK if _last_half_year(facts) else NEEDS_MONEY
        return Finding.wait("R27", format_lazy(text, **words))
    if facts.waiting_ahead and not terms.overtaking:
        return Finding.wait(
            "R27", _("Applications that came earlier wait for money; they are decided first.")
        )
    return Finding.met("R27", format_lazy(_("The half-year has {left} kr left."), **words))


def _last_half_year(facts: Facts) -> bool:
    """Tell whether no later half-year of the course's own year is left (R31)."""
    if facts.decided_on is None or facts.course_year is None:
        return False
    _first, last = days.half_year(facts.decided_on)
    return last >= date(facts.course_year, 12, 31)


def no_break(facts: Facts, terms: Terms) -> Verdict:
    """R29: nothing is decided on a day within a decision break."""
    if facts.decided_on is None:
        return Finding.open("R29", _("The day of the decision is not known yet."))
    closed = days.break_on(facts.decided_on, terms)
    if closed is None:
        return Finding.met("R29", _("Decisions are made at this time of the year."))
    after = days.first_day_to_decide(facts.decided_on, terms)
    text = _(
        "Nothing is decided from {first} to {last}. The application is kept and can be decided "
        "from {after}."
    )
    words = {"first": day(closed[0]), "last": day(closed[1]), "after": day(after)}
    return Finding.wait("R29", format_lazy(text, **words))


def saved_for_next_year(facts: Facts, terms: Terms) -> Verdict:
    """R30: an application for a coming year is saved until that year."""
    if facts.decided_on is None or facts.course_year is None:
        return None
    if facts.decided_on.year >= facts.course_year:
        return None
    text = _(
        "The course is in {year}. The application is saved and decided in {year}, by that year's "
        "terms and money."
    )
    return Finding.wait("R30", format_lazy(text, year=facts.course_year))


def answered_the_same_year(facts: Facts, terms: Terms) -> Verdict:
    """R31: the year of the decision is the course year. A coming year is R30's matter."""
    if facts.decided_on is None or facts.course_year is None:
        return None
    if facts.decided_on.year < facts.course_year:
        return None
    year = facts.course_year
    if facts.decided_on.year > facts.course_year:
        text = _("The course was in {year}, and its answer had to be given in {year}.")
        return Finding.refuse("R31", format_lazy(text, year=year))
    return Finding.met(
        "R31", format_lazy(_("It is decided in {year}, the year of the course."), year=year)
    )


def feedback_planned(facts: Facts, terms: Terms) -> Verdict:
    """R33: the application says how the content is passed on."""
    if facts.feedback_plan is None:
        return Finding.open(
            "R33", _("Write how the content of the course will be passed on at work.")
        )
    if facts.feedback_plan:
        return Finding.met("R33", _("It says how the content of the course will be passed on."))
    return Finding.refuse(
        "R33",
        _("The application does not say how the content will be passed on. This must be planned."),
    )


# Every rule is tried, in this order, and none hides another.
RULES: tuple[Callable[[Facts, Terms], Verdict], ...] = (
    external_course,
    money_from_elsewhere,
    employed_specialist,
    active_participation,
    before_the_course,
    not_in_retrospect,
    eligible_costs,
    highest_amount,
    co_financing,
    one_grant_a_year,
    earlier_declared,
    half_years_pool,
    pool_suffices,
    no_break,
    saved_for_next_year,
    answered_the_same_year,
    feedback_planned,
)


@lru_cache(ASSESSMENTS_KEPT)
def assess(facts: Facts, terms: Terms) -> Assessment:
    """Try every rule and return all findings, the amount and how it came about.

    Nothing else counts, so what was found lately of the same facts and terms is kept: whoever opens
    the queue again, or a case that waits for money, finds most as they were.
    """
    verdicts = (rule(facts, terms) for rule in RULES)
    return Assessment(
        findings=tuple(verdict for verdict in verdicts if verdict),
        by_rules=amount.by_rules(facts, terms),
        arithmetic=amount.lines(facts, terms),
        details=_details(facts, terms),
    )


def _details(facts: Facts, terms: Terms) -> dict[str, str | int | None]:
    cap = amount.cap(facts, terms)
    due = facts.starts_on and days.invoice_due_on(facts.starts_on, facts.decided_on, terms)
    return {
        "zone": amount.zone(facts, terms),
        "cap": None if cap is None else str(cap),
        "course_year": facts.course_year,
        "pool": days.pool_key(facts.decided_on) if facts.decided_on else None,
        "invoice_due_on": due.isoformat() if due else None,
    }
