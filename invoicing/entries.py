"""The register as PostgreSQL itself keeps it: where each invoice stands, and their sums by month.

A row for each invoice holds what lists show, filter, sort and find by, written by the functions of
`invoicing.keeping` whenever something happens to an invoice or its case. Nothing in it depends on the day:
what is overdue follows from the due day when somebody looks.
"""

from datetime import date, timedelta

from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from applications.models import Application
from database import finding
from schemes.models import Organisation

SOON = timedelta(days=7)
# By which an invoice is found: its own number and its case's, the course, participant and unit.
SOUGHT = ("label", "reference", "course_title", "participant", "workplace")


class Stage(models.TextChoices):
    """What happened to an invoice so far, whatever day it is."""

    UNSENT = "unsent"
    SENT = "sent"
    SETTLED = "settled"
    CREDITED = "credited"
    UNPAID = "unpaid"
    PAID = "paid"
    WITHDRAWN = "withdrawn"


class Standing(models.TextChoices):
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


def standing(stage: str, *, made: bool, due: date | None, on: date) -> Standing:
    """Return where an invoice stands on a day; `made` tells whether its packet is (R34)."""
    if stage not in (Stage.UNSENT, Stage.UNPAID):
        return Standing(stage)
    if not made:
        return Standing.MAKING
    if stage == Stage.UNPAID:
        return Standing.PAYABLE
    if due is None or due > on + SOON:
        return Standing.READY
    return Standing.OVERDUE if due < on else Standing.DUE


class Entry(models.Model):
    """The line of one invoice in the register, as it stands now."""

    # The application's role may only read it: see database.rights.
    written_by_triggers = True

    invoice = models.OneToOneField(
        "invoicing.Invoice", models.PROTECT, primary_key=True, related_name="entry"
    )
    uuid = models.UUIDField()
    application = models.ForeignKey(
        Application, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    scheme = models.SlugField(db_index=False)
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    kind = models.CharField(max_length=10)
    # Its number as it is printed; and as it is sorted by, the last part with zeros before it.
    label = models.TextField()
    filed = models.TextField()
    reference = models.TextField()
    course_title = models.TextField()
    participant = models.TextField()
    workplace = models.TextField()
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    # Less than nothing where it credits another.
    signed = models.DecimalField(max_digits=12, decimal_places=2)
    issued_on = models.DateField()
    # The day that counts after any postponement, none for a credit invoice; and where that puts it in a list.
    due = models.DateField(null=True)
    falls = models.DateField()
    stage = models.CharField(max_length=10)
    made = models.BooleanField()
    # What it is found by as one text in capitals, so that a walk through many reads it at little cost.
    words = models.GeneratedField(
        expression=Upper(finding.Texts(*SOUGHT)), output_field=models.TextField(), db_persist=True
    )

    class Meta:
        verbose_name = _("entry of the register")
        verbose_name_plural = _("entries of the register")
        default_permissions = ()
        indexes = [
            finding.sliced("words", key="invoice_id", name="entry_sought"),
            # Each sort of all invoices of a scheme, and of those at one stage.
            *(
                models.Index(fields=["scheme", name, "invoice"], name=f"entry_{name}")
                for name in ("filed", "falls", "signed", "course_title", "issued_on")
            ),
            *(
                models.Index(fields=["scheme", "stage", name, "invoice"], name=f"entry_at_{name}")
                for name in ("filed", "falls", "signed", "course_title", "issued_on")
            ),
            # What must go out by a day.
            models.Index(
                fields=["scheme", "due", "invoice"],
                condition=Q(stage=Stage.UNSENT, made=True, due__isnull=False),
                name="entry_pending",
            ),
            # An administration that has few of them.
            models.Index(fields=["organisation", "stage"], name="entry_of"),
        ]

    def __str__(self) -> str:
        return self.label

    def standing(self, on: date) -> Standing:
        """Return where it stands on a day."""
        return standing(self.stage, made=self.made, due=self.due, on=on)


class Tally(models.Model):
    """How many invoices of a month stand alike, and their sum. Several rows of the same add up.

    Whoever changes an entry adds rows here and waits for nobody; now and then one of them adds up
    what is there. `day` is the one that tells what is due, or whose course is over, where it matters.
    """

    written_by_triggers = True

    scheme = models.SlugField(db_index=False)
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    month = models.DateField()
    stage = models.CharField(max_length=10)
    made = models.BooleanField()
    day = models.DateField(null=True)
    number = models.IntegerField()
    amount = models.DecimalField(max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = _("tally of invoices")
        verbose_name_plural = _("tallies of invoices")
        default_permissions = ()
        indexes = [models.Index(fields=["scheme", "month"], name="tally_month")]

    def __str__(self) -> str:
        return f"{self.scheme} {self.month:%Y-%m} {self.stage}: {self.number}"
