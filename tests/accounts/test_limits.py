"""Who tries too often waits: told by our own page, and counted by the address that our proxies tell."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from threading import Barrier, Event

import pytest
from allauth.core.internal import ratelimit
from django.core.cache.backends.db import DatabaseCache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts import limits
from tests import factories
from tests.factories import PASSWORD, person

pytestmark = pytest.mark.django_db

ADDRESS = "ask@example.org"
LINK = reverse("applications:head", args=["no-such-token"])


@pytest.fixture
def few(settings):
    """Let three be the most there may be of anything."""
    three = {"head_link": "3/10m/ip", "upload": "3/10m/user", "upload_unknown": "3/10m/ip"}
    settings.RATE_LIMITS = three
    names = ("login", "signup", "reset_password", "reset_password_from_key", "reauthenticate")
    settings.ACCOUNT_RATE_LIMITS = dict.fromkeys(names, "3/10m/ip")


def codes(times, send):
    return [send().status_code for _time in range(times)]


def told_to_wait(answers):
    return answers[-1] == 429 and 429 not in answers[:-1]


def sign_in(client, **more):
    return client.post(reverse("account_login"), {"login": ADDRESS, "password": "wrong"}, **more)


# Ours


def test_a_link_to_a_head_of_unit_is_not_guessed(client, few):
    assert told_to_wait(codes(4, lambda: client.get(LINK)))


def test_the_right_link_is_counted_like_a_wrong_one(client, few):
    for _time in range(3):
        client.get(LINK)
    assert client.get(reverse("applications:head", args=["another"])).status_code == 429


def test_files_are_taken_only_so_often(client, few):
    owner = person()
    draft = factories.draft(by=owner)
    url = reverse("applications:step", args=[draft.uuid, draft.rules.steps[-1].slug])
    client.force_login(owner)

    def send():
        return client.post(url, {"paper": SimpleUploadedFile("a.pdf", b"%PDF-1.7")})

    assert told_to_wait(codes(4, send))
    # Another person, and what is typed without a file, go on.
    assert (
        client.post(url, "a=b", content_type="application/x-www-form-urlencoded").status_code != 429
    )
    other = Client()
    other.force_login(person())
    assert other.post(url, {"a": "b"}).status_code != 429


@pytest.mark.parametrize(("rates", "seconds"), [("3/10m/ip", "600"), ("3/10m/ip,9/h/ip", "3600")])
def test_the_page_says_what_to_do_and_when(client, settings, rates, seconds):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"head_link": rates}
    codes(3, lambda: client.get(LINK))
    response = client.get(LINK)
    assert response["Retry-After"] == seconds
    assert "<h1>" in response.content.decode()


# Many at once


def at_once(number, user, rf):
    """Return how each of so many files was answered that one person sent in the same moment."""
    together = Barrier(number)

    def send(_nth):
        request = rf.post("/", {"paper": SimpleUploadedFile("a.pdf", b"%PDF-1.7")})
        request.user = user
        together.wait(30)
        try:
            return limits._may(request, "upload")
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as threads:
        return list(threads.map(send, range(number)))


@pytest.mark.django_db(transaction=True)
def test_who_sends_eight_files_at_once_is_not_told_to_wait(rf, monkeypatch):
    monkeypatch.setattr(ratelimit, "CACHE_LOCK_WAIT_TIMEOUT", 0)
    assert at_once(8, person(), rf) == [True] * 8


@pytest.mark.django_db(transaction=True)
def test_the_limit_holds_for_those_that_come_at_once(rf, few):
    assert sorted(at_once(8, person(), rf)) == [False] * 5 + [True] * 3


@pytest.mark.django_db(transaction=True)
def test_control_without_turns_the_library_turns_some_of_them_away(rf, monkeypatch):
    monkeypatch.setattr(ratelimit, "CACHE_LOCK_WAIT_TIMEOUT", 0)
    monkeypatch.setattr(limits, "_in_turn", lambda _keys: nullcontext())
    real, turned_away = ratelimit.apply_rate, Event()

    def held(*said, **more):
        turned_away.wait(10)
        return real(*said, **more)

    def tried(*said, **more):
        taken = add(*said, **more)
        if not taken:
            turned_away.set()
        return taken

    add = DatabaseCache.add
    monkeypatch.setattr(DatabaseCache, "add", tried)
    monkeypatch.setattr(ratelimit, "apply_rate", held)
    assert False in at_once(2, person(), rf)


# The library's, as we have set them up


@pytest.mark.parametrize(
    ("name", "answers"),
    [
        ("account_login", {"login": ADDRESS, "password": "wrong"}),
        ("account_signup", {"email": ADDRESS}),
        ("account_reset_password", {"email": ADDRESS}),
    ],
)
def test_signing_in_and_up_and_a_new_password_are_limited(client, few, name, answers):
    assert told_to_wait(codes(4, lambda: client.post(reverse(name), answers)))


def test_they_are_limited_without_any_setting_too(client):
    """Without our test's three: five wrong passwords of one person, twenty accounts a minute."""
    person(email=ADDRESS)
    for _time in range(5):
        sign_in(client)
    client.post(reverse("account_login"), {"login": ADDRESS, "password": PASSWORD})
    assert "_auth_user_id" not in client.session
    client.get(reverse("account_signup"))
    assert 429 in codes(21, lambda: client.post(reverse("account_signup"), {"email": ADDRESS}))


# Behind proxies


def from_address(client, forwarded, **more):
    return client.get(LINK, headers={"X-Forwarded-For": forwarded}, **more).status_code


def test_who_claims_another_address_each_time_is_counted_all_the_same(client, few, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    answers = [from_address(client, f"192.0.2.{n}") for n in range(4)]
    assert told_to_wait(answers)


def test_behind_our_proxy_it_is_the_address_that_the_proxy_added(client, few, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    answers = [from_address(client, f"192.0.2.{n}, 198.51.100.7") for n in range(4)]
    assert told_to_wait(answers)
    assert from_address(client, "198.51.100.7, 198.51.100.8") != 429


def test_behind_two_proxies_it_is_the_last_but_one(client, few, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    answers = [from_address(client, f"192.0.2.{n}, 198.51.100.7, 10.0.0.1") for n in range(4)]
    assert told_to_wait(answers)
    assert from_address(client, "198.51.100.7, 198.51.100.8, 10.0.0.1") != 429


def test_a_network_of_many_addresses_counts_as_one(client, few, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert told_to_wait([from_address(client, f"2001:db8:1:1::{n}") for n in range(1, 5)])


def test_sign_in_counts_by_the_same_address(client, few, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    answers = [
        sign_in(client, headers={"X-Forwarded-For": f"192.0.2.{n}, 198.51.100.7"}).status_code
        for n in range(4)
    ]
    assert told_to_wait(answers)
