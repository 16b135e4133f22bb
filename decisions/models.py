"""Who signed what, who stood aside, what was lowered, and the decision that came of it."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.models import Application, Document
from decisions import guards
from invoicing.models import Payment
from schemes.findings import Outcome
from schemes.guards import told_of
from schemes.models import Pool

GRANT, REFUSE = Outcome.GRANT.value, Outcome.REFUSE.value
OUTCOMES = [(GRANT, Outcome.GRANT.label), (REFUSE, Outcome.REFUSE.label)]
# A grant names an amount, a refusal its reasons. PostgreSQL lets pass what it cannot compare: an amount
# of NULL has to be refused by name.
COMPLETE = Q(outcome=GRANT, amount__isnull=False, amount__gt=0) | Q(
    outcome=REFUSE, amount__isnull=True, reasons__len__gt=0
)


class Case(Application):
    """An application as the deciding office keeps it: no grant and no refusal without a decision."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = guards.CASES


class Payout(Payment):
    """A payment as the deciding office sees it: released by nobody who signed its decision."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = guards.PAYOUTS


class Signatures(models.QuerySet):
    """Signatures, of which those that were voided no longer count."""

    def live(self) -> "Signatures":
        """Return those that count."""
        return self.filter(voided_at=None)


class Signature(models.Model):
    """One signatory's word on one application as it read then (R21). It can be voided, not changed."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="signatures")
    signatory = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="signatures"
    )
    # The mandate as it was held: a later change of it does not change who signed as what.
    name = models.CharField(_("name"), max_length=150)
    capacity = models.SlugField(_("capacity"), db_index=False)
    deputy = models.BooleanField(_("deputy"), default=False)
    ground = models.CharField(_("ground"), max_length=200, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=OUTCOMES)
    amount = models.DecimalField(
        _("amount"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    reasons = ArrayField(models.CharField(max_length=40), verbose_name=_("reasons"), default=list)
    text = models.TextField(_("text"), blank=True)
    revision = models.PositiveIntegerField()
    signed_at = models.DateTimeField(_("signed"))
    voided_at = models.DateTimeField(_("no longer counts since"), null=True, blank=True)
    void_reason = models.CharField(_("why"), max_length=300, blank=True)

    objects = Signatures.as_manager()

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "signatory"],
                condition=Q(voided_at=None),
                name="signature_one_per_person",
            ),
            models.UniqueConstraint(
                fields=["application", "capacity"],
                condition=Q(voided_at=None),
                name="signature_one_per_capacity",
            ),
            models.CheckConstraint(condition=COMPLETE, name="signature_complete"),
            models.CheckConstraint(
                condition=Q(voided_at=None, void_reason="")
                | (Q(voided_at__isnull=False) & ~Q(void_reason="")),
                name="signature_voided_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(deputy=False) | ~Q(ground=""), name="signature_deputy_has_ground"
            ),
        ]
        triggers = guards.SIGNATURE

    def __str__(self) -> str:
        return f"{self.name}: {self.get_outcome_display()}"


class Recusal(models.Model):
    """A signatory stands aside in one case because of a bias (R21). It is never taken back."""

    application = models.ForeignKey(
        Application, models.PROTECT, related_name="recusals", db_index=False
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.TextField(_("reason"))
    at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("bias")
        verbose_name_plural = _("biases")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["application", "user"], name="recusal_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="recusal_has_reason"),
        ]
        triggers = guards.RECUSAL

    def __str__(self) -> str:
        return f"{self.application.reference} {self.user}"


class Lowering(models.Model):
    """A signatory lowers what may be granted, with a reason. The last one counts."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="lowerings")
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("lowering")
        verbose_name_plural = _("lowerings")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="lowering_above_nothing"),
            models.CheckConstraint(condition=~Q(reason=""), name="lowering_has_reason"),
        ]
        triggers = guards.LOWERING

    def __str__(self) -> str:
        return f"{self.application.reference} {self.amount}"


class Decision(models.Model):
    """What was decided, with the terms and the findings of that day. It is never changed."""

    application = models.OneToOneField(Application, models.PROTECT, related_name="decision")
    outcome = models.CharField(_("outcome"), max_length=10, choices=OUTCOMES)
    amount = models.DecimalField(
        _("amount"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    # The capacities in which it was signed: those that the scheme asked for that day.
    capacities = ArrayField(models.SlugField(), verbose_name=_("capacities"))
    reasons = ArrayField(models.CharField(max_length=40), verbose_name=_("reasons"), default=list)
    text = models.TextField(_("text"), blank=True)
    terms = models.JSONField(_("terms"))
    assessment = models.JSONField(_("assessment"))
    pool = models.ForeignKey(Pool, models.PROTECT, null=True, blank=True)
    decided_at = models.DateTimeField(_("decided"))
    decided_on = models.DateField(_("day of the decision"))
    letter = models.OneToOneField(Document, models.PROTECT, null=True, related_name="decision")

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=COMPLETE, name="decision_complete"),
            models.CheckConstraint(
                condition=Q(outcome=REFUSE) | Q(pool__isnull=False), name="decision_has_pool"
            ),
            models.CheckConstraint(
                condition=Q(capacities__len__gt=0), name="decision_has_capacities"
            ),
        ]
        triggers = guards.DECISION

    def __str__(self) -> str:
        return f"{self.application.reference} {self.get_outcome_display()}"


class SavedView(models.Model):
    """What one person has looked for in the queue and wants to find again; nobody else sees it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views", db_index=False
    )
    scheme = models.SlugField(_("scheme"))
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(_("what is looked for"), max_length=400)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name", "pk"]
        default_permissions = ()
        triggers = [told_of()]
        constraints = [
            models.UniqueConstraint(fields=["user", "scheme", "name"], name="saved_view_name")
        ]

    def __str__(self) -> str:
        return self.name
