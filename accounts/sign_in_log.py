"""What the log says of each sign-in: how it was done, or tried in vain; by number, never by address."""

from typing import Any

import structlog
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.signals import authentication_failed
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import User

log = structlog.get_logger()


def signed_in(request: HttpRequest, user: User) -> None:
    """Name how somebody signed in: password, webauthn, totp, recovery_codes, or the provider.

    Just signed up, nothing was shown yet.
    """
    shown = get_authentication_records(request, user)
    ways = [each.get("type") or each.get("provider") or each["method"] for each in shown]
    log.info("signed_in", person=user.pk, ways=ways)


def wrong_password() -> None:
    """Note a password that did not fit, not for which address."""
    log.warning("sign_in_failed", way="password")


@receiver(authentication_failed)
def wrong_factor(sender: Any, user: User, authenticator: Any, **more: Any) -> None:
    """Note a code or a passkey that did not fit: only the library's signal tells of it."""
    log.warning("sign_in_failed", person=user.pk, way=str(authenticator.type))
