"""The arithmetic in words: one line for the fee, one for each day of absence, and what is left."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from drawing.wording import day
from schemes.fastlege import amount, days
from schemes.fastlege.amount import WHOLE_DAY, Counted
from schemes.fastlege.facts import Facts
from schemes.fastlege.terms import Terms
from schemes.findings import Line

Words = str | Promise


def listed(some: Iterable[date]) -> Promise:
    """Return days in words, one after the other."""
    words = [day(each) for each in some]
    return format_lazy(", ".join(["{}"] * len(words)), *words)


def arithmetic(facts: Facts, terms: Terms) -> tuple[Line, ...]:
    """Return the sum behind the amount, line by line, as far as its figures are known."""
    counted = amount.counted(facts, terms)
    return (
        *_of_the_fee(facts, terms),
        *(Line(_day_and_pay(each), each.amount or Decimal(0)) for each in counted),
        Line(_("Refund"), amount.by_rules(facts, terms), total=True),
    )


def _of_the_fee(facts: Facts, terms: Terms) -> list[Line]:
    others = facts.other_funding
    minus = [Line(_("Paid by others"), -others)] if others else []
    if facts.fee_paid is None:
        return minus
    paid = Line(_("Course fee paid"), facts.fee_paid)
    return [paid, *minus, Line(_("Refund of the fee"), amount.fee(facts, terms))]


def _day_and_pay(each: Counted) -> Words:
    return format_lazy("{day}: {what}", day=day(each.on), what=how_paid(each))


def how_paid(each: Counted) -> Words:
    """Return how a day is paid, and where it gives less than was stated, why."""
    if each.amount is None:
        return _("no rate is entered")
    if each.cut == "L7":
        return _("weekend") if days.is_weekend(each.on) else _("public holiday")
    if each.cut == "L9":
        return _("no day rate")
    if each.units == WHOLE_DAY:
        return _("a whole day")
    return _half(each) if each.units else _none(each)


def _half(each: Counted) -> Words:
    if each.short:
        return _("a half day by the hours stated")
    if each.cut:
        return _("paid as a half day, as only one was left")
    return _("a half day")


def _none(each: Counted) -> Words:
    if each.short:
        return _("too few hours")
    return _("no days are left")


def allowance(facts: Facts, terms: Terms) -> Words:
    """Return in words how much of the allowance this application takes and what is left (L8)."""
    if not terms.by_year:
        taken = sum(amount.units(facts, terms).values())
        text = _("{units} of {limit} half days for this course.")
        return format_lazy(text, units=taken, limit=terms.units)
    years = sorted({each.on.year for each in facts.absence})
    parts = [_of_year(year, facts, terms) for year in years]
    return format_lazy(" ".join(["{}"] * len(parts)), *parts)


def _of_year(year: int, facts: Facts, terms: Terms) -> Words:
    used = facts.units_used.get(year, 0)
    taken = amount.units(facts, terms).get(year, 0)
    words = {
        "units": taken,
        "limit": terms.units,
        "year": year,
        "used": used,
        "left": max(0, terms.units - used - taken),
    }
    text = _("{units} of the {limit} half days of {year}; {used} used before, {left} left.")
    return format_lazy(text, **words)
