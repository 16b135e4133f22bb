"""People and their mandates: who signs in, and in which capacity they may act on a day."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from schemes.models import Dated, Organisation


class People(BaseUserManager):
    """People, known by their e-mail address."""

    def get_by_natural_key(self, email: str) -> "User":
        return self.get(email__iexact=email)

    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        """Return a new person. The address is kept in lower case."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields) -> "User":
        """Return a new person who may use the whole admin."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


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
    is_staff = models.BooleanField(_("may use the admin"), default=False)
    date_joined = models.DateTimeField(_("joined"), auto_now_add=True)

    objects = People()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)


class Mandate(models.Model):
    """A capacity that a person holds in a scheme for a period; a deputy's rests on a decision."""

    # Capacities of the house; a scheme names further ones in which somebody must sign.
    FINANCE, ADMINISTRATOR, AUDITOR = "finance", "administrator", "auditor"

    user = models.ForeignKey(User, models.PROTECT, related_name="mandates")
    scheme = models.SlugField(_("scheme"))
    capacity = models.SlugField(_("capacity"))
    deputy = models.BooleanField(_("deputy"), default=False)
    # Finance of one administration; empty means the whole scheme (Koncernkontoret).
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+"
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
            ),
            models.CheckConstraint(
                condition=Q(deputy=False) | ~Q(ground=""), name="mandate_deputy_has_ground"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.capacity} ({self.scheme})"
