"""Signing up, confirming the address, signing in and asking for a new password."""

import re
from pathlib import Path

import allauth
import pytest
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.messages import get_messages
from django.template.loader import get_template
from django.test import Client
from django.urls import reverse

from accounts.adapters import WORDS_OF_FACTORS, MFAAdapter
from accounts.models import User
from tests.factories import PASSWORD, person

pytestmark = pytest.mark.django_db

ADDRESS = "ask@example.org"
SAYS_THE_SAME = {"account_connected_updated"}  # it takes in ours


def link_in(letter):
    text = letter.get_body(("plain",)).get_content()
    return re.search(r"https?://[^/\s]+(/account/\S+)", text).group(1)


def sign_up(client, **changes):
    answers = {"name": "Test Ask", "email": ADDRESS, "password1": PASSWORD, "password2": PASSWORD}
    return client.post(reverse("account_signup"), answers | changes)


def origin(path):
    return get_template(str(path)).origin.name


def is_in(client):
    return "_auth_user_id" in client.session


def sign_in(client, password=PASSWORD):
    client.post(reverse("account_login"), {"login": ADDRESS, "password": password})
    return is_in(client)


def test_an_address_is_confirmed_before_anybody_is_signed_in(client, mailbox):
    sign_up(client)
    assert not sign_in(client)
    client.post(link_in(mailbox.to(ADDRESS)[0]))
    assert sign_in(client)
    user = User.objects.get(email=ADDRESS)
    assert (user.name, user.language) == ("Test Ask", "sv")


def test_the_link_signs_in_whoever_asked_for_it_in_the_same_browser_and_nobody_else(
    client, mailbox
):
    sign_up(client)
    link, another = link_in(mailbox.to(ADDRESS)[0]), Client()

    client.get(link)
    assert not is_in(client)  # a mail program may look at it first
    client.post(link)
    another.post(link)

    assert (is_in(client), is_in(another)) == (True, False)


def test_a_link_that_another_browser_opens_signs_in_neither(client, mailbox):
    sign_up(client)
    another = Client()

    shown = another.post(link_in(mailbox.to(ADDRESS)[0]))

    assert shown.url == reverse("account_login")
    assert (is_in(another), is_in(client)) == (False, False)


@pytest.mark.parametrize(
    ("language", "words"),
    [("sv", "Ett mejl har skickats till"), ("nb", "En e-post er sendt til")],
)
def test_who_signs_up_reads_in_our_words_where_the_link_went(client, language, words):
    client.cookies["django_language"] = language

    shown = sign_up(client)

    assert [str(each) for each in get_messages(shown.wsgi_request)] == [f"{words} {ADDRESS}."]


def test_whatever_is_done_with_an_account_is_confirmed_in_our_words():
    theirs = Path(allauth.__file__).parent / "templates"
    apps = ("account", "mfa", "socialaccount")
    said = {path.relative_to(theirs) for app in apps for path in theirs.glob(f"{app}/messages/*")}

    left = {path.stem for path in said if theirs in Path(origin(path)).parents}

    assert left == {"login_code_sent", "phone_verification_sent", "phone_verified"} | SAYS_THE_SAME


def test_whatever_is_refused_about_a_second_factor_is_refused_in_our_words():
    assert WORDS_OF_FACTORS.keys() == DefaultMFAAdapter.error_messages.keys()
    assert MFAAdapter.error_messages == WORDS_OF_FACTORS


def test_a_name_is_asked(client):
    assert sign_up(client, name="").status_code == 200
    assert not User.objects.exists()


def test_who_signs_up_has_no_old_password_to_tell_the_new_one_from(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "sv"
    [said] = sign_up(client, password2="").context["form"].errors["password2"]
    assert said == "Skriv lösenordet en gång till."


def test_nobody_learns_by_signing_up_who_has_an_account(client, mailbox):
    person(email=ADDRESS)
    taken = sign_up(client)
    free = sign_up(client, email="free@example.org")
    assert (taken.status_code, taken.url) == (free.status_code, free.url)
    assert User.objects.filter(email=ADDRESS).count() == 1


def test_signing_up_takes_as_long_whether_there_is_an_account_or_not(client, monkeypatch):
    person(email=ADDRESS)
    hashed, encode = [], MD5PasswordHasher.encode

    def counted(self, password, salt, **more):
        hashed.append(password)
        return encode(self, password, salt, **more)

    # With argon2 that is what takes nearly all of the time.
    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    sign_up(client)
    for_taken = len(hashed)
    sign_up(client, email="free@example.org")
    assert for_taken == len(hashed) - for_taken == 1


def test_a_forgotten_password_is_set_anew_by_a_link(client, mailbox):
    person(email=ADDRESS)
    client.post(reverse("account_reset_password"), {"email": ADDRESS})
    page = client.get(link_in(mailbox.to(ADDRESS)[0]), follow=True)
    new = {"password1": "another long password", "password2": "another long password"}
    client.post(page.redirect_chain[-1][0], new)
    assert sign_in(client, "another long password")


def test_an_address_is_the_same_in_any_case(client):
    person(email="Ask@Example.org")
    assert sign_in(client)


def test_the_sixth_wrong_password_is_not_even_tried(client):
    person(email=ADDRESS)
    for _attempt in range(5):
        assert not sign_in(client, "wrong")
    assert not sign_in(client)


def test_passwords_are_hashed_with_argon2():
    from config import settings

    assert settings.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]


def test_somebody_without_mandate_begins_with_their_own_applications(client):
    person(email=ADDRESS)
    response = client.post(reverse("account_login"), {"login": ADDRESS, "password": PASSWORD})
    assert response.status_code == 302
    assert response.url in {"/", "/applications/"}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["E-mail address", "Have you forgotten", "Keep me signed in on this device"]),
        ("sv", ["E-postadress", "Har du glömt", "Håll mig inloggad på den här enheten"]),
        ("nb", ["E-postadresse", "Har du glemt", "Hold meg innlogget på denne enheten"]),
    ],
)
def test_the_page_to_sign_in_asks_in_our_own_words(client, language, words):
    text = client.get(reverse("account_login"), headers={"Accept-Language": language}).text
    assert [each for each in words if each not in text] == []
