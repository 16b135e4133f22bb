"""The profile: what people say about themselves, the personal number encrypted, the language kept."""

import re

import pytest
from django.db import connection
from django.urls import reverse

from accounts import services
from schemes import secrets
from tests.factories import person, with_second_factor

pytestmark = pytest.mark.django_db

NUMBER = "199001010017"
ANSWERS = {
    "name": "Test Ask",
    "number": "19900101-0017",
    "hsa_id": "SE-1",
    "specialty": "Kardiologi",
    "language": "en",
}


def stored(user):
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_user WHERE id = %s", [user.pk])
        return str(cursor.fetchone())


def save(client, user, **changes):
    client.force_login(user)
    response = client.post(reverse("accounts:profile"), ANSWERS | changes)
    user.refresh_from_db()
    return response


def test_the_profile_is_saved(client):
    user = person()
    assert save(client, user).status_code == 302
    assert (user.name, user.hsa_id, user.specialty) == ("Test Ask", "SE-1", "Kardiologi")
    assert user.number_in_clear == NUMBER


def test_the_personal_number_never_stands_in_the_database(client):
    user = person()
    save(client, user)
    row = stored(user)
    assert NUMBER not in row
    assert NUMBER[2:] not in row
    assert user.person_key == secrets.person_key(NUMBER)


def test_the_page_shows_only_the_day_of_birth(client):
    user = person(personal_number=NUMBER)
    client.force_login(user)
    page = client.get(reverse("accounts:profile")).content.decode()
    assert "19900101-••••" in page
    assert "0017" not in page.replace("19800101-0000", "")


def test_what_only_one_scheme_asks_for_stands_under_its_name(client):
    client.force_login(person(language="en"))
    form = (
        client.get(reverse("accounts:profile")).text.partition("<main")[2].partition("</form>")[0]
    )
    assert re.findall(r'<legend>(.*)</legend>| name="(name|lang|number|hsa|spec)', form) == [
        ("", "name"),
        ("", "lang"),
        ("Only for RFR&#x27;s course and conference grant", ""),
        ("", "number"),
        ("", "hsa"),
        ("", "spec"),
    ]


def test_who_has_only_a_password_is_offered_a_second_factor(client):
    user = person()
    client.force_login(user)
    offer = f'<p><a href="{reverse("mfa_index")}">'
    assert offer in client.get(reverse("accounts:profile")).content.decode()
    with_second_factor(user)
    assert offer not in client.get(reverse("accounts:profile")).content.decode()


def test_an_empty_field_keeps_the_number(client):
    user = person(personal_number=NUMBER)
    save(client, user, number="")
    assert user.number_in_clear == NUMBER


def test_a_coordination_number_is_as_good(client):
    user = person()
    save(client, user, number="199001610014")
    assert user.number_in_clear == "199001610014"


@pytest.mark.parametrize("typed", ["90010100", "199001010018", "199013010017", "abc", "1" * 12])
def test_what_is_no_personal_number_is_asked_for_again(client, typed):
    user = person()
    assert save(client, user, number=typed).status_code == 200
    assert user.personal_number == ""


def test_the_language_is_kept_where_it_is_chosen(client):
    user = person()
    client.force_login(user)
    client.post(reverse("set_language"), {"language": "nb"})
    user.refresh_from_db()
    assert user.language == "nb"


def test_a_new_browser_speaks_the_language_of_the_profile(client):
    client.force_login(person(language="en"))
    assert client.get(reverse("accounts:profile"))["Content-Language"] == "en"


def test_what_was_chosen_in_this_browser_goes_before_the_profile(client):
    client.force_login(person(language="en"))
    client.cookies["django_language"] = "nb"
    assert client.get(reverse("accounts:profile"))["Content-Language"] == "nb"


def test_an_unknown_language_changes_nothing(client):
    user = services.keep_profile(user=person(), language="en")
    client.force_login(user)
    client.post(reverse("set_language"), {"language": "xx"})
    user.refresh_from_db()
    assert user.language == "en"
