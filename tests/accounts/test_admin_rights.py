"""What a mandate opens in the admin: administrators change their scheme, auditors read it."""

import pytest
from django.urls import reverse

from accounts.models import Mandate
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


def test_an_administrator_appoints_people(client):
    chosen = person()
    client.force_login(appointed("administrator"))
    answers = {
        "user": chosen.pk,
        "scheme": SCHEME.slug,
        "capacity": SIGNS,
        "valid_from": "2026-01-01",
        "valid_to": "",
        "ground": "",
        "organisation": "",
    }
    response = client.post(reverse("admin:accounts_mandate_add"), answers)
    assert response.status_code == 302, response.context["errors"]
    assert chosen.mandates.get().capacity == SIGNS


def test_a_deputy_without_ground_is_refused_with_words(client):
    client.force_login(appointed("administrator"))
    answers = {
        "user": person().pk,
        "scheme": SCHEME.slug,
        "capacity": SIGNS,
        "deputy": "on",
        "valid_from": "2026-01-01",
    }
    response = client.post(reverse("admin:accounts_mandate_add"), answers)
    assert response.status_code == 200
    assert not Mandate.objects.filter(deputy=True).exists()


def test_an_auditor_reads_and_changes_nothing(client):
    auditor = appointed("auditor")
    mandate = auditor.mandates.get()
    client.force_login(auditor)
    assert client.get(reverse("admin:accounts_mandate_changelist")).status_code == 200
    url = reverse("admin:accounts_mandate_change", args=[mandate.pk])
    assert client.get(url).status_code == 200
    assert client.post(url, {}).status_code == 403
    assert client.get(reverse("admin:accounts_mandate_add")).status_code == 403


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
