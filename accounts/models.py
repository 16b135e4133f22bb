"""People and their mandates: who signs in, and in which capacity they may act on a day."""

from datetime import date
from importlib import import_module
from typing import Any
from uuid import UUID, uuid4

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.sessions.base_session import AbstractBaseSession
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Lower, Upper
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import capacities
from database import finding
from database.reads import read_once
from schemes import clock, secrets
from schemes.models import Dated, Organisation

# What counts as a second factor; recovery codes alone do not.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)

SOUGHT = ("name", "email")


class People(BaseUserManager):
    """People, known by their e-mail address."""

    def get_by_natural_key(self, email: str) -> "User":
        return self.get(email__iexact=email)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Return a new person. The address is kept in lower case."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Return a new person who may use the whole admin."""
        return self.create_user(email, password, is_superuser=True, **fields)

    def confirmed(self, email: str) -> "User | None":
        """Return who has confirmed that this is their main address, with an account that is open.

        Before that anybody may have signed up with it.
        """
        owned = {"emailaddress__email__iexact": email, "emailaddress__verified": True}
        return self.filter(email__iexact=email, is_active=True, **owned).first()

    def holding(self, words: str) -> models.QuerySet:
        """Return those whose name or address holds every word."""
        return self.filter(finding.holds(SOUGHT, words))


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account. The personal number is encrypted; `person_key` compares it."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=150)
    hsa_id = models.CharField(_("HSA id"), max_length=40, blank=True)
    specialty = models.CharField(_("specialty"), max_length=100, blank=True)
    language = models.CharField(_("language"), max_length=5, blank=True)
    personal_number = models.TextField(_("personal number, encrypted"), blank=True)
    person_key = models.CharField(max_length=64, blank=True, db_index=True)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("joined"), auto_now_add=True)

    objects = People()
    # A day and the mandates held on it, where they were read along with the person.
    came_with: tuple[date | None, list["Mandate"]] = (None, [])
    # The edition of the administrators' lists that was read along with the person (database.reads).
    edition: UUID | None = None

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        indexes = [
            finding.sliced(Upper(finding.Texts(*SOUGHT)), key="id", name="user_sought"),
        ]
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)

    @property
    def number_in_clear(self) -> str:
        """The personal number as twelve digits, or "" where none is kept."""
        return secrets.decrypt(self.personal_number)

    @cached_property
    def mandates_today(self) -> list["Mandate"]:
        """The mandates that the person holds today, read once per request.

        Each with `has_factor`: whether the person has a second factor, asked for along with them.
        """
        return self.mandates_on(clock.office_today())

    def mandates_on(self, day: date) -> list["Mandate"]:
        """Return the mandates that the person holds on a day: those that came along, or read now."""
        came, held = self.came_with
        return held if came == day else held_on(self.pk, day)

    @property
    def is_staff(self) -> bool:
        """Whether the admin is open: it follows the mandates, so nobody has to remember to close it."""
        opens = {Mandate.ADMINISTRATOR, Mandate.AUDITOR}
        return self.is_superuser or any(each.capacity in opens for each in self.mandates_today)


class Session(AbstractBaseSession):
    """What a browser is known by, and whose sign-in it is (None: a visitor's)."""

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sessions")

    @classmethod
    def get_session_store_class(cls) -> Any:
        """Return what reads and writes these rows."""
        return import_module(settings.SESSION_ENGINE).SessionStore


class Mandate(models.Model):
    """A capacity that a person holds in a scheme for a period; a deputy's rests on a decision."""

    # Capacities of the house; a scheme names further ones in which somebody must sign.
    FINANCE = capacities.FINANCE
    ADMINISTRATOR = capacities.ADMINISTRATOR
    AUDITOR = capacities.AUDITOR

    user = models.ForeignKey(
        User, models.PROTECT, related_name="mandates", verbose_name=_("person")
    )
    scheme = models.SlugField(_("scheme"))
    capacity = models.SlugField(_("capacity"))
    deputy = models.BooleanField(_("deputy"), default=False)
    # Finance of one administration; empty means the whole scheme (Koncernkontoret).
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("organisation"),
        help_text=_("Finance of one administration; empty for the whole scheme."),
    )
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    ground = models.CharField(
        _("ground"), max_length=200, blank=True, help_text=_("The decision or delegation.")
    )

    objects = Dated.as_manager()

    class Meta:
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")
        ordering = ["scheme", "capacity", "valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="mandate_period",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=Q(deputy=False) | ~Q(ground=""),
                name="mandate_deputy_has_ground",
                violation_error_message=_("Name the decision that a deputy's mandate rests on."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.label}"

    def clean(self) -> None:
        """Raise ValidationError where capacity, scheme and organisation do not fit each other."""
        if self.capacity not in capacities.of_scheme(self.scheme):
            raise ValidationError({"capacity": _("The scheme has no such capacity.")})
        if self.organisation and self.capacity != self.FINANCE:
            raise ValidationError(
                {"organisation": _("Only finance can be appointed for one organisation.")}
            )
        if self.organisation and self.organisation.scheme != self.scheme:
            raise ValidationError({"organisation": _("This organisation is of another scheme.")})

    @property
    def signs(self) -> bool:
        """Whether this is a capacity in which the scheme asks for a signature."""
        return self.capacity in capacities.signing(self.scheme)

    @property
    def label(self) -> str:
        """The capacity in words: "Chair", "Chair, deputy", "Finance, Skaraborg"."""
        words = [capacities.label(self.scheme, self.capacity)]
        if self.deputy:
            words.append(gettext("deputy"))
        if self.organisation:
            words.append(self.organisation.name)
        return ", ".join(words)


class SentForm(models.Model):
    """A form that was sent, by the mark of its key and content, and where its answer led, encrypted."""

    digest = models.CharField(primary_key=True, max_length=64)
    at = models.DateTimeField(db_index=True)
    answer = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.digest


class KeptForm(models.Model):
    """What a person sent after the sign-in had ended, encrypted, until they sign in again."""

    uuid = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    at = models.DateTimeField(db_index=True)
    sealed = models.TextField()

    def __str__(self) -> str:
        return str(self.uuid)


@read_once
def held_on(person: int, day: date) -> list[Mandate]:
    """Return the mandates that a person holds on a day, each with `has_factor`."""
    factors = Authenticator.objects.filter(user=OuterRef("user"), type__in=FACTORS)
    held = Mandate.objects.valid_on(day).filter(user=person).select_related("organisation")
    return list(held.annotate(has_factor=Exists(factors)))
