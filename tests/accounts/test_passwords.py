"""Passwords that would be guessed soon are refused with kind words; good ones of any kind are taken."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import translation
from zxcvbn import zxcvbn

from accounts import passwords
from accounts.models import User
from schemes.models import Organisation
from schemes.registry import SCHEMES
from tests.factories import LONG_AGO, PASSWORD, person

pytestmark = pytest.mark.django_db
BUILT_ON = "built on your name"
SOON = "is easy to guess"


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def refusals(password, user=None):
    """Return what is said against a password, as one text; "" when it is taken."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


@pytest.mark.parametrize(
    "password",
    [
        "password1234!",
        "P@ssw0rdP@ssw0rd",
        "qwertyuiop123",
        "123456789012345",
        "aaaaaaaaaaaaaaaa",
        "iloveyouforever",
        "qwerty-qwerty-qwerty",
        "letmein letmein",
    ],
)
def test_a_leaked_or_common_password_or_keys_in_a_row_are_refused(password):
    assert SOON in refusals(password)


@pytest.mark.parametrize(
    "password",
    [
        "kursmedel2026!",
        "Kursmedel-Kursmedel",
        "Sommaren2026!!",
        "lösenord1234",
        "Välkommen2026",
        "passordet2026",
        *(f"{scheme.slug} {scheme.slug} {scheme.slug}" for scheme in SCHEMES),
    ],
)
def test_a_word_of_the_house_or_of_the_season_is_refused(password):
    assert BUILT_ON in refusals(password)


@pytest.mark.parametrize(
    "password",
    ["svensson-1980!", "AnnaSvensson1980", "selma.lagerlof!", "selma.lagerlof@example.org"],
)
def test_ones_own_name_address_or_specialty_is_refused(password):
    doctor = User(name="Anna Svensson", email="selma.lagerlof@example.org", specialty="Kardiologi")
    assert BUILT_ON in refusals(password, doctor)


def test_the_name_of_ones_administration_is_refused():
    Organisation.objects.create(
        scheme=SCHEMES[0].slug, name="Fjällbackahemmet", valid_from=LONG_AGO
    )
    assert BUILT_ON in refusals("fjällbackahemmet1")


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD,
        "hunden sover i soffan",
        "correct horse battery staple",
        "X7#kd92lqPz!",
        "ljus fågel dricker sakta",
        "ж" * 3 + "Ωμέγα ☃ snö 7",
        "x" * 10 + " en mycket lång mening som ingen annan har skrivit förut, " * 3,
    ],
)
def test_any_other_password_is_taken_whatever_it_is_made_of(password):
    assert refusals(password) == ""


def test_the_estimator_is_given_no_more_than_it_reads_at_once(monkeypatch):
    given = []

    def estimated(password, **more):
        given.append(password)
        return zxcvbn(password, **more)

    monkeypatch.setattr(passwords, "zxcvbn", estimated)
    # Signs that stand for letters in many ways: of all 72 the estimator would take seconds.
    assert refusals("4@8({[<369!1|7+$5%02" * 5) == ""
    assert [len(each) for each in given] == [32]


def test_a_long_password_with_a_weak_beginning_is_refused():
    assert SOON in refusals("password" * 4 + " hunden sover i soffan")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "The password is too short. Write at least 12 characters."),
        ("sv", "Lösenordet är för kort. Skriv minst 12 tecken."),
        ("nb", "Passordet er for kort. Skriv minst 12 tegn."),
    ],
)
def test_a_short_password_is_refused_in_the_language_of_the_page(language, said):
    with translation.override(language):
        assert said in refusals("xq7#")


def test_the_words_of_one_person_are_not_held_against_another():
    mine, other = User(name="Xylofon Brandspruta"), User(name="Test")
    said = [refusals("xylofonbrandspruta", user) != "" for user in (mine, other, mine, other)]
    assert said == [True, False, True, False]


def sign_up(**answers):
    password = answers.pop("password")
    said = {"name": "Xylofonia Brandspruta", "email": "new@example.org"} | answers
    said |= {"password1": password, "password2": password}
    return Client(headers={"accept-language": "en"}).post(reverse("account_signup"), said)


def test_at_sign_up_the_name_counts_and_the_message_stands_once_at_the_field():
    page = sign_up(password="xylofonia.brandspruta")
    errors = page.context["form"].errors
    assert list(errors) == ["password1"]
    assert len(errors["password1"]) == 1
    assert BUILT_ON in errors["password1"][0]
    assert not User.objects.exists()
    assert sign_up(password=PASSWORD).status_code == 302


def test_a_new_password_is_held_to_the_same():
    user = person(name="Xylofonia Brandspruta")
    client = Client(headers={"accept-language": "en"})
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    new = "xylofonia.brandspruta"
    said = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    page = client.post(reverse("account_change_password"), said)
    assert BUILT_ON in str(page.context["form"].errors)
