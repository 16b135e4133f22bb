"""What oversight keeps: links and seals of the chain of hashes, and what each verification found."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.models import Event, Hold, Original, Reading, Verdict
from decisions.models import Decision, Lowering, Recusal, Signature
from invoicing.models import (
    FileDownload,
    Handling,
    Invoice,
    Payment,
    PaymentBatch,
    PaymentFile,
    Postponement,
    Series,
    Settlement,
)
from oversight import guards
from oversight.chain import BATCH, OF_FILE, OF_INVOICE, Chained, of_case
from schemes.guards import append_only
from schemes.models import Act, AllowanceEntry, LedgerEntry, Pool, RetentionTerm

VOIDED = ("voided_at", "void_reason")
# Every table that is written for good, with its place in the chain; the two that are defined below are
# put in behind them. A test finds one that is missing.
CHAINED: dict[type[models.Model], Chained] = {
    LedgerEntry: Chained("pool", "NEW.pool_id", "schemes_pool"),
    AllowanceEntry: Chained("allowance", "NEW.allowance_id", "schemes_personalallowance"),
    Event: of_case(),
    Verdict: of_case(),
    Original: of_case(),
    Signature: of_case(without=VOIDED),
    Recusal: of_case(),
    Lowering: of_case(),
    Decision: of_case(),
    Invoice: of_case(),
    Handling: of_case(OF_INVOICE),
    Postponement: of_case(OF_INVOICE),
    Settlement: of_case(),
    Payment: of_case(OF_INVOICE),
    Series: Chained("series", "NEW.id", "invoicing_series"),
    PaymentBatch: Chained("batch", "NEW.id", BATCH),
    PaymentFile: Chained("batch", "NEW.batch_id", BATCH),
    FileDownload: Chained("batch", OF_FILE, BATCH),
    # By reader, whom nobody else waits for: a case is read while others decide it.
    Reading: Chained("reader", "NEW.by_id", "accounts_user"),
    Act: Chained("act", "NEW.by_id", "accounts_user"),
    Hold: Chained("person", "NEW.person_id", "accounts_user"),
}


class Removal(models.Model):
    """What was taken away of a case because its term of retention had run out. Never changed.

    `rows` names every row that was written for good and reads otherwise since, or is gone: its
    table, key and columns, the hash of its link, and the hash of what it says now. So the chain
    stays whole: `verify` accepts exactly these rows, and no other content in them.
    """

    # Only a function of PostgreSQL writes it, in the owner's name: see oversight.removing.
    written_by_triggers = True

    scheme = models.SlugField(_("scheme"))
    kind = models.CharField(_("kind of record"), max_length=10, choices=RetentionTerm.Kind)
    # No foreign key: a draft that was removed is gone.
    of_case = models.BigIntegerField(_("case"))
    reference = models.CharField(_("number"), max_length=80)
    counted_from = models.DateField(_("counted from"))
    months = models.PositiveSmallIntegerField(_("months"))
    last_day = models.DateField(_("kept until"))
    on = models.DateField(_("removed"))
    at = models.DateTimeField(_("time"))
    rows = models.JSONField(default=list)

    class Meta:
        verbose_name = _("removal")
        verbose_name_plural = _("removals")
        ordering = ["-pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["of_case", "kind"], name="removal_once"),
        ]
        triggers = append_only("removal")

    def __str__(self) -> str:
        return f"{self.reference} {self.kind}"


class Encryption(models.Model):
    """The account of a batch that was written for good in clear was encrypted. Never changed.

    As with a removal: the hash of the batch's link, and that of what the batch says now. Only the
    migration that encrypted them writes it.
    """

    written_by_triggers = True

    batch = models.OneToOneField(PaymentBatch, models.PROTECT, related_name="+")
    link = models.BinaryField()
    hash = models.BinaryField()
    at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("encryption")
        verbose_name_plural = _("encryptions")
        ordering = ["pk"]
        default_permissions = ()
        triggers = append_only("encryption")

    def __str__(self) -> str:
        return str(self.batch)


CHAINED[Removal] = of_case("NEW.of_case")
CHAINED[Encryption] = Chained("batch", "NEW.batch_id", BATCH)


class Aside(models.Model):
    """The transaction in which the guards stand aside for a removal; the row is gone at its end."""

    written_by_triggers = True

    transaction = models.BigIntegerField(primary_key=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.transaction)


class FileToRemove(models.Model):
    """A stored file whose case was anonymised: it goes after the commit, or the next night."""

    name = models.CharField(max_length=300)
    since = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class RemovalReport(models.Model):
    """What was anonymised one night, and what was held. Rows are added and never changed."""

    at = models.DateTimeField(_("time"))
    on = models.DateField(_("for the day"))
    # Of each scheme and kind: how many were removed, how many somebody holds.
    lines = models.JSONField(default=list)
    files = models.PositiveIntegerField(_("files removed"), default=0)
    failed = models.PositiveIntegerField(_("failed"), default=0)
    waiting = models.PositiveIntegerField(_("left for the next night"), default=0)

    class Meta:
        verbose_name = _("report of removals")
        verbose_name_plural = _("reports of removals")
        ordering = ["-pk"]
        default_permissions = ()
        triggers = append_only("removal_report")

    def __str__(self) -> str:
        return f"{self.on}"


class Link(models.Model):
    """One row that was written for good, held on to by the next of its chain."""

    chain = models.CharField(max_length=10)
    key = models.BigIntegerField()
    number = models.PositiveIntegerField()
    of = models.CharField(max_length=63)
    row = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["chain", "key", "number"], name="link_number"),
            models.UniqueConstraint(fields=["of", "row"], name="link_of_row"),
        ]
        triggers = append_only("link")

    def __str__(self) -> str:
        return f"{self.chain} {self.key}: {self.number}"


class Seal(models.Model):
    """The ends of all chains that grew since the seal before, under one hash: the published head."""

    number = models.PositiveIntegerField(_("number"), unique=True)
    at = models.DateTimeField(_("time"))
    ends = models.PositiveIntegerField(_("chains that had grown"))
    hash = models.BinaryField()

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        ordering = ["-number"]
        default_permissions = ()
        triggers = append_only("seal")

    def __str__(self) -> str:
        return self.head

    @property
    def head(self) -> str:
        """What one writes down outside: number and hash."""
        return f"{self.number}:{bytes(self.hash).hex()}"


class End(models.Model):
    """Where a chain ended when it was sealed."""

    seal = models.ForeignKey(Seal, models.PROTECT, related_name="lines")
    chain = models.CharField(max_length=10)
    key = models.BigIntegerField()
    number = models.PositiveIntegerField()
    hash = models.BinaryField()

    class Meta:
        verbose_name = _("end of a chain")
        verbose_name_plural = _("ends of chains")
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["chain", "key", "number"], name="end_sealed_once"),
        ]
        triggers = append_only("end")

    def __str__(self) -> str:
        return f"{self.chain} {self.key}: {self.number}"


class Verification(models.Model):
    """What was looked at one night and what was found. Rows are added and never changed."""

    at = models.DateTimeField(_("time"))
    seconds = models.FloatField(_("seconds"))
    head = models.CharField(_("published head"), max_length=80, blank=True)
    checked = ArrayField(models.CharField(max_length=40))
    # Each finding: the check, the scheme or "", and the figures of its sentence.
    findings = models.JSONField(_("findings"), default=list)
    # Of each check: a house on fire is not described in full.
    counts = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")
        ordering = ["-pk"]
        default_permissions = ()
        triggers = append_only("verification")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"

    @property
    def whole(self) -> bool:
        """Whether nothing was found."""
        return not self.counts


class Backup(models.Model):
    """An archive of everything that was made at a moment; where it went is not ours to know."""

    at = models.DateTimeField(_("time"))
    name = models.CharField(_("name"), max_length=200)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    files = models.PositiveIntegerField(_("files"))
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("backup")
        verbose_name_plural = _("backups")
        ordering = ["-pk"]
        default_permissions = ()
        triggers = append_only("backup")

    def __str__(self) -> str:
        return self.name


class Balance(models.Model):
    """What the ledger of a pool adds up to, kept by PostgreSQL itself as each row is written."""

    # The application's role may only read it: see database.rights.
    written_by_triggers = True

    pool = models.OneToOneField(Pool, models.PROTECT, related_name="+", primary_key=True)
    committed = models.DecimalField(_("granted"), max_digits=14, decimal_places=2)
    budget = models.DecimalField(_("budget"), max_digits=14, decimal_places=2, default=0)

    class Meta:
        verbose_name = _("balance")
        verbose_name_plural = _("balances")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.pool_id}: {self.committed}"


class Fund(Pool):
    """A pool as it is guarded: its budget and what is granted are what its ledger says."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = guards.POOL


class Movement(LedgerEntry):
    """A row of the ledger as it is guarded: it binds what the state of its application says."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = guards.MOVEMENT


class Draw(AllowanceEntry):
    """An allowance entry as it is guarded: of a live grant, and within what the terms give."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = guards.DRAW


# The tables below know nothing of the chain: here they are seen as it sees them.


def _linked(model: type[models.Model], chained: Chained) -> type[models.Model]:
    name = f"Linked{model.__name__}"
    options = {
        "proxy": True,
        "default_permissions": (),
        "app_label": "oversight",
        "triggers": chained.triggers(model.__name__.lower()),
    }
    members = {"__module__": __name__, "__doc__": f"{model.__name__}, linked as it is written."}
    return type(name, (model,), members | {"Meta": type("Meta", (), options)})


LINKED = {model: _linked(model, chained) for model, chained in CHAINED.items()}
