"""The figures of the refund scheme as dated rows: an administrator enters newer ones, nobody a formula."""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from schemes.fastlege.terms import PER_COURSE, PER_YEAR
from schemes.guards import told_of
from schemes.models import Dated

SENTENCES = _("The sentences that the figures come from")


def kroner(label: str, rule: str) -> models.DecimalField:
    """Return the field of an amount in kroner and øre that belongs to a rule."""
    return models.DecimalField(
        label,
        max_digits=12,
        decimal_places=2,
        help_text=rule,
        validators=[MinValueValidator(Decimal(0))],
    )


def hours(label: str, default: int) -> models.DecimalField:
    """Return the field of so many hours of a day (L8)."""
    return models.DecimalField(
        label,
        max_digits=4,
        decimal_places=2,
        default=Decimal(default),
        help_text="L8",
        validators=[MinValueValidator(Decimal(0))],
    )


class DatedTerms(models.Model):
    """The terms from a day on, until a newer row takes over.

    A course is assessed by the row in force on its first day. A course from before the first row is
    assessed by that row. A decision keeps its own copy, so a change never reaches back.
    """

    class Per(models.TextChoices):
        YEAR = PER_YEAR, _("calendar year of the absence")
        COURSE = PER_COURSE, _("course")

    valid_from = models.DateField(
        _("valid from"), help_text=_("For courses that begin on this day or later")
    )
    source = models.TextField(_("source"), help_text=SENTENCES)

    first_day = models.DateField(
        _("first day of the scheme"), help_text=_("L1: no certificate from before it")
    )
    last_day = models.DateField(
        _("last day of the scheme"),
        null=True,
        blank=True,
        help_text=_("L1: no certificate from after it; empty while no end is set"),
    )
    fee_cap = kroner(_("most of the fee of one course"), "L6")
    units = models.PositiveSmallIntegerField(
        _("half days for each GP"), help_text=_("L8: a whole day counts as two")
    )
    units_per = models.CharField(
        _("half days count within"), max_length=10, choices=Per, default=Per.YEAR, help_text="L8"
    )
    whole_day_above = hours(_("more hours than these are a whole day"), 4)
    half_day_from = hours(_("from these hours on it is a half day"), 2)
    municipality_day_rate = models.BooleanField(
        _("a municipality is paid by the day rate"), default=True, help_text="L9"
    )

    appropriation = kroner(_("appropriation"), _("L5: the pool holds it from the next saving on"))
    overtaking = models.BooleanField(
        _("a later application may be decided while an earlier one waits for money"),
        default=False,
        help_text="L5",
    )
    answer_days = models.PositiveSmallIntegerField(
        _("an answer can be expected within, days"), default=30, help_text=_("The page is silent")
    )
    payment_days = models.PositiveSmallIntegerField(
        _("paid after the decision within, days"), default=30, help_text=_("The page is silent")
    )
    payer = models.CharField(_("who pays"), max_length=100)
    contact = models.EmailField(_("e-mail for questions"), help_text="L13")

    class Meta:
        verbose_name = _("terms of the refund scheme")
        verbose_name_plural = _("terms of the refund scheme")
        ordering = ["-valid_from"]
        triggers = [told_of()]
        constraints = [
            models.UniqueConstraint(fields=["valid_from"], name="fastlege_terms_valid_from"),
            models.CheckConstraint(
                condition=Q(last_day=None) | Q(last_day__gte=F("first_day")),
                name="fastlege_terms_period",
                violation_error_message=_("The scheme ends before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(half_day_from__lte=F("whole_day_above")),
                name="fastlege_terms_hours",
                violation_error_message=_("A half day needs more hours than a whole day."),
            ),
            models.CheckConstraint(
                condition=Q(units_per__in=[PER_YEAR, PER_COURSE]), name="fastlege_terms_units_per"
            ),
            models.CheckConstraint(
                condition=Q(fee_cap__gte=0, appropriation__gte=0), name="fastlege_terms_amounts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.valid_from:%Y-%m-%d}"


class DayRate(models.Model):
    """What a whole and a half day of absence give from a day on, until a newer row takes over (L9)."""

    valid_from = models.DateField(_("valid from"))
    whole = kroner(_("whole day"), "L9")
    half = kroner(_("half day"), _("L9: not always half of a whole day"))
    source = models.TextField(_("source"), blank=True, help_text=SENTENCES)

    class Meta:
        verbose_name = _("day rate")
        verbose_name_plural = _("day rates")
        ordering = ["-valid_from"]
        triggers = [told_of()]
        constraints = [
            models.UniqueConstraint(fields=["valid_from"], name="fastlege_rate_valid_from"),
            models.CheckConstraint(
                condition=Q(half__gte=0, whole__gte=F("half")),
                name="fastlege_rate_order",
                violation_error_message=_("A whole day gives at least as much as a half."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.valid_from:%Y-%m-%d}"


class ListedCourse(models.Model):
    """A course that is approved beforehand, for courses that begin within its days (L12)."""

    title = models.CharField(_("title"), max_length=200)
    organiser = models.CharField(_("organiser"), max_length=200, blank=True)
    link = models.URLField(_("web page"), max_length=500, blank=True)
    starts_on = models.DateField(
        _("first day"), null=True, blank=True, help_text=_("Where the course is held only once")
    )
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects = Dated.as_manager()

    class Meta:
        verbose_name = _("pre-approved course")
        verbose_name_plural = _("pre-approved courses")
        ordering = ["title"]
        triggers = [told_of()]
        constraints = [
            models.UniqueConstraint(
                fields=["title", "valid_from"], name="fastlege_course_valid_from"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="fastlege_course_period",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
                name="fastlege_course_days",
                violation_error_message=_("The last day is before the first."),
            ),
        ]

    def __str__(self) -> str:
        return self.title
