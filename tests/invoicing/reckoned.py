"""How an invoice stands on a day, reckoned from everything that happened to it, in Django's words.

The register keeps the same in a row that PostgreSQL writes (invoicing.entries).
"""

from datetime import date, timedelta
from decimal import Decimal

from django.db.models import (
    Case,
    CharField,
    DateField,
    DecimalField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce

from applications.models import State
from invoicing.entries import Standing
from invoicing.models import Handling, Invoice, Postponement

SOON = timedelta(days=7)
MONEY = DecimalField(max_digits=14, decimal_places=2)


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
