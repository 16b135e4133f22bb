"""People see where they are signed in, end it, and nothing of it helps who has an old cookie."""

import time

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import tasks
from accounts.models import Session
from tests.accounts.test_second_factor import code_of
from tests.factories import PASSWORD, person

pytestmark = pytest.mark.django_db

PROFILE = reverse("accounts:profile")
PAGE = reverse("accounts:sign_ins")
END = reverse("accounts:end_sign_ins")
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0"
)
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1"
ANDROID = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36"
)


def browser(user=None, agent=FIREFOX):
    """Return a browser, signed in by password where it is told who."""
    client = Client(headers={"user-agent": agent, "accept-language": "en"})
    if user:
        client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return client


def is_in(client):
    return client.get(PROFILE).status_code == 200


def listed(client):
    return client.get(PAGE).context["sign_ins"]


def test_one_sees_ones_sign_ins_and_nobody_elses():
    doctor = person()
    browser(person())
    browser(doctor, agent=IPHONE)
    here = browser(doctor)

    first, second = listed(here)
    assert (first.browser, first.system, first.here) == ("Firefox", "Windows", True)
    assert (second.browser, second.system, second.here) == ("Safari", "iPhone", False)
    assert "Safari on iPhone" in here.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (EDGE, "Edge on Windows"),
        (ANDROID, "Chrome on Android"),
        ("curl/8.0", "Unknown browser"),
        ("", "Unknown browser"),
        ("<b>Firefox", "Firefox"),
    ],
)
def test_a_browser_is_named_by_what_it_says_of_itself(agent, words):
    page = browser(person(), agent=agent).get(PAGE).content.decode()
    assert words in page
    assert "<b>" not in page


def test_the_page_does_not_give_away_by_what_a_browser_is_known():
    doctor = person()
    here, there = browser(doctor), browser(doctor)
    page = here.get(PAGE).content.decode()
    for client in (here, there):
        assert client.session.session_key not in page


def test_one_of_the_others_is_ended_by_its_key():
    doctor = person()
    here, one, two = browser(doctor), browser(doctor, agent=IPHONE), browser(doctor, agent=EDGE)
    key = next(each.key for each in listed(here) if each.system == "iPhone")

    here.post(END, {"which": key})

    assert [is_in(client) for client in (here, one, two)] == [True, False, True]


def test_all_the_others_are_ended_at_once():
    doctor, other = person(), browser(person())
    here, one, two = browser(doctor), browser(doctor), browser(doctor)

    said = here.post(END, follow=True)

    assert "2 sign-ins are ended." in said.content.decode()
    assert [is_in(each) for each in (here, one, two, other)] == [True, False, False, True]
    assert "only here" in here.post(END, follow=True).content.decode()


def test_nobody_ends_a_sign_in_of_another_by_its_key():
    doctor, thief = person(), browser(person())
    here, there = browser(doctor), browser(doctor)
    keys = [each.key for each in listed(here)]

    for key in (*keys, here.session.session_key, "x"):
        thief.post(END, {"which": key})

    assert is_in(here)
    assert is_in(there)


def test_to_end_them_one_shows_after_hours_who_one_is():
    doctor = person()
    here, there = browser(doctor), browser(doctor)
    session = here.session
    session.update({"sign_in_began": time.time() - 5 * 60 * 60, "seen_at": time.time()})
    session["account_authentication_methods"] = []
    session.save()

    assert here.post(END).url.startswith(reverse("account_reauthenticate"))
    assert is_in(there)


def test_what_is_over_or_has_an_old_password_is_not_listed():
    doctor = person()
    for late in ({"sign_in_began": 1}, {"_auth_user_hash": "old"}):
        session = browser(doctor).session
        session.update(late)
        session.save()

    assert [each.here for each in listed(browser(doctor))] == [True]


def test_signing_out_takes_it_off_the_list():
    doctor = person()
    here, there = browser(doctor), browser(doctor)
    there.post(reverse("account_logout"))
    assert len(listed(here)) == 1


def test_a_new_factor_and_its_end_end_every_other_sign_in(django_capture_on_commit_callbacks):
    doctor = person()
    here, there = browser(doctor), browser(doctor)
    here.get(reverse("mfa_activate_totp"))
    shown = here.session["mfa.totp.secret"]

    with django_capture_on_commit_callbacks(execute=True):
        here.post(reverse("mfa_activate_totp"), {"code": code_of(shown)})
    assert (is_in(here), is_in(there)) == (True, False)

    again = Client()
    again.force_login(doctor)
    here.post(reverse("mfa_deactivate_totp"))
    assert (is_in(here), is_in(again)) == (True, False)


def test_showing_oneself_again_gives_the_session_a_new_name():
    here = browser(person())
    before = here.session.session_key
    thief = Client()
    thief.cookies["sessionid"] = before

    here.post(reverse("account_reauthenticate"), {"password": "wrong"})
    assert here.session.session_key == before
    here.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    assert here.session.session_key != before
    assert (is_in(here), is_in(thief)) == (True, False)


def test_who_has_just_signed_in_is_not_asked_again_before_an_address_is_added(monkeypatch):
    here, page = browser(person()), reverse("account_email")
    added = {"action_add": "", "email": "second@example.org"}

    assert here.post(page, added).url == page
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 16 * 60)
    later = here.post(page, added | {"email": "third@example.org"})
    assert later.url.startswith(reverse("account_reauthenticate"))


def test_a_single_confirmed_address_is_offered_nothing_that_would_be_refused():
    here, page = browser(person()), reverse("account_email")

    before = here.get(page).content.decode()
    here.post(page, {"action_add": "", "email": "second@example.org"})

    assert "action_remove" not in before
    assert "action_remove" in here.get(page).content.decode()


def test_a_visitor_has_no_name_in_the_table_and_what_ended_leaves_it():
    doctor = person()
    browser(doctor)
    visitor = browser()
    visitor.get(reverse("account_login"))
    session = visitor.session
    session["something"] = 1
    session.save()
    assert set(Session.objects.values_list("user", flat=True)) == {None, doctor.pk}

    Session.objects.update(expire_date="2020-01-01T00:00Z")
    tasks.sweep()
    assert not Session.objects.exists()


def test_the_list_takes_as_many_queries_for_three_as_for_one(client):
    doctor = person()
    here = browser(doctor)

    def asked():
        with CaptureQueriesContext(connection) as queries:
            listed(here)
        return len(queries)

    one = asked()
    browser(doctor), browser(doctor)
    assert asked() == one
