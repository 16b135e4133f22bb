"""The log names how each sign-in was done and which were tried in vain, and nobody by name."""

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.urls import reverse

from tests.accounts.test_factors import factor, other, password
from tests.accounts.test_second_factor import code_of
from tests.factories import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(caplog):
    """Return a function that gives what the log has said of sign-ins so far."""
    caplog.set_level("INFO")

    def told():
        lines = [each.msg for each in caplog.records if isinstance(each.msg, dict)]
        kinds = ("signed_in", "sign_in_failed")
        known = ("event", "person", "way", "ways")
        return [
            {name: line[name] for name in known if name in line}
            for line in lines
            if line["event"] in kinds
        ]

    return told


def signed_in(user, *ways):
    return {"event": "signed_in", "person": user.pk, "ways": list(ways)}


def test_a_password_is_named(client, told):
    user = person()
    password(client, user)
    assert told() == [signed_in(user, "password")]


def test_a_second_factor_is_named_once_it_was_shown(client, told):
    user, secret = person(), generate_totp_secret()
    TOTP.activate(user, secret)
    password(client, user)
    assert told() == []
    assert factor(client, code_of(secret))
    assert told() == [signed_in(user, "password", "totp")]


def test_a_recovery_code_is_named(client, told):
    user = person()
    TOTP.activate(user, generate_totp_secret())
    codes = RecoveryCodes.activate(user)
    password(client, user)
    assert factor(client, codes.get_unused_codes()[0])
    assert told() == [signed_in(user, "password", "recovery_codes")]


def test_what_was_tried_in_vain_is_named_without_the_address(client, told, caplog):
    user, secret = person(email="demo.person@example.org"), generate_totp_secret()
    TOTP.activate(user, secret)
    said = {"login": user.email, "password": "not the right one"}
    client.post(reverse("account_login"), said)
    password(client, user)
    assert not factor(client, other(code_of(secret)))
    assert told() == [
        {"event": "sign_in_failed", "way": "password"},
        {"event": "sign_in_failed", "person": user.pk, "way": "totp"},
    ]
    assert "demo.person" not in caplog.text
