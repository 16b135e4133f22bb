"""What schemes share: who is paid, which pool pays, what was drawn from it, when nothing is decided."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from schemes import secrets
from schemes.guards import adds_up, append_only, told_of


class Edition(models.Model):
    """One row, whose key is another as soon as anything is changed in a table that pages read and few change.

    Such are the lists of administrators, and the saved views of the queue.

    So a process may keep what it has read of them: see `database.reads.kept`. A key never comes twice,
    not even when a change is taken back.
    """

    # Only a function of PostgreSQL writes it, in the owner's name.
    written_by_triggers = True

    key = models.UUIDField()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.key)


class Dated(models.QuerySet):
    """Rows that are valid from a day, and perhaps until a day (both included)."""

    def valid_on(self, day: date) -> "Dated":
        """Return the rows that are valid on a day."""
        return self.filter(valid_from__lte=day).exclude(valid_to__lt=day)


def counts_on(row: Any, day: date) -> bool:
    """Tell whether a row that was read is valid on a day, as `Dated.valid_on` asks of those to be read."""
    return row.valid_from <= day and (row.valid_to is None or day <= row.valid_to)


class Organisation(models.Model):
    """Who is paid, never a person (R5): an administration (förvaltning, R1) or a municipality."""

    scheme = models.SlugField(_("scheme"), db_index=False)
    name = models.CharField(_("name"), max_length=200)
    code = models.SlugField(_("short name in invoice numbers"), max_length=20)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects = Dated.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["scheme", "name"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "code"], name="organisation_code"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="organisation_period",
            ),
        ]
        triggers = [told_of()]

    def __str__(self) -> str:
        return self.name


class Break(models.Model):
    """Days on which nothing is decided (R29), both ends included."""

    scheme = models.SlugField(_("scheme"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("decision break")
        verbose_name_plural = _("decision breaks")
        ordering = ["scheme", "starts_on"]
        triggers = [told_of()]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="break_period"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on}–{self.ends_on}"


class Closing(models.Model):
    """A cut-off after which a scheme takes no new submissions, until it is opened again (R28)."""

    scheme = models.SlugField(_("scheme"))
    closes_at = models.DateTimeField(_("closes"))
    opens_at = models.DateTimeField(_("opens again"), null=True, blank=True)
    reason = models.CharField(_("reason shown to applicants"), max_length=300)

    class Meta:
        verbose_name = _("closing")
        verbose_name_plural = _("closings")
        ordering = ["scheme", "closes_at"]
        triggers = [told_of()]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.closes_at):%Y-%m-%d %H:%M}"

    def counts_at(self, at: datetime) -> bool:
        """Tell whether nothing is taken at a moment: closed by then, and not open again."""
        return self.closes_at <= at and not (self.opens_at and self.opens_at <= at)


class PayingAccount(models.Model):
    """From whose account a scheme pays that pays out, from a day on, until a newer row takes over.

    A batch of payments keeps its own copy, so a change never reaches back.
    """

    scheme = models.SlugField(_("scheme"), db_index=False)
    valid_from = models.DateField(
        _("valid from"), help_text=_("For payments that are released on this day or later")
    )
    name = models.CharField(_("who pays"), max_length=70)
    account = models.TextField(_("account"))  # encrypted
    bic = models.CharField(_("the bank's BIC"), max_length=11)

    class Meta:
        verbose_name = _("paying account")
        verbose_name_plural = _("paying accounts")
        ordering = ["scheme", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "valid_from"], name="paying_account_from"),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(account="") & ~Q(bic=""), name="paying_account_whole"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.get_account_display()}"

    @property
    def number(self) -> str:
        """The number of the account in clear."""
        return secrets.decrypt(self.account)

    def get_account_display(self) -> str:
        """Return the account as it may be shown."""
        return secrets.masked_account(self.number)


class Pool(models.Model):
    """Money for a period (R26). `committed` is the sum of its live grants, never above `budget`."""

    scheme = models.SlugField(_("scheme"), db_index=False)
    key = models.CharField(_("key"), max_length=20)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    budget = models.DecimalField(_("budget"), max_digits=14, decimal_places=2)
    committed = models.DecimalField(_("granted"), max_digits=14, decimal_places=2, default=0)

    class Meta:
        verbose_name = _("pool")
        verbose_name_plural = _("pools")
        ordering = ["scheme", "starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "key"], name="pool_key"),
            models.CheckConstraint(
                condition=Q(committed__gte=0) & Q(committed__lte=F("budget")),
                name="pool_never_overspent",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="pool_stays", fields=["scheme", "key", "starts_on", "ends_on"]),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.key}"

    @property
    def remaining(self) -> Decimal:
        """What is left, in the scheme's currency."""
        return self.budget - self.committed


class Charter(models.Model):
    """What PostgreSQL must know of a scheme to guard its decisions by itself; see schemes.charters."""

    # Only the owner writes it: the application's role may read it.
    written_by_triggers = True

    scheme = models.SlugField(_("scheme"), unique=True)
    # In each of them somebody else must have signed a decision.
    capacities = ArrayField(models.SlugField(), verbose_name=_("capacities"))
    # The key within which a person may hold one live grant, with 9999 for the year; "" if several may live.
    exclusive = models.CharField(max_length=40, blank=True)
    # SQL for what a person may have in a year, given the first day of the course; "" without a limit.
    allowance = models.TextField(blank=True)
    # Where its months begin.
    time_zone = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name = _("charter")
        verbose_name_plural = _("charters")
        default_permissions = ()

    def __str__(self) -> str:
        return self.scheme


# Who moved budget, and why, is always told; only what a pool was opened with comes from the terms.
TOLD = Q(by__isnull=False) & ~Q(note="")
MOVED = Q(kind__in=["budget", "transfer"], subject=None) & (TOLD | Q(kind="budget", by=None))
BOUND = Q(kind="grant", amount__gt=0) | Q(kind="release", amount__lt=0)


class LedgerEntry(models.Model):
    """One movement of a pool. Rows are added and never changed; their sum is what the pool says."""

    class Kind(models.TextChoices):
        BUDGET = "budget", _("Budget")
        GRANT = "grant", _("Grant")
        RELEASE = "release", _("Returned to the pool")
        TRANSFER = "transfer", _("Transfer between pools")

    pool = models.ForeignKey(Pool, models.PROTECT, related_name="entries", verbose_name=_("pool"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    # Positive binds money (a grant) or adds budget; a release is negative.
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    subject = models.UUIDField(_("application"), null=True, blank=True, db_index=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    at = models.DateTimeField(_("time"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("who"),
    )

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=MOVED | (BOUND & Q(subject__isnull=False)), name="ledger_row_whole"
            ),
            models.UniqueConstraint(
                fields=["pool"], condition=Q(kind="budget", by=None), name="ledger_opened_once"
            ),
        ]
        triggers = append_only("ledger")

    def __str__(self) -> str:
        return f"{self.pool} {self.kind} {self.amount}"


class Spent(models.Model):
    """What was granted from a pool in a month of its scheme, less what came back.

    Kept by PostgreSQL itself as each row of the ledger is written: whoever writes one has locked the pool.
    """

    # The application's role may only read it: see database.rights.
    written_by_triggers = True

    pool = models.ForeignKey(Pool, models.PROTECT, related_name="+", db_index=False)
    month = models.DateField(_("month"))
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = _("month of a pool")
        verbose_name_plural = _("months of pools")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["pool", "month"], name="spent_in_month")]

    def __str__(self) -> str:
        return f"{self.pool_id} {self.month:%Y-%m}: {self.amount}"


class PersonalAllowance(models.Model):
    """What a person may have in a year over all applications, in units; never used beyond it (L8)."""

    scheme = models.SlugField(_("scheme"), db_index=False)
    person_key = models.CharField(max_length=64)
    year = models.PositiveSmallIntegerField(_("year"))
    limit = models.PositiveSmallIntegerField(_("at most"))
    used = models.PositiveSmallIntegerField(_("used"), default=0)

    class Meta:
        verbose_name = _("personal allowance")
        verbose_name_plural = _("personal allowances")
        ordering = ["scheme", "year", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "person_key", "year"], name="allowance_one_a_year"
            ),
            models.CheckConstraint(
                condition=Q(used__gte=0) & Q(used__lte=F("limit")), name="allowance_never_exceeded"
            ),
            models.CheckConstraint(condition=~Q(person_key=""), name="allowance_of_somebody"),
        ]
        triggers = [
            adds_up("allowance_adds_up", pgtrigger.Insert | pgtrigger.Update, "NEW.id"),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.year}: {self.used}/{self.limit}"


class AllowanceEntry(models.Model):
    """Units drawn by a grant, or given back when it ended (then below 0). Never changed."""

    allowance = models.ForeignKey(PersonalAllowance, models.PROTECT, related_name="entries")
    units = models.SmallIntegerField(_("units"))
    subject = models.UUIDField(_("application"), db_index=True)
    at = models.DateTimeField(_("time"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("allowance entry")
        verbose_name_plural = _("allowance entries")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(units=0), name="allowance_entry_moves"),
        ]
        triggers = [
            *append_only("allowanceentry"),
            adds_up("allowance_entry_adds_up", pgtrigger.Insert, "NEW.allowance_id"),
        ]

    def __str__(self) -> str:
        return f"{self.allowance} {self.units}"


class TermsDraft(models.Model):
    """Terms that an administrator is writing, page by page; they count for nothing yet."""

    scheme = models.SlugField(_("scheme"), db_index=False)
    starts_on = models.DateField(_("valid from"))
    answers = models.JSONField(default=dict)  # as typed, by page
    changed_at = models.DateTimeField(_("last changed"))
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who")
    )

    class Meta:
        verbose_name = _("draft of new terms")
        verbose_name_plural = _("drafts of new terms")
        ordering = ["scheme", "starts_on"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["scheme", "starts_on"], name="terms_draft_of_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.starts_on}"


class Act(models.Model):
    """What an administrator did, with the figures before and after. Rows are added and never changed."""

    class Kind(models.TextChoices):
        TERMS = "terms", _("New terms entered")
        APPOINTED = "appointed", _("Somebody appointed")
        MANDATE_ENDED = "ended", _("A mandate ended")
        ADDED = "added", _("Added to a list")
        CHANGED = "changed", _("A list changed")
        REMOVED = "removed", _("Taken off a list")
        SIGN_INS = "sign_ins", _("Sign-ins ended")
        CLOSED = "closed", _("An account closed")
        OPENED = "opened", _("An account opened again")

    scheme = models.SlugField(_("scheme"))
    kind = models.CharField(_("what"), max_length=10, choices=Kind)
    about = models.CharField(_("about"), max_length=300)
    since = models.DateField(_("from"), null=True)
    # Each figure by the name of its field: [{"name", "before", "after"}]
    figures = models.JSONField(default=list)
    at = models.DateTimeField(_("time"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by_name = models.CharField(_("who"), max_length=150)

    class Meta:
        verbose_name = _("act of an administrator")
        verbose_name_plural = _("acts of administrators")
        ordering = ["-pk"]
        default_permissions = ()
        constraints = [
            # Whoever confirms at the same time: terms of a day are entered once.
            models.UniqueConstraint(
                fields=["scheme", "since"], condition=Q(kind="terms"), name="act_terms_of_a_day"
            ),
        ]
        triggers = append_only("act")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.kind} {self.about}"


class RetentionTerm(models.Model):
    """How long a scheme keeps a kind of record, from a day on, until a newer row takes over.

    Rows are added and never changed: a removal that went by one can be judged by it afterwards.
    """

    class Kind(models.TextChoices):
        DRAFT = "draft", _("Drafts that were never sent in, from their last change")
        CLOSED = "closed", _("Refused, withdrawn or ended, from the day it was closed")
        PAID = "paid", _("Settled: answers, papers and texts, from the day of settlement")
        VOUCHER = "voucher", _("Vouchers, from the end of the year that they belong to")
        ACCOUNT = "account", _("Accounts without anything left, from the last sign-in")

    scheme = models.SlugField(_("scheme"))
    kind = models.CharField(_("kind of record"), max_length=10, choices=Kind)
    valid_from = models.DateField(
        _("valid from"), help_text=_("For what is removed on this day or later")
    )
    months = models.PositiveSmallIntegerField(
        _("months"), help_text=_("84 months are 7 years; vouchers are kept for 60 or more")
    )
    source = models.TextField(
        _("source"), help_text=_("The sentence of the law, or that the office has decided it")
    )

    class Meta:
        verbose_name = _("term of retention")
        verbose_name_plural = _("terms of retention")
        ordering = ["scheme", "kind", "-valid_from", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(months__gte=60) | (~Q(kind="voucher") & Q(months__gte=1)),
                name="retention_term_long_enough",
                violation_error_message=_(
                    "Keep vouchers for 60 months at least, and anything else for one."
                ),
            ),
            models.CheckConstraint(condition=~Q(source=""), name="retention_term_has_source"),
        ]
        triggers = append_only("retention")

    def __str__(self) -> str:
        return f"{self.scheme} {self.kind} {self.valid_from}: {self.months}"
