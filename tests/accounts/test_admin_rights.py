"""What a mandate opens in the admin: administrators and auditors look things up in their scheme."""

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from schemes.models import Act
from schemes.registry import SCHEMES
from tests.factories import appointed, person

pytestmark = pytest.mark.django_db

SCHEME = SCHEMES[0]
SIGNS = SCHEME.capacities[0].slug


def test_who_has_no_such_mandate_does_not_come_in(client):
    for user in (person(), appointed(SIGNS), appointed("finance")):
        client.force_login(user)
        assert client.get("/admin/", follow=True).status_code == 403


def test_the_sign_in_of_the_admin_is_ours(client):
    assert client.get("/admin/").url.startswith("/admin/login/")
    assert client.get("/admin/login/").url.startswith(reverse("account_login"))


@pytest.mark.parametrize("capacity", ["administrator", "auditor"])
def test_who_comes_in_reads_and_changes_nothing(client, capacity):
    user = appointed(capacity)
    client.force_login(user)
    assert client.get(reverse("admin:accounts_mandate_changelist")).status_code == 200
    for name, *args in (["change", user.mandates.get().pk], ["add"]):
        url = reverse(f"admin:accounts_mandate_{name}", args=args)
        assert client.post(url, {"capacity": SIGNS}).status_code == 403
    assert user.mandates.get().capacity == capacity


def test_the_rights_end_with_the_mandate(client, hold):
    user = appointed("administrator", valid_to="2026-03-31")
    client.force_login(user)
    hold("2026-03-31T12:00")
    assert client.get(reverse("admin:accounts_mandate_changelist")).status_code == 200
    hold("2026-04-01T12:00")
    assert client.get(reverse("admin:accounts_mandate_changelist")).status_code == 302


def test_the_figures_of_the_scheme_are_open_to_its_administrator(client):
    client.force_login(appointed("administrator"))
    page = client.get("/admin/")
    listed = {model["object_name"] for app in page.context["app_list"] for model in app["models"]}
    assert {"Mandate", "User", "DatedTerms", "Zone"} <= listed


def test_nobody_deletes_a_mandate(client):
    admin = appointed("administrator")
    client.force_login(admin)
    url = reverse("admin:accounts_mandate_delete", args=[admin.mandates.get().pk])
    assert client.post(url, {"post": "yes"}).status_code == 403


def test_no_page_of_the_admin_shows_a_personal_number(client):
    user = person(personal_number="199001010017")
    client.force_login(appointed("administrator"))
    page = client.get(reverse("admin:accounts_user_change", args=[user.pk])).content.decode()
    assert "19900101" not in page
    assert user.personal_number not in page


# Who appoints where nobody does yet


def first_administrator(user, *, scheme=SCHEME.slug):
    call_command("first_administrator", scheme, user.email.upper(), ground="Beslut 1")


def test_the_first_administrator_is_appointed_on_the_server_and_an_act_says_so():
    user = person()
    first_administrator(user)
    mandate, act = user.mandates.get(), Act.objects.get()
    assert (mandate.capacity, mandate.ground, mandate.valid_to) == (
        *("administrator", "Beslut 1"),
        None,
    )
    assert (act.kind, act.scheme) == (Act.Kind.APPOINTED, SCHEME.slug)
    assert act.by_name == "manage.py first_administrator"


def test_an_act_is_in_the_language_of_its_scheme_and_the_command_in_english(capsys):
    user = person(name="Test Leder")
    first_administrator(user, scheme="fastlege")
    assert Act.objects.get().about == "Test Leder, Administrator"
    assert "Test Leder: Scheme administrator" in capsys.readouterr().out


def test_nobody_is_appointed_on_the_server_where_an_administrator_can_do_it():
    appointed("administrator")
    user = person()
    with pytest.raises(CommandError):
        first_administrator(user)
    assert not user.mandates.exists()
    first_administrator(user, scheme=SCHEMES[1].slug)
    assert user.mandates.get().scheme == SCHEMES[1].slug


def test_who_has_not_confirmed_the_address_is_not_appointed_on_the_server():
    user = person()
    user.emailaddress_set.update(verified=False)
    with pytest.raises(CommandError, match="confirmed"):
        first_administrator(user)
    assert not user.mandates.exists()


def test_who_has_no_account_signs_up_first():
    with pytest.raises(CommandError, match="sign up"):
        call_command("first_administrator", SCHEME.slug, "nobody@example.org", ground="Beslut 1")
