"""The refund scheme's rules: facts and terms in, findings and an amount out. No database, no clock."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from drawing.wording import amount as kroner
from drawing.wording import day
from schemes.fastlege import amount, lines
from schemes.fastlege.facts import CERTIFICATE, DOCUMENTATION, EMPLOYED, MUNICIPALITY, Facts
from schemes.fastlege.terms import Terms
from schemes.findings import Assessment, Finding

Verdict = Finding | None
Words = str | Promise


def within_the_scheme(facts: Facts, terms: Terms) -> Verdict:
    """L1: no certificate from before the scheme's first day or after its last."""
    issued = facts.certificate_issued_on
    if issued is None:
        return None
    words = {"issued": day(issued), "first": day(terms.first_day)}
    if issued < terms.first_day:
        text = _(
            "The course certificate is of {issued}, but the scheme begins on {first}. Courses from "
            "before it are not refunded."
        )
        return Finding.refuse("L1", format_lazy(text, **words))
    if terms.last_day and issued > terms.last_day:
        text = _("The course certificate is of {issued}, but the scheme ended on {last}.")
        return Finding.refuse("L1", format_lazy(text, last=day(terms.last_day), **words))
    text = _("The course certificate is of {issued}, within the days of the scheme.")
    return Finding.met("L1", format_lazy(text, **words))


def who_applies(facts: Facts, terms: Terms) -> Verdict:
    """L2: a self-employed GP, or a municipality for a GP that it employs."""
    if facts.kind is None:
        return Finding.open(
            "L2", _("Say whether you are self-employed or apply for a municipality.")
        )
    if facts.kind == EMPLOYED:
        return Finding.refuse(
            "L2",
            _(
                "A GP employed by a municipality does not apply personally. Ask your municipality "
                "to apply for you: it gets the refund."
            ),
        )
    if facts.kind == MUNICIPALITY:
        return Finding.met("L2", _("The municipality applies for a GP that it employs."))
    return Finding.met("L2", _("A self-employed GP applies."))


def about_quality(facts: Facts, terms: Terms) -> Verdict:
    """L3: the course is about quality improvement or patient safety; an unjudged one is L12's."""
    if facts.pre_approved is None:
        return Finding.open("L3", _("Say which course it was."))
    if facts.pre_approved or facts.topic_accepted:
        return Finding.met("L3", _("The course is about quality improvement or patient safety."))
    if facts.topic_accepted is None:
        return None
    return Finding.refuse(
        "L3",
        _(
            "The course is not about quality improvement or patient safety, and only such courses "
            "are refunded."
        ),
    )


def own_practice(facts: Facts, terms: Terms) -> Verdict:
    """L4: a course that is not on the list should evaluate one's own practice."""
    if facts.pre_approved is not False or facts.evaluates_own_practice is None:
        return None
    if facts.evaluates_own_practice:
        return Finding.met("L4", _("The course evaluates one's own practice with data from it."))
    return Finding.look(
        "L4",
        _(
            "The course does not evaluate one's own practice. It should then have a clear focus on "
            "quality or safety."
        ),
    )


def money_suffices(facts: Facts, terms: Terms) -> Verdict:
    """L5: the appropriation has enough left, and nobody overtakes who came earlier."""
    if facts.pool_remaining is None:
        return Finding.open("L5", _("It is not known yet how much of the appropriation is left."))
    due = amount.by_rules(facts, terms)
    words = {"left": kroner(facts.pool_remaining), "sum": kroner(due)}
    if due > facts.pool_remaining:
        text = _(
            "The appropriation has {left} kr left, too little for {sum} kr. The application keeps "
            "its place and is decided if there is new money."
        )
        return Finding.wait("L5", format_lazy(text, **words))
    if facts.waiting_ahead and not terms.overtaking:
        return Finding.wait(
            "L5", _("Applications that came earlier wait for money; they are decided first.")
        )
    return Finding.met("L5", format_lazy(_("The appropriation has {left} kr left."), **words))


def course_fee(facts: Facts, terms: Terms) -> Verdict:
    """L6: the fee after other money, up to the cap; an application that gives nothing is refused."""
    if facts.fee_paid is None or facts.other_funding is None:
        return Finding.open(
            "L6", _("Write the course fee and what others pay of it; 0 if nothing.")
        )
    refund = amount.fee(facts, terms)
    if refund:
        text = _("{sum} kr of the course fee is refunded; at most {cap} kr for each course.")
        return Finding.met("L6", format_lazy(text, sum=kroner(refund), cap=kroner(terms.fee_cap)))
    if amount.by_rules(facts, terms) or _without_rate(facts, terms):
        return Finding.met("L6", _("There is no course fee to refund."))
    return Finding.refuse(
        "L6", _("Neither fee nor absence gives anything to refund, so nothing can be granted.")
    )


def working_days(facts: Facts, terms: Terms) -> Verdict:
    """L7: only absence on working days counts."""
    if not facts.absence:
        return Finding.met("L7", _("No absence from practice is stated; only the fee is refunded."))
    off = [each.on for each in amount.counted(facts, terms) if each.cut == "L7"]
    if not off:
        return Finding.met("L7", _("All days of absence are working days."))
    text = _("Saturdays, Sundays and public holidays give no compensation: {days}.")
    return Finding.met("L7", format_lazy(text, days=lines.listed(off)))


def allowance(facts: Facts, terms: Terms) -> Verdict:
    """L8: so many half days for each GP; when they are used up, further days give nothing."""
    if not facts.absence:
        return None
    if facts.units_used is None:
        return Finding.open(
            "L8", _("It is not known yet how many days were used earlier in the year.")
        )
    return Finding.met("L8", lines.allowance(facts, terms))


def rate_of_the_day(facts: Facts, terms: Terms) -> Verdict:
    """L9: each day is paid by the rate in force that day; without one nothing can be decided."""
    if not facts.absence:
        return None
    if facts.kind == MUNICIPALITY and not terms.municipality_day_rate:
        return Finding.look(
            "L9", _("By these terms a municipality is paid no day rate; the absence gives nothing.")
        )
    without = _without_rate(facts, terms)
    if without:
        text = _("No rate is entered for {days}, so it cannot be decided yet.")
        return Finding.wait("L9", format_lazy(text, days=lines.listed(without)))
    total = kroner(amount.compensation(facts, terms))
    text = _("Absence gives {sum} kr by the rates in force on each day.")
    return Finding.met("L9", format_lazy(text, sum=total))


def documented(facts: Facts, terms: Terms) -> Verdict:
    """L10: certificate with its day of issue, and absence documented where claimed, both accepted."""
    lacking = [*_certificate_lacks(facts), *_absence_lacks(facts)]
    if lacking:
        return Finding.wait("L10", format_lazy(" ".join(["{}"] * len(lacking)), *lacking))
    if _early(facts):
        return Finding.look("L10", _("The course certificate was issued before the course ended."))
    return Finding.met("L10", _("The course certificate and the documentation are accepted."))


def on_the_list(facts: Facts, terms: Terms) -> Verdict:
    """L12: a course on the list is approved beforehand, another one is assessed."""
    if facts.pre_approved:
        return Finding.met("L12", _("The course is on the list of pre-approved courses."))
    if facts.pre_approved is None or facts.topic_accepted is False:
        return None
    if facts.topic_accepted:
        return Finding.met(
            "L12", _("The course is not on the list, but has been assessed and accepted.")
        )
    return Finding.wait(
        "L12",
        _("The course is not on the list of pre-approved courses. A case officer assesses it."),
    )


# Every rule is tried, in this order, and none hides another. L11, L13 and L14 have nothing to find.
RULES: tuple[Callable[[Facts, Terms], Verdict], ...] = (
    within_the_scheme,
    who_applies,
    about_quality,
    own_practice,
    money_suffices,
    course_fee,
    working_days,
    allowance,
    rate_of_the_day,
    documented,
    on_the_list,
)


def assess(facts: Facts, terms: Terms) -> Assessment:
    """Try every rule and return all findings, the amount and how it came about."""
    verdicts = (rule(facts, terms) for rule in RULES)
    return Assessment(
        findings=tuple(verdict for verdict in verdicts if verdict),
        by_rules=amount.by_rules(facts, terms),
        arithmetic=lines.arithmetic(facts, terms),
        details=_details(facts, terms),
    )


def _details(facts: Facts, terms: Terms) -> dict[str, Any]:
    return {
        "fee": str(amount.fee(facts, terms)),
        "compensation": _plain(amount.compensation(facts, terms)),
        "units": {str(year): units for year, units in amount.units(facts, terms).items()},
        "days": [_day(each) for each in amount.counted(facts, terms)],
    }


def _day(each: amount.Counted) -> dict[str, Any]:
    hours = each.absence.hours
    return {
        "on": each.on.isoformat(),
        "stated": each.absence.part,
        "hours": None if hours is None else str(hours),
        "units": each.units,
        "amount": None if each.amount is None else str(each.amount),
        "rule": each.cut,
        "short": each.short,
    }


def _plain(value: Decimal) -> str:
    return str(value.to_integral_value() if value == value.to_integral_value() else value)


def _without_rate(facts: Facts, terms: Terms) -> list[Any]:
    return [each.on for each in amount.counted(facts, terms) if each.amount is None]


def _certificate_lacks(facts: Facts) -> list[Words]:
    if facts.certificate_issued_on is None or _is_missing(CERTIFICATE, facts):
        return [_("The course certificate with its day of issue is missing.")]
    if facts.certificate_accepted:
        return []
    return [_("The course certificate has not been accepted yet.")]


def _absence_lacks(facts: Facts) -> list[Words]:
    if not facts.absence:
        return []
    if _is_missing(DOCUMENTATION, facts):
        return [_("The documentation of the absence is missing.")]
    if facts.absence_accepted:
        return []
    return [_("The documentation of the absence has not been accepted yet.")]


def _is_missing(kind: str, facts: Facts) -> bool:
    return facts.papers is not None and kind not in facts.papers


def _early(facts: Facts) -> bool:
    return facts.ends_on is not None and facts.certificate_issued_on < facts.ends_on
