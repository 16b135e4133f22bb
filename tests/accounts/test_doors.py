"""An administrator ends somebody's sign-ins, closes an account and opens it again; each leaves an act."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Session
from schemes.models import Act
from schemes.registry import SCHEMES
from tests.factories import again, appointed, person

pytestmark = [pytest.mark.django_db, pytest.mark.today("2026-10-14")]

RFR, REFUND = SCHEMES
PAGE = reverse("administration:account", args=[RFR.slug])
OWN = reverse("accounts:profile")


@pytest.fixture
def admin(client):
    client.force_login(appointed("administrator"))
    return client


def signed_in(user):
    client = Client()
    client.force_login(user)
    assert client.get(OWN).status_code == 200
    return client


def is_in(client):
    return client.get(OWN).status_code == 200


def asked(user, what, **changed):
    return {"email": user.email.upper(), "what": what, "why": "The phone was stolen."} | changed


def done(admin, user, what):
    return admin.post(PAGE, asked(user, what, confirm="1"))


def test_every_sign_in_of_an_open_account_is_ended_after_a_check(admin):
    user = person(name="Demo Person")
    both = [signed_in(user), signed_in(user)]
    check = admin.post(PAGE, asked(user, "end"))
    assert "Demo Person" in check.text
    assert all(is_in(each) for each in both)  # nothing before it is confirmed
    assert done(admin, user, "end").url == reverse("administration:people", args=[RFR.slug])
    assert not any(is_in(each) for each in both)
    assert again(user).is_active
    assert is_in(signed_in(user))  # the account stays open


def test_nobody_else_is_signed_out(admin):
    user, other = person(), signed_in(person())
    signed_in(user)
    done(admin, user, "end")
    assert is_in(other)
    assert admin.get(PAGE).status_code == 200


def test_an_act_says_who_did_it_why_and_how_many(admin):
    user = person(name="Demo Person")
    signed_in(user)
    done(admin, user, "end")
    act = Act.objects.get()
    assert (act.kind, act.scheme, act.by_name) == (
        Act.Kind.SIGN_INS,
        RFR.slug,
        "Test Administrator",
    )
    assert {each["name"]: each["after"] for each in act.figures} == {
        "why": "The phone was stolen.",
        "sign_ins": "0",
    }


def test_an_act_names_only_whose_name_stays_anyway(admin):
    applicant, chair = person(name="Demo Person"), appointed("chair", name="Demo Chair")
    for user in (applicant, chair):
        done(admin, user, "end")
    told = [act.about for act in Act.objects.order_by("pk")]
    assert "Demo Person" not in told[0]
    assert str(applicant.pk) in told[0]
    assert told[1] == "Demo Chair"


def test_an_account_is_closed_and_opened_again(admin):
    user = person()
    browser = signed_in(user)
    done(admin, user, "close")
    assert not again(user).is_active
    assert not is_in(browser)
    assert not Session.objects.filter(user=user).exists()
    done(admin, user, "open")
    assert again(user).is_active
    assert [act.kind for act in Act.objects.order_by("pk")] == [Act.Kind.CLOSED, Act.Kind.OPENED]


@pytest.mark.parametrize("what", ["end", "close"])
def test_ones_own_account_is_not_closed_here(admin, what):
    own = Session.objects.get().user
    assert done(admin, own, what).context["form"].errors["email"]
    assert again(own).is_active
    assert not Act.objects.exists()


@pytest.mark.parametrize(("what", "closes"), [("end", True), ("close", False)])
def test_who_is_appointed_in_another_scheme_is_closed_by_its_administrator(admin, what, closes):
    officer = appointed("case_officer", scheme=REFUND.slug)
    assert (done(admin, officer, what).status_code == 302) is closes
    assert again(officer).is_active


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"email": "nobody@example.org"}, "email"),
        ({"what": "open"}, "what"),
        ({"what": "burn"}, "what"),
        ({"why": ""}, "why"),
    ],
)
def test_what_does_not_fit_does_nothing(admin, changed, field):
    user = person()
    browser = signed_in(user)
    response = admin.post(PAGE, asked(user, "end", confirm="1") | changed)
    assert field in response.context["form"].errors
    assert is_in(browser)
    assert not Act.objects.exists()


def test_a_closed_account_has_nothing_to_end(admin):
    user = person()
    done(admin, user, "close")
    assert "what" in done(admin, user, "end").context["form"].errors


def test_it_asks_again_who_one_is_after_some_hours(admin, settings):
    user = person()
    browser = signed_in(user)
    settings.SIGN_AGAIN_SECONDS = -1
    assert "reauthenticate" in done(admin, user, "end").url
    assert is_in(browser)


@pytest.mark.parametrize("capacity", ["chair", "finance", "auditor"])
def test_nobody_else_finds_the_page(client, capacity):
    client.force_login(appointed(capacity))
    assert client.get(PAGE).status_code == 404
    assert client.post(PAGE, {}).status_code == 404
