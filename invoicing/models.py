"""Invoices and statements, numbered without a gap and never changed; packets; who did what with them."""

import uuid

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from applications.models import Application
from invoicing import guards
from invoicing.entries import Entry, Tally  # noqa: F401, models like these
from schemes import secrets
from schemes.guards import append_only, never_removed
from schemes.models import Organisation
from schemes.registry import get


class Grant(Application):
    """An application as finance keeps it: no grant is settled before its money has moved."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = guards.GRANT


class Series(models.Model):
    """The numbers of one scheme, administration and year; its row is locked to take the next one.

    A scheme that pays out has settlement statements, which may belong to no administration.

    It keeps no counter: the next number follows from the invoices that stand.
    """

    # PostgreSQL lets only those lock a row who may update a column of it: see database.rights.
    rows_are_locked = True

    scheme = models.SlugField(_("scheme"), db_index=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+"
    )
    year = models.PositiveSmallIntegerField(_("year"))

    class Meta:
        verbose_name = _("invoice series")
        verbose_name_plural = _("invoice series")
        ordering = ["scheme", "organisation", "year"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "organisation", "year"],
                name="series_of_a_year",
                nulls_distinct=False,
            )
        ]
        triggers = append_only("series")

    def __str__(self) -> str:
        return f"{self.prefix}-{self.year}"

    @property
    def prefix(self) -> str:
        """What its numbers begin with: the administration's short name, else the scheme's."""
        if self.organisation:
            return self.organisation.code.upper()
        # Applications are numbered by the scheme's name alone.
        return get(self.scheme).statement.prefix or f"{self.scheme.upper()}-S"


class Invoice(models.Model):
    """A clearing invoice, a settlement statement or what takes one back.

    What it states is a snapshot; a row never changes.
    """

    class Kind(models.TextChoices):
        INVOICE = "invoice", _("Invoice")
        STATEMENT = "statement", _("Settlement statement")
        CREDIT = "credit", _("Credit invoice")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.INVOICE)
    application = models.ForeignKey(Application, models.PROTECT, related_name="invoices")
    series = models.ForeignKey(Series, models.PROTECT, related_name="invoices", db_index=False)
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
                condition=Q(kind__in=["invoice", "statement"], replaces=None),
                name="invoice_one_per_decision",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="invoice_above_nothing"),
            models.CheckConstraint(
                condition=Q(kind__in=["invoice", "statement"], credits=None, due_on__isnull=False)
                | Q(kind="credit", credits__isnull=False, replaces=None),
                name="invoice_credits_one",
            ),
        ]
        triggers = guards.INVOICE

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
                | (
                    Q(rendered_at__isnull=False, size__isnull=False, size__gt=0)
                    & ~Q(sha256="")
                    & ~Q(file="")
                ),
                name="packet_rendered_whole",
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="packet_kept",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__rendered_at__isnull=False),
            ),
            *never_removed("packets"),
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


def bundle_path(bundle: "Bundle", filename: str) -> str:
    """Return where the ZIP of a bundle is kept."""
    return f"bundles/{bundle.uuid}.zip"


class Bundle(models.Model):
    """A month's packets that somebody asked for as one ZIP; it is made by the worker and kept a day."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    scheme = models.SlugField(_("scheme"))
    month = models.DateField(_("month"))
    invoices = ArrayField(models.BigIntegerField())
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    language = models.CharField(_("language"), max_length=5)
    at = models.DateTimeField(_("asked for"))
    # How many packets lie in it so far: what the page shows, whoever looks and however often.
    done = models.PositiveIntegerField(_("packets in it"), default=0)
    file = models.FileField(_("file"), upload_to=bundle_path, blank=True)
    made_at = models.DateTimeField(_("made"), null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("ZIP of packets")
        verbose_name_plural = _("ZIPs of packets")
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(made_at=None, file="") | (Q(made_at__isnull=False) & ~Q(file="")),
                name="bundle_made_whole",
            )
        ]

    def __str__(self) -> str:
        return f"{self.scheme}-{self.month:%Y-%m}"

    @property
    def total(self) -> int:
        """How many packets it will have."""
        return len(self.invoices)


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


# Paying out


class PaymentBatch(models.Model):
    """Payments that finance released together, in one payment file. A row never changes."""

    # Whoever notes who took one of its files waits here for others who do.
    rows_are_locked = True

    uuid = models.UUIDField(unique=True, editable=False)
    scheme = models.SlugField(_("scheme"), db_index=False)
    message_id = models.CharField(_("message id"), max_length=35, unique=True)
    execute_on = models.DateField(_("day of payment"))
    currency = models.CharField(_("currency"), max_length=3)
    number = models.PositiveIntegerField(_("number of payments"))
    total = models.DecimalField(_("sum"), max_digits=14, decimal_places=2)
    # The paying account as it was: a later change of it does not change what was paid from.
    payer_name = models.CharField(_("who pays"), max_length=70)
    payer_account = models.TextField(_("from account, encrypted"))
    payer_bic = models.CharField(_("the bank's BIC"), max_length=11)
    at = models.DateTimeField(_("released"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by_name = models.CharField(_("who"), max_length=150)

    class Meta:
        verbose_name = _("payment batch")
        verbose_name_plural = _("payment batches")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["scheme", "id"], name="payment_batch_of")]
        constraints = [
            models.CheckConstraint(
                condition=Q(payer_account__startswith=secrets.MARK),
                name="payment_batch_from_an_account",
            )
        ]
        triggers = guards.BATCH

    def __str__(self) -> str:
        return f"{self.scheme.upper()}-{self.execute_on}-{self.pk}"

    @property
    def data_key(self) -> str:
        """The key, in clear, of what the batch keeps encrypted; "" where it has none of its own."""
        return secrets.decrypt(self.key.wrapped) if hasattr(self, "key") else ""

    @property
    def paid_from(self) -> str:
        """The number of the paying account in clear; "" once the batch's key is gone."""
        return secrets.decrypt(self.payer_account, self.data_key)


class BatchKey(models.Model):
    """The key of a batch's accounts and files, itself encrypted: these are written for good, it is not.

    When the installation's keys change it is encrypted anew. Without it nobody reads them again.
    """

    batch = models.OneToOneField(PaymentBatch, models.PROTECT, related_name="key")
    wrapped = models.TextField(_("key, encrypted"))

    class Meta:
        verbose_name = _("key of a batch")
        verbose_name_plural = _("keys of batches")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(wrapped__startswith=secrets.MARK), name="batch_key_encrypted"
            ),
        ]

    def __str__(self) -> str:
        return str(self.batch)


class Payment(models.Model):
    """One statement that is paid: released once, by somebody who did not decide it."""

    batch = models.ForeignKey(PaymentBatch, models.PROTECT, related_name="payments")
    invoice = models.OneToOneField(Invoice, models.PROTECT, related_name="payment")
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    account = models.TextField(_("account, encrypted"))

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(account__startswith=secrets.MARK), name="payment_account_encrypted"
            ),
        ]
        triggers = guards.PAYMENT

    def __str__(self) -> str:
        return f"{self.invoice} {self.amount}"


class PaymentFile(models.Model):
    """A file of a batch as it was made: for the bank or for people. Its content is encrypted."""

    class Kind(models.TextChoices):
        PAIN = "pain001", _("Payment file for the bank (ISO 20022 pain.001)")
        CSV = "csv", _("The same payments as a table (CSV)")

    batch = models.ForeignKey(PaymentBatch, models.PROTECT, related_name="files", db_index=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    content = models.TextField(_("content, encrypted"))
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField(_("size in bytes"))

    class Meta:
        verbose_name = _("payment file")
        verbose_name_plural = _("payment files")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "kind"], name="payment_file_once"),
            models.CheckConstraint(
                condition=Q(content__startswith=secrets.MARK), name="payment_file_encrypted"
            ),
        ]
        triggers = append_only("payment_files")

    def __str__(self) -> str:
        return f"{self.batch} {self.kind}"


class FileDownload(models.Model):
    """Somebody took a payment file. Rows are added and never changed."""

    file = models.ForeignKey(PaymentFile, models.PROTECT, related_name="downloads")
    at = models.DateTimeField(_("time"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by_name = models.CharField(_("who"), max_length=150)

    class Meta:
        verbose_name = _("download of a payment file")
        verbose_name_plural = _("downloads of payment files")
        ordering = ["at", "pk"]
        triggers = append_only("file_downloads")

    def __str__(self) -> str:
        return f"{self.file} {self.by_name}"
