"""The figures of RFR as dated rows: an administrator enters newer ones, nobody changes a formula."""

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from drawing import wording
from schemes.guards import told_of
from schemes.rfr import countries
from schemes.rfr.terms import EUROPE, SWEDEN

FIRST_OF_JANUARY = Q(valid_from__month=1, valid_from__day=1)


def whole_kronor(label: str, rule: str) -> models.PositiveIntegerField:
    """Return the field of an amount in whole kronor that belongs to a rule."""
    return models.PositiveIntegerField(label, help_text=rule)


def week(label: str) -> models.PositiveSmallIntegerField:
    """Return the field of an ISO week that every year has."""
    return models.PositiveSmallIntegerField(
        label, help_text="R29", validators=[MinValueValidator(1), MaxValueValidator(52)]
    )


def month_and_day(label: str) -> models.CharField:
    """Return the field of a day that every year has, written MM-DD."""
    return models.CharField(
        label, max_length=5, help_text=_("R29, written MM-DD"), validators=[every_year]
    )


def every_year(text: str) -> None:
    """Raise ValidationError unless the text is a day MM-DD that every year has."""
    try:
        written = date.fromisoformat(f"2001-{text}")
    except ValueError:
        written = None
    if written is None or f"{written:%m-%d}" != text:
        raise ValidationError(_("Write a month and a day that every year has, such as 12-20."))


class DatedTerms(models.Model):
    """The terms from 1 January of a year on, until a newer row takes over.

    A course is assessed by the row in force on 1 January of its year. Years before the first row
    have the first row's terms. A decision keeps its own copy, so a change never reaches back.
    """

    valid_from = models.DateField(
        _("valid from"), help_text=_("1 January of the first course year that these terms are for")
    )
    source = models.TextField(_("source"), help_text=_("The sentences that the figures come from"))

    cap_sweden = whole_kronor(_("most on site in Sweden"), "R12")
    cap_europe = whole_kronor(_("most on site in Europe"), "R13")
    cap_world = whole_kronor(_("most on site outside Europe"), "R14")
    cap_digital = whole_kronor(_("most when attended digitally"), "R15")
    share = models.DecimalField(
        _("share of the basis that a grant may be"),
        max_digits=3,
        decimal_places=2,
        default=Decimal("0.50"),
        help_text=_("R18: at most 0.50, for the unit pays at least as much"),
        validators=[MinValueValidator(Decimal("0.01")), MaxValueValidator(Decimal("0.50"))],
    )
    unit_confirmation = models.BooleanField(
        _("a grant needs the confirmation of the head of unit"), default=True, help_text="R18"
    )

    budget_first_half = whole_kronor(_("budget of the first half of the year"), "R26")
    budget_second_half = whole_kronor(_("budget of the second half of the year"), "R26")
    partial_grants = models.BooleanField(
        _("a pool that is too small pays what it has left"), default=False, help_text="R27"
    )
    overtaking = models.BooleanField(
        _("a later application may be decided while an earlier one waits for money"),
        default=False,
        help_text="R27",
    )

    summer_break_first_week = week(_("first week of the summer break"))
    summer_break_last_week = week(_("last week of the summer break"))
    winter_break_first_day = month_and_day(_("first day of the winter break"))
    winter_break_last_day = month_and_day(_("last day of the winter break, in the next year"))
    answer_days = models.PositiveSmallIntegerField(
        _("an answer can be expected within, days"), default=21, help_text="R28–R31"
    )
    report_days = models.PositiveSmallIntegerField(
        _("days to report back after the course"), default=60, help_text="R32"
    )

    invoice_months = models.PositiveSmallIntegerField(
        _("invoice due after the first day, calendar months"), default=1, help_text="R34"
    )
    invoice_days = models.PositiveSmallIntegerField(
        _("invoice due after a later decision, days"), default=30, help_text="R34"
    )
    buyer_name = models.CharField(_("buyer"), max_length=100, help_text="R35")
    customer_number = models.CharField(
        _("internal customer number"), max_length=20, help_text="R35"
    )
    orderer_id = models.CharField(
        _("orderer id"),
        max_length=20,
        help_text=_("R35: the number alone, without any other text"),
        validators=[RegexValidator(r"^[0-9A-Za-z-]+$", _("Write the number alone."))],
    )

    class Meta:
        verbose_name = _("terms of RFR")
        verbose_name_plural = _("terms of RFR")
        ordering = ["-valid_from"]
        triggers = [told_of()]
        constraints = [
            models.UniqueConstraint(fields=["valid_from"], name="rfr_terms_valid_from"),
            models.CheckConstraint(
                condition=FIRST_OF_JANUARY,
                name="rfr_terms_from_january",
                violation_error_message=_("Terms are valid from 1 January of a year."),
            ),
            models.CheckConstraint(
                condition=Q(share__gt=0, share__lte=Decimal("0.50")), name="rfr_terms_share"
            ),
            models.CheckConstraint(
                condition=Q(summer_break_last_week__gte=F("summer_break_first_week")),
                name="rfr_terms_summer_break",
                violation_error_message=_("The summer break ends before it begins."),
            ),
        ]

    def __str__(self) -> str:
        return f"RFR {self.valid_from:%Y}"

    def get_winter_break_first_day_display(self) -> str:
        """Return the first day of the winter break in words."""
        return _in_words(self.winter_break_first_day)

    def get_winter_break_last_day_display(self) -> str:
        """Return the last day of the winter break in words."""
        return _in_words(self.winter_break_last_day)


def _in_words(text: str) -> str:
    return wording.day_of_every_year(date.fromisoformat(f"2001-{text}"))


class Zone(models.Model):
    """The zone of one country from a year on (R12–R14). A country without a row is outside Europe."""

    class Where(models.TextChoices):
        SWEDEN = SWEDEN, _("Sweden")
        EUROPE = EUROPE, _("Europe")
        OUTSIDE = "world", _("Outside Europe")

    country = models.CharField(
        _("country"),
        max_length=2,
        help_text=_("Two capital letters (ISO 3166), XK for Kosovo"),
        validators=[RegexValidator(r"^[A-Z]{2}$", _("Write two capital letters, such as SE."))],
    )
    zone = models.CharField(_("zone"), max_length=10, choices=Where)
    valid_from = models.DateField(
        _("valid from"), help_text=_("1 January of the first course year that this is for")
    )

    class Meta:
        verbose_name = _("zone of a country")
        verbose_name_plural = _("zones of countries")
        ordering = ["country", "valid_from"]
        triggers = [told_of()]
        constraints = [
            models.UniqueConstraint(fields=["country", "valid_from"], name="rfr_zone_country"),
            models.CheckConstraint(
                condition=FIRST_OF_JANUARY,
                name="rfr_zone_from_january",
                violation_error_message=_("A zone is valid from 1 January of a year."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country}: {self.get_zone_display()}"

    def get_country_display(self) -> str:
        """Return the country's name in the reader's language, and its code."""
        return f"{countries.named(self.country)} ({self.country})"
