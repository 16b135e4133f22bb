"""Whoever holds a mandate signs in with a second factor, except in the demo."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.urls import reverse

from accounts.models import User
from applications.views.public import ABOUT
from schemes.registry import SCHEMES
from tests.factories import PASSWORD, appointed, person, with_second_factor

pytestmark = pytest.mark.django_db

SIGNS = SCHEMES[0].capacities[0].slug


def code_of(secret):
    """Return the six digits that an authenticator app shows now."""
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def opens(client, user, url):
    client.force_login(user)
    return client.get(url)


@pytest.mark.parametrize("capacity", [SIGNS, "finance", "administrator", "auditor"])
def test_a_mandate_holder_is_sent_to_set_up_a_second_factor(client, capacity):
    user = appointed(capacity, second_factor=False)
    response = opens(client, user, reverse("accounts:profile"))
    assert (response.status_code, response.url) == (302, reverse("mfa_index"))


def test_the_pages_to_set_it_up_and_to_leave_are_open(client):
    client.force_login(appointed(SIGNS, second_factor=False))
    for name in ("mfa_index", "account_logout", "account_email"):
        assert client.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("page", ABOUT)
def test_the_pages_about_the_service_are_open(client, page):
    response = opens(client, appointed(SIGNS, second_factor=False), reverse(page))
    assert (response.status_code, response.templates[0].name) == (200, f"about/{page}.html")
    assert not list(response.context["messages"])


def test_setting_it_up_asks_for_the_password_again_and_then_goes_on(client):
    client.force_login(appointed(SIGNS, second_factor=False))
    response = client.get(reverse("mfa_activate_totp"))
    assert response.url.startswith(reverse("account_reauthenticate"))
    client.post(response.url, {"password": PASSWORD})
    assert client.get(reverse("mfa_activate_totp")).status_code == 200


def test_an_authenticator_app_is_set_up_and_asked_for_from_then_on(client):
    user = appointed(SIGNS, second_factor=False)
    password = {"login": user.email, "password": PASSWORD}
    client.post(reverse("account_login"), password)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert client.get(reverse("accounts:profile")).status_code == 200
    client.post(reverse("account_logout"))
    response = client.post(reverse("account_login"), password)
    assert response.url.startswith(reverse("mfa_authenticate"))
    assert "_auth_user_id" not in client.session


def test_the_admin_is_no_way_around(client):
    response = opens(client, appointed("administrator", second_factor=False), "/admin/")
    assert response.url == reverse("mfa_index")


def test_with_a_second_factor_the_pages_open(client):
    user = appointed(SIGNS)
    assert opens(client, user, reverse("accounts:profile")).status_code == 200


def test_recovery_codes_alone_are_no_second_factor(client):
    user = appointed(SIGNS, second_factor=False)
    Authenticator.objects.create(user=user, type=Authenticator.Type.RECOVERY_CODES, data={})
    assert opens(client, user, reverse("accounts:profile")).status_code == 302


def test_who_has_no_mandate_needs_none(client):
    assert opens(client, person(), reverse("accounts:profile")).status_code == 200


def test_a_superuser_needs_one_too(client):
    user = User.objects.create_superuser("root@example.org", "x", name="Test Root")
    assert opens(client, user, "/admin/").url == reverse("mfa_index")


def test_the_demo_asks_for_none(client, settings):
    settings.KURSMEDEL_DEMO = True
    user = appointed(SIGNS, second_factor=False)
    assert opens(client, user, reverse("accounts:profile")).status_code == 200


def test_the_key_of_an_authenticator_app_is_kept_encrypted():
    user = person()
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    stored = Authenticator.objects.get(user=user).data["secret"]
    assert stored.startswith("enc:")
    assert secret not in stored


def test_the_office_may_ask_a_second_factor_of_everybody(client, settings):
    applicant, page = person(), reverse("accounts:profile")
    assert opens(client, applicant, page).status_code == 200
    settings.APPLICANTS_NEED_SECOND_FACTOR = True
    assert opens(client, applicant, page).url == reverse("mfa_index")
    assert opens(client, applicant, reverse("mfa_index")).status_code == 200
    assert opens(client, with_second_factor(applicant), page).status_code == 200
    client.logout()
    assert client.get("/").status_code == 200
