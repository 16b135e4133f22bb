"""The register of invoices: who sees which, how each one stands on a day, and their sums."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    DecimalField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    TextChoices,
    Value,
    When,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.mandates import ADMINISTRATOR, AUDITOR, current_schemes, money_seen_by
from applications.models import Application, State
from invoicing.models import SOUGHT, Handling, Invoice, Postponement
from schemes import finding

SOON = timedelta(days=7)
MONEY = DecimalField(max_digits=14, decimal_places=2)


class Standing(TextChoices):
    """Where an invoice stands: on its way out, out, or done with."""

    MAKING = "making", _("Being made")
    READY = "ready", _("Ready to send")
    DUE = "due", _("Due within a week")
    OVERDUE = "overdue", _("Overdue")
    SENT = "sent", _("Sent")
    SETTLED = "settled", _("Settled")
    CREDITED = "credited", _("Credited")
    PAYABLE = "payable", _("Ready to be paid")
    PAID = "paid", _("Paid")
    WITHDRAWN = "withdrawn", _("Withdrawn")


UNSENT = (Standing.MAKING, Standing.READY, Standing.DUE, Standing.OVERDUE)
TONES = {
    Standing.READY: "accent",
    Standing.DUE: "warn",
    Standing.OVERDUE: "bad",
    Standing.SENT: "neutral",
    Standing.SETTLED: "good",
    Standing.PAYABLE: "accent",
    Standing.PAID: "good",
}
SORTS: Mapping[str, tuple[str, ...]] = {
    "number": ("series__organisation__code", "series__year", "number"),
    "due": ("falls", "pk"),
    "amount": ("signed", "pk"),
    "course": ("application__course_title", "pk"),
    "issued": ("issued_on", "pk"),
}
NEVER_NULL = ("falls", "signed", "application__course_title")


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

    `falls` is where the due day puts them in a list: a credit invoice has none and goes out at once.
    """
    known = invoices.annotate(
        label=KT("snapshot__number"),
        signed=Case(When(kind=Invoice.Kind.CREDIT, then=-F("amount")), default=F("amount")),
        due=Coalesce(_postponed(), F("due_on"), output_field=DateField()),
    )
    return known.annotate(falls=Coalesce("due", "issued_on"))


def standing_on(invoices: QuerySet[Invoice], on: date) -> QuerySet[Invoice]:
    """Return the described invoices with their `standing` on a day."""
    known = described(invoices).annotate(sent=_sent("pk"), credited=_credited("pk"))
    return known.annotate(withdrawn=_withdrawn()).annotate(standing=_standing(on))


def _postponed() -> Subquery:
    rows = Postponement.objects.filter(invoice=OuterRef("pk")).order_by("-pk")
    return Subquery(rows.values("due_on")[:1])


def _sent(invoice: str) -> Exists:
    rows = Handling.objects.filter(invoice=OuterRef(invoice), kind=Handling.Kind.SENT)
    return Exists(rows)


def _credited(invoice: str) -> Coalesce:
    rows = Invoice.objects.filter(credits=OuterRef(invoice)).order_by().values("credits")
    sums = rows.annotate(sum=Sum("amount")).values("sum")
    return Coalesce(Subquery(sums, output_field=MONEY), Value(Decimal(0)), output_field=MONEY)


def _withdrawn() -> Case:
    """Tell whether an invoice was credited in full before it went out: then neither goes out."""
    invoice = Q(credited=F("amount"), sent=False)
    original = ~_sent("credits") & Q(credits__amount=_credited("credits"))
    return Case(When(kind=Invoice.Kind.CREDIT, then=original), default=invoice)


def _standing(on: date) -> Case:
    invoice, credit = Q(kind=Invoice.Kind.INVOICE), Q(kind=Invoice.Kind.CREDIT)
    statement = Q(kind=Invoice.Kind.STATEMENT)
    rules = (
        (Q(payment__isnull=False), Standing.PAID),
        (statement & Q(credited__gt=0), Standing.WITHDRAWN),
        (credit & Q(credits__kind=Invoice.Kind.STATEMENT), Standing.WITHDRAWN),
        (Q(sent=True, application__state=State.SETTLED), Standing.SETTLED),
        (Q(sent=True) & (credit | Q(credited=F("amount"))), Standing.CREDITED),
        (Q(sent=True), Standing.SENT),
        (Q(withdrawn=True), Standing.CREDITED),
        (Q(packet__rendered_at=None), Standing.MAKING),
        (statement, Standing.PAYABLE),
        (invoice & Q(due__lt=on), Standing.OVERDUE),
        (invoice & Q(due__lte=on + SOON), Standing.DUE),
    )
    whens = [When(condition, then=Value(standing.value)) for condition, standing in rules]
    return Case(*whens, default=Value(Standing.READY.value), output_field=CharField())


# Lists


def search(invoices: QuerySet[Invoice], words: str) -> QuerySet[Invoice]:
    """Return those whose number, reference, course, participant, unit or administration has every word."""
    return finding.holding(invoices, SOUGHT, words, application_id=Application.objects.holding)


def ordered(invoices: QuerySet[Invoice], sort: str) -> QuerySet[Invoice]:
    """Return them by a known column, "-" before it turns it round; else what is due first."""
    return invoices.order_by(*order(sort))


def order(sort: str) -> list[str]:
    """Return the names of the columns for a sort that is asked for."""
    columns = SORTS.get(sort.removeprefix("-"), SORTS["due"])
    return [f"-{name}" for name in columns] if sort.startswith("-") else list(columns)


def shown(invoices: QuerySet[Invoice]) -> QuerySet[Invoice]:
    """Return them with what a line shows fetched along, without the snapshots."""
    related = ("application", "series__organisation", "packet")
    unshown = ("snapshot", "application__answers", "application__facts", "application__report")
    return invoices.select_related(*related).defer(*unshown)


def sums(invoices: QuerySet[Invoice]) -> dict[str, dict[str, Any]]:
    """Return number and sum of amounts by standing; credit invoices count against. One query."""
    rows = invoices.order_by().values("standing").annotate(number=Count("pk"), sum=Sum("signed"))
    return {row["standing"]: row for row in rows}
