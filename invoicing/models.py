"""Invoices, numbered without a gap and never changed; the packet of papers; who did what with them."""

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from applications.models import Application
from schemes.models import Organisation, append_only


class Series(models.Model):
    """The invoice numbers of one administration and year; its row is locked to take the next one.

    It keeps no counter: the next number follows from the invoices that stand.
    """

    # PostgreSQL lets only those lock a row who may update a column of it: see schemes.rights.
    rows_are_locked = True

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(_("year"))

    class Meta:
        verbose_name = _("invoice series")
        verbose_name_plural = _("invoice series")
        ordering = ["organisation", "year"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "year"], name="series_of_a_year")
        ]
        triggers = append_only("series")

    def __str__(self) -> str:
        return f"{self.organisation.code.upper()}-{self.year}"


# Takes the locks in the house's order: application, then series. What was committed meanwhile is
# seen, because each statement of the function reads anew.
NEXT_NUMBER = """
    PERFORM 1 FROM applications_application WHERE id = NEW.application_id FOR NO KEY UPDATE;
    PERFORM 1 FROM invoicing_series WHERE id = NEW.series_id FOR NO KEY UPDATE;
    SELECT coalesce(max(number), 0) + 1 INTO next_number
        FROM invoicing_invoice WHERE series_id = NEW.series_id;
    IF NEW.number <> next_number THEN
        RAISE EXCEPTION 'The next invoice of the series is number %, not %', next_number, NEW.number
            USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM invoicing_series s JOIN applications_application a
            ON a.organisation_id = s.organisation_id
        WHERE s.id = NEW.series_id AND a.id = NEW.application_id
            AND s.year = extract(year FROM NEW.issued_on)
    ) THEN
        RAISE EXCEPTION 'The series is that of another administration or year'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""

NEVER_ABOVE_THE_GRANT = """
    IF NEW.kind = 'invoice' THEN
        SELECT coalesce(granted, 0) INTO room FROM applications_application
            WHERE id = NEW.application_id;
    ELSE
        SELECT amount - (
            SELECT coalesce(sum(c.amount), 0) FROM invoicing_invoice c WHERE c.credits_id = o.id
        ) INTO room FROM invoicing_invoice o
            WHERE o.id = NEW.credits_id AND o.kind = 'invoice'
                AND o.application_id = NEW.application_id;
    END IF;
    IF room IS NULL OR NEW.amount > room THEN
        RAISE EXCEPTION 'The amount % is more than the % that there is room for', NEW.amount, room
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.replaces_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM invoicing_invoice o
        WHERE o.id = NEW.replaces_id AND o.kind = 'invoice'
            AND o.application_id = NEW.application_id
            AND o.amount = (
                SELECT sum(c.amount) FROM invoicing_invoice c WHERE c.credits_id = o.id
            )
    ) THEN
        RAISE EXCEPTION 'Only an invoice that is credited in full is replaced'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class Invoice(models.Model):
    """A clearing invoice or a credit invoice. What it states is a snapshot; a row never changes."""

    class Kind(models.TextChoices):
        INVOICE = "invoice", _("Invoice")
        CREDIT = "credit", _("Credit invoice")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.INVOICE)
    application = models.ForeignKey(Application, models.PROTECT, related_name="invoices")
    series = models.ForeignKey(Series, models.PROTECT, related_name="invoices")
    number = models.PositiveIntegerField(_("number"))
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    issued_on = models.DateField(_("date"))
    due_on = models.DateField(_("due"), null=True, blank=True)
    issued_at = models.DateTimeField()
    # A credit invoice takes back an invoice or a part of it …
    credits = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="credited_by"
    )
    # … and a corrected invoice stands in place of one that was credited in full.
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    snapshot = models.JSONField()

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        ordering = ["series", "number"]
        constraints = [
            models.UniqueConstraint(fields=["series", "number"], name="invoice_number"),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(kind="invoice", replaces=None),
                name="invoice_one_per_decision",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="invoice_above_nothing"),
            models.CheckConstraint(
                condition=Q(kind="invoice", credits=None, due_on__isnull=False)
                | Q(kind="credit", credits__isnull=False, replaces=None),
                name="invoice_credits_one",
            ),
        ]
        triggers = [
            *append_only("invoices"),
            pgtrigger.Trigger(
                name="invoice_next_number",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("next_number", "integer")],
                func=NEXT_NUMBER,
            ),
            pgtrigger.Trigger(
                name="invoice_room",  # fires after the one above, which holds the locks
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("room", "numeric")],
                func=NEVER_ABOVE_THE_GRANT,
            ),
        ]

    def __str__(self) -> str:
        return self.snapshot.get("number", str(self.number))


def packet_path(packet: "Packet", filename: str) -> str:
    """Return where a packet is kept."""
    return f"packets/{packet.invoice.uuid}.pdf"


class Packet(models.Model):
    """The papers that go with an invoice (R35), as one PDF that the worker renders."""

    invoice = models.OneToOneField(Invoice, models.PROTECT, related_name="packet")
    file = models.FileField(_("file"), upload_to=packet_path, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveIntegerField(_("size in bytes"), null=True, blank=True)
    rendered_at = models.DateTimeField(_("made"), null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("packet")
        verbose_name_plural = _("packets")
        ordering = ["pk"]
        indexes = [models.Index(fields=["id"], condition=Q(rendered_at=None), name="packet_undone")]
        constraints = [
            models.CheckConstraint(
                condition=Q(rendered_at=None, sha256="", file="")
                | (Q(rendered_at__isnull=False, size__gt=0) & ~Q(sha256="") & ~Q(file="")),
                name="packet_rendered_whole",
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="packet_kept",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__rendered_at__isnull=False),
            ),
            *append_only("packets")[1:],
        ]

    def __str__(self) -> str:
        return str(self.invoice)


class Handling(models.Model):
    """Somebody downloaded, mailed or sent a packet. Rows are added and never changed."""

    class Kind(models.TextChoices):
        DOWNLOADED = "downloaded", _("Downloaded")
        MAILED = "mailed", _("Mailed")
        SENT = "sent", _("Marked as sent")

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="handlings")
    kind = models.CharField(_("what"), max_length=12, choices=Kind)
    at = models.DateTimeField(_("time"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by_name = models.CharField(_("who"), max_length=150)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("handling")
        verbose_name_plural = _("handlings")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["invoice"], condition=Q(kind="sent"), name="handling_sent_once"
            )
        ]
        triggers = append_only("handlings")

    def __str__(self) -> str:
        return f"{self.invoice} {self.kind}"


class Postponement(models.Model):
    """An administrator let an invoice go out later than its due date (R34), and why."""

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="postponements")
    due_on = models.DateField(_("new due date"))
    reason = models.CharField(_("reason"), max_length=300)
    at = models.DateTimeField(_("time"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by_name = models.CharField(_("who"), max_length=150)

    class Meta:
        verbose_name = _("postponement")
        verbose_name_plural = _("postponements")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="postponement_has_reason")
        ]
        triggers = append_only("postponements")

    def __str__(self) -> str:
        return f"{self.invoice}: {self.due_on}"


class Settlement(models.Model):
    """What the course really cost and what is therefore paid, in whole kronor or less."""

    application = models.OneToOneField(Application, models.PROTECT, related_name="settlement")
    actual_cost = models.DecimalField(_("actual cost"), max_digits=12, decimal_places=2)
    granted = models.DecimalField(_("granted"), max_digits=12, decimal_places=2)
    payable = models.DecimalField(_("to be paid"), max_digits=12, decimal_places=2)
    at = models.DateTimeField(_("time"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by_name = models.CharField(_("who"), max_length=150)

    class Meta:
        verbose_name = _("settlement")
        verbose_name_plural = _("settlements")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(payable__gte=0, payable__lte=F("granted"), actual_cost__gte=0),
                name="settlement_never_above_grant",
            )
        ]
        triggers = append_only("settlements")

    def __str__(self) -> str:
        return f"{self.application}: {self.payable}"
