"""People and applications in named situations, made through the services, for every test to use."""

from datetime import date
from itertools import count

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from accounts import services as people
from accounts.models import User
from schemes.registry import SCHEMES

PASSWORD = "a long enough password"
LONG_AGO = date(2000, 1, 1)
numbers = count(1)


def person(*, name="Test Läkare", email="", **profile):
    """Return a person with an account: confirmed e-mail, no mandate."""
    email = (email or f"person{next(numbers)}@example.org").lower()
    user = User.objects.create_user(email, PASSWORD, name=name)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return people.keep_profile(user=user, **profile) if profile else user


def appointed(capacity, *, name="", scheme="", valid_from=LONG_AGO, second_factor=True, **mandate):
    """Return a person with a mandate (since long ago) and, unless told, a second factor."""
    user = person(name=name or f"Test {capacity.capitalize()}")
    people.appoint(
        user=user,
        scheme=scheme or SCHEMES[0].slug,
        capacity=capacity,
        valid_from=valid_from,
        **mandate,
    )
    return with_second_factor(user) if second_factor else user


def signatory(capacity, **mandate):
    """Return a person who may sign in a capacity, such as "chair"."""
    return appointed(capacity, **mandate)


def finance(organisation=None, **mandate):
    """Return a person of finance, of one administration or of the whole scheme."""
    return appointed("finance", organisation=organisation, **mandate)


def with_second_factor(user):
    """Let a person have an authenticator, without which a mandate opens no page."""
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": ""})
    return user
