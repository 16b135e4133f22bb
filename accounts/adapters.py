"""How sign-in meets our people: names at sign-up, claims of the provider, second factors encrypted."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from requests import Session

from accounts import navigation, session_ends, sign_in_log
from accounts.models import User
from schemes import secrets

# What a login copies into the profile; the rest of the claims is not kept.
COPIED = ("name", "hsa_id", "specialty")
# What allauth says in words of its own is said here as on our other pages.
WORDS = {
    "account_inactive": _("This account is closed."),
    "cannot_remove_primary_email": _("The main address cannot be removed."),
    "duplicate_email": _("You have this address already."),
    "email_password_mismatch": _("The e-mail address or the password is not right."),
    "email_taken": _("There is an account with this address already."),
    "enter_current_password": _("Write the password that you have now."),
    "incorrect_code": _("The code is not right. Write the one that is shown now."),
    "incorrect_password": _("The password is not right."),
    "invalid_password_reset": _("The link to a new password is no longer good."),
    "rate_limited": _("Too many tries. Wait a few minutes, and try again."),
    "too_many_login_attempts": _("Too many tries. Wait a few minutes, and try again."),
    "unverified_primary_email": _("Confirm your main address first."),
}
WORDS_OF_FACTORS = {
    "add_email_blocked": _("An address cannot be added while a second factor is in use."),
    "cannot_delete_authenticator": _("You cannot do without your second factor."),
    "cannot_generate_recovery_codes": _("Add a key or set up the app first."),
    "incorrect_code": WORDS["incorrect_code"],
    "unverified_email": _("Confirm each of your addresses first, or remove it."),
}


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up and sign-in with e-mail and password."""

    error_messages = DefaultAccountAdapter.error_messages | WORDS

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Store what was asked at sign-up: the name, and the language that was read."""
        user.name = form.cleaned_data.get("name") or user.name
        user.language = get_language() or ""
        return super().save_user(request, user, form, commit)

    def is_reauthentication_required(self, *, app: str, **more: Any) -> bool:
        """Ask anew only who showed themselves a while ago: signing in just now is as good.

        The library counts only what was shown at its page that asks again, so it asked twice in a minute.
        """
        asks = super().is_reauthentication_required(app=app, **more)
        return asks and not session_ends.has_just_shown(context.request)

    def post_login(self, request: HttpRequest, user: User, **more: Any) -> HttpResponse:
        """Name in the log how somebody signed in: by password, passkey, provider or recovery code."""
        sign_in_log.signed_in(request, user)
        return super().post_login(request, user, **more)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Note a wrong password in the log, without the address that it was tried for."""
        sign_in_log.wrong_password()
        super().authentication_failed(request, **credentials)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Return the page where this person's work begins."""
        return navigation.first_page(request.user)


class SocialAdapter(DefaultSocialAccountAdapter):
    """Sign-in with OpenID Connect: the claims named in the settings become the profile."""

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: Any) -> User:
        """Fill in a person who signs in for the first time; keep no other claims than these."""
        claims = _claims(sociallogin.account.extra_data)
        user = sociallogin.user
        _use_address(sociallogin, claims)
        user.email = next((each.email for each in sociallogin.email_addresses), "")
        user.language = get_language() or ""
        _copy(claims, user)
        user.name = user.name or user.email
        sociallogin.account.extra_data = {"userinfo": _kept(claims)}
        return user

    def get_requests_session(self) -> Session:
        """Return what asks the provider: at the addresses of its own document, not where those lead."""
        session = super().get_requests_session()
        session.max_redirects = 0
        return session

    def get_signup_form_initial_data(self, sociallogin: SocialLogin) -> dict[str, Any]:
        """Return what the sign-up form shows when the provider gave no usable address."""
        return super().get_signup_form_initial_data(sociallogin) | {"name": sociallogin.user.name}

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Bring the profile of a known person in step with what the provider says today."""
        if sociallogin.is_existing:
            _copy(_claims(sociallogin.account.extra_data), sociallogin.user)
            sociallogin.user.save(update_fields=COPIED)


class MFAAdapter(DefaultMFAAdapter):
    """Keys of authenticator apps are kept encrypted."""

    error_messages = DefaultMFAAdapter.error_messages | WORDS_OF_FACTORS

    def encrypt(self, text: str) -> str:
        return secrets.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return secrets.decrypt(encrypted_text)


def _claims(data: dict[str, Any]) -> dict[str, Any]:
    """Return what the provider states; userinfo goes before the token."""
    if "userinfo" in data or "id_token" in data:
        return (data.get("id_token") or {}) | (data.get("userinfo") or {})
    return data


def _kept(claims: dict[str, Any]) -> dict[str, Any]:
    wanted = {"sub", *settings.OIDC_CLAIMS.values()}
    return {name: value for name, value in claims.items() if name in wanted}


def _use_address(sociallogin: SocialLogin, claims: dict[str, Any]) -> None:
    """Take the address from the claim that the settings name; verified only if the provider says so."""
    address = str(claims.get(settings.OIDC_CLAIMS["email"]) or "").strip().lower()
    verified = claims.get("email_verified") is True
    found = [EmailAddress(email=address, verified=verified, primary=True)] if address else []
    sociallogin.email_addresses = found


def _copy(claims: dict[str, Any], user: User) -> None:
    for field in COPIED:
        if stated := str(claims.get(settings.OIDC_CLAIMS[field]) or "").strip():
            length = User._meta.get_field(field).max_length
            setattr(user, field, stated[:length])
