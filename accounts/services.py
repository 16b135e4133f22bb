"""The verbs about people: appoint them, end a mandate, keep their profile."""

from datetime import date
from typing import Any

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Mandate, User
from schemes import secrets
from schemes.models import Organisation


@transaction.atomic
def enrol(*, email: str, name: str, password: str | None = None, **profile: Any) -> User:
    """Return a new person whose address counts as confirmed; without password they ask for one."""
    user = User.objects.create_user(email, password, name=name)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return keep_profile(user=user, **profile) if profile else user


@transaction.atomic
def appoint(
    *,
    user: User,
    scheme: str,
    capacity: str,
    valid_from: date,
    valid_to: date | None = None,
    deputy: bool = False,
    organisation: Organisation | None = None,
    ground: str = "",
) -> Mandate:
    """Give a person a capacity for a period, both days included, and return the mandate.

    Raises ValidationError when the scheme has no such capacity, a deputy has no ground (R21), the
    period ends before it begins or only finance may be limited to an organisation.
    """
    mandate = Mandate(
        user=user,
        scheme=scheme,
        capacity=capacity,
        valid_from=valid_from,
        valid_to=valid_to,
        deputy=deputy,
        organisation=organisation,
        ground=ground.strip(),
    )
    mandate.full_clean()
    mandate.save()
    return mandate


@transaction.atomic
def end_mandate(*, mandate: Mandate, on: date) -> Mandate:
    """Let a mandate end with a day (its last) and return it; what was signed stays signed.

    Raises ValidationError when it begins later than that day.
    """
    if on < mandate.valid_from:
        raise ValidationError(_("A mandate cannot end before it begins."))
    mandate.valid_to = on
    mandate.save(update_fields=["valid_to"])
    return mandate


@transaction.atomic
def keep_profile(*, user: User, **answers: Any) -> User:
    """Store what a person says about themselves and return them.

    Takes any of `name`, `hsa_id`, `specialty`, `language` and `personal_number`, twelve digits in
    clear, which is kept encrypted together with the key by which the person is known.
    """
    if "personal_number" in answers:
        number = answers["personal_number"]
        answers["personal_number"] = secrets.encrypt(number)
        answers["person_key"] = secrets.person_key(number)
    for name, value in answers.items():
        setattr(user, name, value)
    user.save(update_fields=list(answers))
    return user
