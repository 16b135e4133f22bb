"""The forms around signing in, which say in an empty field what is wanted there."""

import struct
from typing import Any

from allauth.account import forms
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.models import User

EMAIL = _("Write your e-mail address.")
WANTED = {
    "login": EMAIL,
    "email": EMAIL,
    "password": _("Write your password."),
    "oldpassword": _("Write the password that you have now."),
    "password1": _("Choose a password."),
    "password2": _("Write the new password once more."),
    "code": _("Write the code."),
}
# What the libraries raise where no browser has made what is sent as a passkey's answer.
UNREADABLE = (AttributeError, LookupError, RecursionError, TypeError, ValueError, struct.error)


ADDRESSES = ("login", "email")


class Wanted:
    """A form whose empty fields are answered with what is wanted there, and which calls an address one."""

    wanted = WANTED

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.wanted.keys() & self.fields.keys():
            self.fields[name].error_messages["required"] = self.wanted[name]
        for name in self.fields.keys() & ADDRESSES:
            self.fields[name].label = _("E-mail address")


class SignIn(Wanted, forms.LoginForm):
    """E-mail and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["remember"].label = _("Keep me signed in on this device")


class SignUp(Wanted, forms.SignupForm):
    """A new account."""

    wanted = WANTED | {"password2": _("Write the password once more.")}

    def clean(self) -> dict[str, Any]:
        """Refuse a password built on the name as well: the library knows only the address yet."""
        said = super().clean()
        if password := self.cleaned_data.get("password1"):
            person = User(name=said.get("name", ""), email=said.get("email", ""))
            try:
                validate_password(password, person)
            except ValidationError as error:
                self.add_error("password1", error)
        return said

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Make the account; where there is one, take as long, so that the time does not tell of it."""
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
        return super().try_save(request)


class AddEmail(Wanted, forms.AddEmailForm):
    """One more address."""


class ChangePassword(Wanted, forms.ChangePasswordForm):
    """A new password in place of the old one."""


class SetPassword(Wanted, forms.SetPasswordForm):
    """A first password, for who came in by a provider."""


class ResetPassword(Wanted, forms.ResetPasswordForm):
    """Where the link for a new password is sent."""


class NewPassword(Wanted, forms.ResetPasswordKeyForm):
    """The new password of who forgot the old one."""


class PasswordAgain(Wanted, forms.ReauthenticateForm):
    """The password once more, before something that matters."""


class Code(Wanted, AuthenticateForm):
    """The second factor."""


class CodeAgain(Wanted, ReauthenticateForm):
    """The second factor once more, before something that matters."""


class FirstCode(Wanted, ActivateTOTPForm):
    """The first code of a new authenticator app: six digits, and the field is as wide as they are."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["class"] = "w-amount"


class ByPasskey:
    """A form with a passkey's answer; one that cannot be read is as little good as a wrong one."""

    def full_clean(self) -> None:
        """Check what was sent; of what cannot be read nothing is shown again."""
        try:
            super().full_clean()
        except UNREADABLE:
            self.add_error("credential", get_adapter().validation_error("incorrect_code"))
            self.data = {}


class Passkey(ByPasskey, LoginWebAuthnForm):
    """A passkey instead of a password."""


class KeyAsFactor(ByPasskey, AuthenticateWebAuthnForm):
    """A key as the second factor."""


class KeyAgain(ByPasskey, ReauthenticateWebAuthnForm):
    """A key once more, before something that matters."""


class NewKey(ByPasskey, AddWebAuthnForm):
    """One more key."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")
        self.fields["passwordless"].label = _("Sign in with this key alone, without a password")
        self.fields["passwordless"].help_text = _(
            "Then it asks for your fingerprint, your face or a PIN."
        )


class NameOfKey(EditWebAuthnForm):
    """Another name for a key."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")
