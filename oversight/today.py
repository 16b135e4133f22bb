"""What waits today for each person, in each capacity: figures in words, with the way to what they count."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts import mandates
from accounts.mandates import ADMINISTRATOR, AUDITOR, FINANCE
from accounts.office import in_scheme
from decisions import today as deciding
from decisions.queue import Place
from drawing.wording import day, moment, money
from invoicing import today as paying
from oversight.models import Verification
from oversight.status import is_late
from schemes.base import Scheme
from schemes.registry import SCHEMES

BY_OTHERS = (Place.DOCUMENTS, Place.HEAD, Place.APPLICANT)


@dataclass(frozen=True)
class Line:
    """One figure: how many of what, a few words more, and where they are found.

    `number` is None where nobody knows: then the tone stays, for that is not none.
    """

    number: int | None
    label: str
    hint: str = ""
    url: str = ""
    tone: str = "neutral"

    @property
    def shown_tone(self) -> str:
        """The tone, which says nothing where nothing waits."""
        return "neutral" if self.number == 0 else self.tone


@dataclass(frozen=True)
class Card:
    """One capacity in one scheme."""

    scheme: Scheme | None
    title: str
    lines: list[Line]
    url: str
    link: str


def cards(user: Any, *, at: datetime) -> list[Card]:
    """Return a card for each capacity that the person holds today, in the registry's order."""
    found = [card for scheme in SCHEMES for card in _of_scheme(scheme, user, at=at)]
    return found + list(_of_house(user, at=at))


def _of_scheme(scheme: Scheme, user: Any, *, at: datetime) -> Iterator[Card]:
    held = [each for each in mandates.current(user) if each.scheme == scheme.slug]
    on = scheme.local_day(at)
    if any(each.signs for each in held):
        yield _signing(deciding.desk(scheme, user, on=on), on)
    handles = any(each.capacity == FINANCE for each in held)
    if handles or any(each.capacity == ADMINISTRATOR for each in held):
        found = paying.desk(scheme, user, on=on)
        yield _handling(found) if handles else _administering(found)


# To sign


def _signing(desk: deciding.Desk, on: Any) -> Card:
    queue = in_scheme("decisions:queue", desk.scheme)
    mine, others = desk.at(Place.MINE), sum(desk.at(place).number for place in BY_OTHERS)
    other, funds = desk.at(Place.OTHER).number, desk.at(Place.FUNDS).number
    late = ngettext("late answer", "late answers", desk.late)
    lines = [
        Line(mine.number, _("for you to sign"), _soon(mine.soon), f"{queue}&place=mine", "accent"),
        Line(desk.late, late, _late(desk.late), f"{queue}&place=&sort=arrived", "bad"),
        Line(others, _by_others(desk.scheme), url=f"{queue}&place="),
    ]
    if other or len(desk.scheme.capacities) > 1:
        lines.insert(1, Line(other, _("for another signatory"), url=f"{queue}&place=other"))
    if funds:
        lines.append(Line(funds, _("for funds"), url=f"{queue}&place=funds", tone="warn"))
    if desk.pause:
        lines.append(_pause(*desk.pause, on))
    return Card(desk.scheme, _("To decide"), lines, f"{queue}&place=mine", _("Open the queue"))


def _by_others(scheme: Scheme) -> str:
    """Return for what else applications of a scheme can wait; not every scheme asks a head of unit."""
    if scheme.head_reads:
        return _("for the applicant, the head of unit or papers")
    return _("for the applicant or papers")


def _soon(number: int) -> str:
    words = ngettext(
        "%(n)s course begins within three weeks", "%(n)s courses begin within three weeks", number
    )
    return words % {"n": number} if number else ""


def _late(number: int) -> str:
    return _("The day of the answer that was promised is past.") if number else ""


def _pause(first: Any, last: Any, on: Any) -> Line:
    words = _("Nothing is decided from %(first)s to %(last)s.")
    hint = words % {"first": day(first), "last": day(last)}
    if first <= on:
        days = (last - on).days + 1
        label = ngettext("day left of the decision break", "days left of the decision break", days)
        return Line(days, label, hint, tone="warn")
    days = (first - on).days
    label = ngettext("day to the next decision break", "days to the next decision break", days)
    return Line(days, label, hint, tone="warn" if days <= deciding.SOON else "neutral")


# To pay


def _handling(desk: paying.Desk) -> Card:
    here = in_scheme("invoicing:overview", desk.scheme)
    lines = _payments(desk, here) if desk.scheme.pays_out else _packets(desk, here)
    return Card(desk.scheme, _("Finance"), lines, here, _("Open the list"))


def _packets(desk: paying.Desk, here: str) -> list[Line]:
    ready = paying.Part(desk.unsent.number - desk.making.number, desk.unsent.sum - desk.making.sum)
    sums = [_sum(desk, each) for each in (ready, desk.due, desk.overdue, desk.to_settle)]
    words = ngettext("packet ready to send", "packets ready to send", ready.number)
    overdue = ngettext("overdue invoice", "overdue invoices", desk.overdue.number)
    return [
        Line(ready.number, words, sums[0], f"{here}&tab=unsent", "accent"),
        Line(desk.due.number, _("due within a week"), sums[1], f"{here}&tab=due", "warn"),
        Line(desk.overdue.number, overdue, sums[2], f"{here}&tab=overdue", "bad"),
        Line(
            desk.to_settle.number, _("to settle: the course is over"), sums[3], f"{here}&tab=sent"
        ),
        Line(desk.making.number, _("still being made")),
    ]


def _payments(desk: paying.Desk, here: str) -> list[Line]:
    ready = desk.payable
    words = ngettext("payment to release", "payments to release", ready.number)
    return [
        Line(ready.number, words, _sum(desk, ready), here, "accent"),
        Line(desk.making.number, _("still being made")),
    ]


def _sum(desk: paying.Desk, part: paying.Part) -> str:
    return money(part.sum, desk.scheme.currency) if part.number else ""


# To answer for


def _administering(desk: paying.Desk) -> Card:
    here = in_scheme("invoicing:overview", desk.scheme)
    lines = _payments(desk, here)[:1] if desk.scheme.pays_out else _unsent(desk, here)
    start = reverse("administration:start", args=[desk.scheme.slug])
    return Card(desk.scheme, pgettext("menu", "Administration"), lines, start, _("Open"))


def _unsent(desk: paying.Desk, here: str) -> list[Line]:
    number = desk.overdue.number
    words = ngettext("overdue invoice to postpone", "overdue invoices to postpone", number)
    return [
        Line(number, words, _sum(desk, desk.overdue), f"{here}&tab=overdue", "bad"),
        Line(desk.unsent.number, _("not sent yet"), _sum(desk, desk.unsent), here),
    ]


def _of_house(user: Any, *, at: datetime) -> Iterator[Card]:
    if mandates.current(user, ADMINISTRATOR, AUDITOR):
        status = reverse("oversight:status")
        lines = [_verified(Verification.objects.first(), status, at=at)]
        yield Card(None, _("Verification"), lines, status, _("Open the status page"))


def _verified(last: Verification | None, url: str, *, at: datetime) -> Line:
    if last is None:
        return Line(None, _("No verification has been made yet."), url=url, tone="bad")
    if is_late(last, at=at):
        words = _("No verification has been made since %(moment)s.") % {"moment": moment(last.at)}
        return Line(None, words, url=url, tone="bad")
    found = sum(last.counts.values())
    label = ngettext("finding in the last verification", "findings in the last verification", found)
    return Line(found, label, str(moment(last.at)), url, "bad")
