"""What schemes share: who is paid, which pool pays, what was drawn from it, when nothing is decided."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


def append_only(table: str) -> list[pgtrigger.Trigger]:
    """Return the triggers that refuse to change, delete or truncate rows of a table."""
    refuse = f"RAISE EXCEPTION 'Rows of {table} are never truncated.';"
    return [
        pgtrigger.Protect(name=f"{table}_no_update", operation=pgtrigger.Update),
        pgtrigger.Protect(name=f"{table}_no_delete", operation=pgtrigger.Delete),
        pgtrigger.Trigger(
            name=f"{table}_no_truncate",
            operation=pgtrigger.Truncate,
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            func=refuse,
        ),
    ]


class Dated(models.QuerySet):
    """Rows that are valid from a day, and perhaps until a day (both included)."""

    def valid_on(self, day) -> "Dated":
        """Return the rows that are valid on a day."""
        return self.filter(valid_from__lte=day).exclude(valid_to__lt=day)


class Organisation(models.Model):
    """Who is paid, never a person (R5): an administration (förvaltning, R1) or a municipality."""

    scheme = models.SlugField(_("scheme"))
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

    def __str__(self) -> str:
        return f"{self.scheme} {self.closes_at:%Y-%m-%d %H:%M}"


class Pool(models.Model):
    """Money for a period (R26). `committed` is the sum of its live grants, never above `budget`."""

    scheme = models.SlugField(_("scheme"))
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

    def __str__(self) -> str:
        return f"{self.scheme} {self.key}"

    @property
    def remaining(self):
        """What is left, in the scheme's currency."""
        return self.budget - self.committed


class LedgerEntry(models.Model):
    """One movement of a pool. Rows are added and never changed; their sum is what the pool says."""

    class Kind(models.TextChoices):
        BUDGET = "budget", _("Budget")
        GRANT = "grant", _("Grant")
        RELEASE = "release", _("Returned to the pool")
        TRANSFER = "transfer", _("Transfer between pools")

    pool = models.ForeignKey(Pool, models.PROTECT, related_name="entries")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    # Positive binds money (a grant) or adds budget; a release is negative.
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    subject = models.UUIDField(_("application"), null=True, blank=True, db_index=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    at = models.DateTimeField(_("time"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger")
        ordering = ["pk"]
        triggers = append_only("ledger")

    def __str__(self) -> str:
        return f"{self.pool} {self.kind} {self.amount}"
