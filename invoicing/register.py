"""The register of invoices: who sees which, how each one stands on a day, and their sums."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Upper

from accounts.mandates import ADMINISTRATOR, AUDITOR, current_schemes, money_seen_by
from applications.models import named
from database import finding, paging, spans
from invoicing.entries import Entry, Stage, Standing, Tally, standing
from invoicing.models import Invoice

UNSENT = (Standing.MAKING, Standing.READY, Standing.DUE, Standing.OVERDUE)
ALL = tuple(Standing)
# Of an invoice, what a file of it says or holds.
RELATED = ("application", "series__organisation", "packet")
TONES = {
    Standing.READY: "accent",
    Standing.DUE: "warn",
    Standing.OVERDUE: "bad",
    Standing.SENT: "neutral",
    Standing.SETTLED: "good",
    Standing.PAYABLE: "accent",
    Standing.PAID: "good",
}
# A day that is empty where nothing is due falls where it goes out at once.
SORTS: Mapping[str, str] = {
    "number": "filed",
    "due": "falls",
    "amount": "signed",
    "course": "course_title",
    "issued": "issued_on",
}


@dataclass(frozen=True)
class Part:
    """How many invoices stand somehow, and their sum in the scheme's currency."""

    number: int = 0
    sum: Decimal = Decimal(0)

    def __add__(self, other: "Part") -> "Part":
        return Part(self.number + other.number, self.sum + other.sum)


class Alike(NamedTuple):
    """What stands alike: `day` is that by which it is due, or on which its course ends, if it matters."""

    stage: str
    made: bool
    day: date | None
    part: Part


# Who sees which


def seen_by(user: Any) -> QuerySet[Invoice]:
    """Return the invoices that a person may read now.

    Finance sees its own administration's, or the whole scheme's; administrator and auditor the
    whole scheme's.
    """
    office = Q(application__scheme__in=current_schemes(user, ADMINISTRATOR, AUDITOR))
    return Invoice.objects.filter(_money(user) | office)


def handled_by(user: Any) -> QuerySet[Invoice]:
    """Return the invoices that a person of finance may hand over, settle and correct."""
    return Invoice.objects.filter(_money(user))


def administered_by(user: Any) -> QuerySet[Invoice]:
    """Return the invoices whose due date a person may postpone (R34)."""
    return Invoice.objects.filter(application__scheme__in=current_schemes(user, ADMINISTRATOR))


def _money(user: Any) -> Q:
    columns = {"scheme": "application__scheme", "organisation": "series__organisation"}
    return money_seen_by(user, **columns)


# How they stand


def described(invoices: QuerySet[Invoice]) -> QuerySet[Invoice]:
    """Return the invoices with their printed `label`, `signed` amount and the `due` day that counts.

    A credit invoice has no such day: it goes out at once.
    """
    known = {name: F(f"entry__{name}") for name in ("label", "signed", "due")}
    return invoices.select_related("entry").annotate(**known)


def invoices_of(entries: QuerySet[Entry]) -> list[Invoice]:
    """Return the invoices of entries, `described`, with all that a file of them says."""
    related = [f"invoice__{each}" for each in RELATED]
    return [_invoice_of(each) for each in entries.select_related(*related)]


def _invoice_of(entry: Entry) -> Invoice:
    invoice = entry.invoice
    invoice.label, invoice.signed, invoice.due = entry.label, entry.signed, entry.due
    return invoice


def by_number(invoices: QuerySet[Invoice]) -> QuerySet[Invoice]:
    """Return the invoices in the order of their numbers."""
    return invoices.order_by("entry__scheme", "entry__filed", "pk")


def standing_in(which: tuple[Standing, ...], on: Any, until: Any) -> Q:
    """Return the condition for entries that stand in one of these ways on a day, as an index has it.

    Takes the day *until* which, from that day on, something falls due soon.
    """
    if which == ALL:
        return Q()
    if which == UNSENT:
        return Q(stage=Stage.UNSENT)
    [standing] = which
    made = Q(stage=Stage.UNSENT, made=True)
    if standing == Standing.OVERDUE:
        return made & Q(due__lt=on)
    if standing == Standing.DUE:
        return made & Q(due__gte=on, due__lte=until)
    return Q(stage=Stage(standing.value))


# Their sums


def grouped(tallies: QuerySet[Tally]) -> QuerySet[Tally]:
    """Return what stands alike as a row: how it stands, number and sum."""
    rows = tallies.order_by().values_list("stage", "made", "day")
    return rows.annotate(Sum("number"), Sum("amount"))


def alike(rows: Iterable[tuple[Any, ...]]) -> list[Alike]:
    """Return how many stand alike, and their sum, from rows that are `grouped`."""
    return [Alike(*row[:3], Part(*row[3:])) for row in rows]


def alike_among(found: QuerySet[Entry], words: Q) -> list[Alike] | None:
    """Return the same of the entries that hold the words; None where they are more than are counted."""
    keys = spans.some(found, words, paging.COUNTED_BY_WORDS + 1)
    if len(keys) > paging.COUNTED_BY_WORDS:
        return None
    rows = Entry.objects.filter(pk__in=keys).values_list("stage", "made", "due")
    return alike(rows.annotate(Count("pk"), Sum("signed")))


def sums(parts: Iterable[Alike], on: date) -> dict[Standing, Part]:
    """Return number and sum by how they stand on a day; credit invoices count against."""
    found: dict[Standing, Part] = defaultdict(Part)
    for each in parts:
        found[standing(each.stage, made=each.made, due=each.day, on=on)] += each.part
    return found


# Lists


def holds(words: str) -> Q:
    """Return the condition: number, reference, course, participant, unit or administration has each word."""
    every = Q()
    for word in words.split():
        held = Q(words__contains=Upper(Value(finding.sought(word))))
        every &= held | finding.among("organisation_id", named(word))
    return every


def order(sort: str) -> list[str]:
    """Return the names of the columns for a sort that is asked for, "-" before it turns it round.

    What is due first where it is no known one.
    """
    name = SORTS.get(sort.removeprefix("-"), SORTS["due"])
    down = "-" if sort.startswith("-") else ""
    return [f"{down}{name}", f"{down}pk"]
