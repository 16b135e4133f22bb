"""What a second factor lets in, and what it does not: wrong, used, guessed, or of another person."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.urls import reverse
from django.utils import translation

from accounts.sign_in_forms import NewKey
from tests.accounts.test_second_factor import code_of
from tests.accounts.test_sign_in import is_in, link_in
from tests.factories import PASSWORD, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def secret():
    return generate_totp_secret()


@pytest.fixture
def user(secret):
    user = person()
    TOTP.activate(user, secret)
    return user


def password(client, user):
    said = {"login": user.email, "password": PASSWORD}
    return client.post(reverse("account_login"), said)


def factor(client, code):
    client.post(reverse("mfa_authenticate"), {"code": code})
    return is_in(client)


def other(code):
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_the_password_alone_lets_nobody_in(client, user):
    assert password(client, user).url.startswith(reverse("mfa_authenticate"))
    assert client.get(reverse("accounts:profile")).status_code == 302
    assert not is_in(client)


def test_the_code_that_is_shown_now_lets_in(client, user, secret):
    password(client, user)
    assert factor(client, code_of(secret))


def test_a_wrong_code_does_not(client, user, secret):
    password(client, user)
    assert not factor(client, other(code_of(secret)))


def test_a_code_that_was_used_does_not(client, user, secret):
    code = code_of(secret)
    password(client, user)
    assert factor(client, code)
    client.post(reverse("account_logout"))
    password(client, user)
    assert not factor(client, code)


def test_the_code_of_another_person_does_not(client, user):
    theirs = generate_totp_secret()
    TOTP.activate(person(), theirs)
    password(client, user)
    assert not factor(client, code_of(theirs))


def test_a_code_without_the_password_does_not(client, user, secret):
    assert not factor(client, code_of(secret))


def test_codes_are_not_guessed(client, user, secret):
    right = code_of(secret)
    password(client, user)
    for _try in range(5):
        assert not factor(client, other(right))
    assert not factor(client, right)


def test_a_recovery_code_lets_in_once(client, user):
    codes = RecoveryCodes.activate(user).get_unused_codes()
    password(client, user)
    assert factor(client, codes[0])
    client.post(reverse("account_logout"))
    password(client, user)
    assert not factor(client, codes[0])
    assert factor(client, codes[1])


def test_recovery_codes_are_not_kept_in_clear(user):
    codes = RecoveryCodes.activate(user).get_unused_codes()
    kept = str(Authenticator.objects.get(user=user, type="recovery_codes").data)
    assert not any(code in kept for code in codes)


def test_a_new_password_by_mail_does_not_go_round_the_factor(client, user, mailbox):
    client.post(reverse("account_reset_password"), {"email": user.email})
    page = client.get(link_in(mailbox.to(user.email)[0]), follow=True)
    new = {"password1": "another long password", "password2": "another long password"}
    client.post(page.redirect_chain[-1][0], new)
    said = {"login": user.email, "password": "another long password"}
    assert client.post(reverse("account_login"), said).url.startswith(reverse("mfa_authenticate"))
    assert not is_in(client)


def test_the_fields_of_a_new_key_are_in_the_language_of_the_page(user):
    with translation.override("nb"):
        form = NewKey(user=user)
        texts = [form[name].label for name in ("name", "passwordless")]
        texts.append(form["passwordless"].help_text)
        assert texts == [
            "Navn",
            "Logg inn med bare nøkkelen, uten passord",
            "Da spør den etter fingeravtrykket ditt, ansiktet ditt eller en PIN-kode.",
        ]


def test_taking_the_factor_away_asks_for_it_first(client, user):
    client.force_login(user)
    response = client.post(reverse("mfa_deactivate_totp"))
    assert response.url.startswith(reverse("account_reauthenticate"))
    assert Authenticator.objects.filter(user=user).exists()


def test_a_recovery_code_is_shown_only_to_who_showed_who_they_are(client, user):
    RecoveryCodes.activate(user)
    client.force_login(user)
    page = client.get(reverse("mfa_view_recovery_codes"))
    assert page.url.startswith(reverse("account_reauthenticate"))
