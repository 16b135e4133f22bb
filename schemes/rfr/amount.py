"""The arithmetic of RFR: the grant is the smallest of cap, amount asked, own contribution and half."""

from decimal import ROUND_FLOOR, Decimal

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from schemes.findings import Line
from schemes.rfr.facts import DIGITAL, Facts
from schemes.rfr.terms import ON_SCREEN, WORLD, Terms

NOTHING = Decimal(0)


def zone(facts: Facts, terms: Terms) -> str | None:
    """Return the zone whose cap counts: the participant's own attendance, then the country."""
    if facts.attendance == DIGITAL:
        return ON_SCREEN
    if facts.attendance is None or facts.country is None:
        return None
    return terms.zones.get(facts.country, WORLD)


def cap(facts: Facts, terms: Terms) -> Decimal | None:
    """Return the most that one participant can get, in kronor (R12–R15)."""
    where = zone(facts, terms)
    return terms.caps[where] if where else None


def basis(facts: Facts) -> Decimal | None:
    """Return what the course costs after money from elsewhere, in kronor (R11, R4)."""
    if facts.cost is None:
        return None
    return max(NOTHING, facts.cost - (facts.other_funding or NOTHING))


def by_formula(facts: Facts, terms: Terms) -> Decimal:
    """Return min(cap, asked, own contribution, the terms' share of the basis) in whole kronor (R18).

    What a draft does not say yet does not limit; without a cost or a cap it is 0.
    """
    limits = [cap(facts, terms), _share_of(basis(facts), terms)]
    if None in limits:
        return NOTHING
    stated = [each for each in (facts.requested, facts.own_contribution) if each is not None]
    return _whole(min(*limits, *stated))


def by_rules(facts: Facts, terms: Terms) -> Decimal:
    """Return what may be granted: the formula, or what the pool has where terms let it pay less (R27)."""
    amount = by_formula(facts, terms)
    if not terms.partial_grants or facts.pool_remaining is None:
        return amount
    # An empty pool lowers nothing: the application waits for money (R27) instead of getting 0.
    return min(amount, _whole(facts.pool_remaining)) or amount


def shared(facts: Facts, granted: Decimal) -> tuple[Decimal, Decimal] | None:
    """Return what the unit pays beside a grant, and what nobody has said to pay, in kronor (R18).

    The unit pays the rest, or as much of it as it states at most. None while the cost is not known.
    """
    left = basis(facts)
    if left is None:
        return None
    rest, own = left - granted, facts.own_contribution
    unit = rest if own is None else min(own, rest)
    return unit, rest - unit


def payable(facts: Facts, terms: Terms, *, granted: Decimal, actual_cost: Decimal) -> Decimal:
    """Return min(granted, cap, share of the actual basis) in whole kronor (R18): never above `granted`."""
    left = max(NOTHING, actual_cost - facts.other_funding)
    return min(granted, cap(facts, terms), _share_of(left, terms))


def lines(facts: Facts, terms: Terms) -> tuple[Line, ...]:
    """Return the sum behind the amount, line by line, as far as its figures are known."""
    amount, left = by_rules(facts, terms), basis(facts)
    percent = f"{terms.share * 100:.0f}"
    rows = [
        (_("Fee, travel and lodging"), facts.cost),
        (_("Money from elsewhere"), -facts.other_funding if facts.other_funding else None),
        (format_lazy(_("{percent}% of what is left"), percent=percent), _share_of(left, terms)),
        (_("The most for this kind of course"), cap(facts, terms)),
        (_("Asked for"), facts.requested),
        (_("The unit's own contribution"), facts.own_contribution),
    ]
    known = [Line(label, value) for label, value in rows if value is not None]
    return (*known, Line(_("Grant"), amount, total=True), *_rest(facts, amount))


def _rest(facts: Facts, granted: Decimal) -> list[Line]:
    shares = shared(facts, granted)
    if shares is None:
        return []
    unit, uncovered = shares
    if not uncovered:
        return [Line(_("The unit pays the rest"), unit)]
    return [Line(_("The unit pays"), unit), Line(_("Not covered"), uncovered)]


def _share_of(left: Decimal | None, terms: Terms) -> Decimal | None:
    return None if left is None else _whole(left * terms.share)


def _whole(value: Decimal) -> Decimal:
    return value.to_integral_value(rounding=ROUND_FLOOR)
