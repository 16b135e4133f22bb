"""A sign-in ends, and for signing and paying one shows after some hours that it is still oneself."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import reverse

from accounts import once
from decisions.models import Signature
from tests import factories
from tests.accounts.test_second_factor import code_of
from tests.factories import PASSWORD, appointed, person

pytestmark = pytest.mark.django_db

PROFILE = reverse("accounts:profile")
MINUTE, HOUR = 60, 60 * 60


@pytest.fixture
def later(monkeypatch):
    """Return a function that lets so many seconds go by, for all that asks for real seconds."""
    passed = [0]
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + passed[0])

    def later(seconds):
        passed[0] += seconds

    return later


def is_in(client):
    return client.get(PROFILE).status_code == 200


# It ends


@pytest.mark.parametrize("known", [True, False])
def test_a_new_secret_key_ends_every_sign_in_where_the_old_one_is_not_kept(client, settings, known):
    client.force_login(person())
    old, settings.SECRET_KEY = settings.SECRET_KEY, "new" * 20
    settings.SECRET_KEY_FALLBACKS = [old] if known else []
    assert is_in(client) is known
    settings.SECRET_KEY_FALLBACKS = []
    assert is_in(client) is known


def test_a_sign_in_that_is_used_goes_on(client, later):
    client.force_login(person())
    for _click in range(4):
        assert is_in(client)
        later(50 * MINUTE)


def test_a_sign_in_that_is_left_alone_for_an_hour_ends(client, later):
    client.force_login(person())
    assert is_in(client)
    later(HOUR + MINUTE)
    page = client.get(PROFILE, follow=True)
    assert page.redirect_chain[0][0].startswith(reverse("account_login"))
    assert len(page.context["messages"]) == 1


def test_a_sign_in_ends_after_a_long_day_however_much_it_is_used(client, later):
    client.force_login(person())
    for _half_hour in range(24):
        assert is_in(client)
        later(30 * MINUTE)
    later(MINUTE)
    assert not is_in(client)


def test_what_has_ended_is_gone_from_the_database_too(client, later):
    client.force_login(person())
    assert is_in(client)
    old = client.cookies["sessionid"].value
    later(HOUR + MINUTE)
    client.get(PROFILE)
    client.cookies["sessionid"] = old
    assert not is_in(client)


def test_a_click_is_noted_once_a_minute(client, later):
    client.force_login(person())
    began = client.session["sign_in_began"]
    later(30)
    client.get(PROFILE)
    assert "seen_at" not in client.session
    later(31)
    client.get(PROFILE)
    assert client.session["seen_at"] >= began + 61


def test_a_new_password_ends_every_other_sign_in():
    user = person()
    here, there = Client(), Client()
    for browser in (here, there):
        browser.force_login(user)
        assert is_in(browser)
    new = "another long enough password"
    here.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    answers = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert here.post(reverse("account_change_password"), answers).status_code == 302
    assert is_in(here)
    assert not is_in(there)


def test_signing_out_ends_it_at_once_for_whoever_has_the_cookie(client):
    client.force_login(person())
    thief = Client()
    thief.cookies["sessionid"] = client.cookies["sessionid"].value
    assert is_in(thief)
    client.post(reverse("account_logout"))
    assert not is_in(thief)


def test_the_browser_forgets_what_it_has_when_a_sign_in_ends(client, later):
    forgets = '"cache", "storage"'
    client.force_login(person())
    assert "Clear-Site-Data" not in client.get(PROFILE)
    assert client.post(reverse("account_logout"))["Clear-Site-Data"] == forgets
    assert "Clear-Site-Data" not in client.get(reverse("account_login"))
    client.force_login(person())
    client.get(PROFILE)
    later(HOUR + MINUTE)
    assert client.get(PROFILE)["Clear-Site-Data"] == forgets


def test_a_closed_account_is_out_at_once(client):
    user = person()
    client.force_login(user)
    assert is_in(client)
    user.is_active = False
    user.save()
    assert not is_in(client)


def test_signing_in_changes_the_name_of_the_session(client):
    client.get(reverse("account_login"))
    client.post(reverse("set_language"), {"language": "en"})
    session = client.session
    session["planted"] = "yes"
    session.save()
    planted = session.session_key
    client.cookies["sessionid"] = planted
    client.post(reverse("account_login"), {"login": person().email, "password": PASSWORD})
    assert client.session.session_key != planted


# What was typed is kept


def test_what_was_sent_after_the_end_is_there_after_the_next_sign_in(client, later):
    user = person()
    client.force_login(user)
    client.get(PROFILE)
    key = once.new_key(user)
    later(HOUR + MINUTE)
    answers = {"name": "Test Nytt Namn", "language": "sv", once.FIELD: key}
    there = client.post(PROFILE, answers).url
    back = client.post(there, {"login": user.email, "password": PASSWORD}).url
    page = client.get(back)
    assert "Test Nytt Namn" in page.content.decode()


# Signing and paying


@pytest.fixture
def chair():
    return factories.signatory("chair")


@pytest.fixture
def case():
    return factories.confirmed()


def signs(client, chair, case, **more):
    said = {"revision": case.revision, "amount": case.asked, once.FIELD: once.new_key(chair)}
    return client.post(reverse("decisions:sign", args=[case.uuid]), said | more)


@pytest.mark.today("2026-04-20")
def test_who_signed_in_this_morning_just_signs(client, chair, case, later):
    client.force_login(chair)
    client.get(PROFILE)
    signs(client, chair, case)
    assert Signature.objects.count() == 1


@pytest.mark.today("2026-04-20")
def test_who_signed_in_hours_ago_shows_once_more_who_they_are_and_loses_nothing(
    client, chair, case, later
):
    client.force_login(chair)
    for _half_hour in range(9):
        client.get(PROFILE)
        later(30 * MINUTE)
    asked = signs(client, chair, case)
    assert asked.url.startswith(reverse("account_reauthenticate"))
    assert not Signature.objects.exists()

    back = client.post(asked.url, {"password": PASSWORD}).url
    typed = client.get(back).context["typed"]
    client.post(typed.path, dict(typed.fields))
    assert Signature.objects.count() == 1
    # For hours it is not asked again.
    assert signs(client, chair, factories.confirmed()).url.startswith("/decisions/")


@pytest.mark.today("2026-04-20")
def test_whom_the_wrong_password_does_not_help(client, chair, case):
    signed_in_long_ago(client, chair)
    asked = signs(client, chair, case)
    client.post(asked.url, {"password": "wrong"})
    assert signs(client, chair, case).url.startswith(reverse("account_reauthenticate"))
    assert not Signature.objects.exists()


@pytest.mark.today("2026-04-20")
def test_a_form_without_key_leads_back_to_its_page(client, chair, case):
    signed_in_long_ago(client, chair)
    page = reverse("decisions:case", args=[case.uuid])
    said = {"revision": case.revision, "amount": case.asked}
    url = reverse("decisions:sign", args=[case.uuid])
    asked = client.post(url, said, headers={"Referer": f"http://testserver{page}"})
    assert client.post(asked.url, {"password": PASSWORD}).url == page


@pytest.mark.parametrize(
    ("capacity", "address"),
    [
        ("chair", "decisions:sign_many"),
        ("administrator", "decisions:transfer"),
        ("administrator", "admin:index"),
        ("finance", "invoicing:release"),
    ],
)
def test_what_weighs_is_not_done_on_an_old_sign_in(client, capacity, address):
    signed_in_long_ago(client, appointed(capacity))
    asked = client.post(reverse(address))
    assert asked.url.startswith(reverse("account_reauthenticate"))


def test_a_second_factor_shows_it_as_well(client, chair, case):
    secret = generate_totp_secret()
    Authenticator.objects.filter(user=chair).delete()
    TOTP.activate(chair, secret)
    signed_in_long_ago(client, chair)
    client.post(reverse("mfa_reauthenticate"), {"code": code_of(secret)})
    asked = client.post(reverse("decisions:sign_many"))
    assert asked.url.startswith(reverse("decisions:queue"))


def signed_in_long_ago(client, user):
    client.force_login(user)
    session = client.session
    session.update({"sign_in_began": time.time() - 5 * HOUR, "seen_at": time.time()})
    session.save()
