"""What the fuzz has found, each fault by its name, so that it does not come back."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.today("2026-04-20")]


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize(
    "path",
    ["/account/oidc/%00/login/callback/", "/applications/head/%00/", "/help/?q=%00", "/?%00=1"],
)
def test_an_address_with_nul_is_none(path):
    answer = Client().get(path)
    assert answer.status_code == 400
    assert "<h1>" in answer.content.decode()


@pytest.mark.parametrize(
    ("listed", "asked"),
    [("schemes_retentionterm", "kind__exact=%00"), ("accounts_user", "q=%00")],
)
def test_a_list_of_the_admin_is_not_asked_for_nul(listed, asked):
    client = signed_in(factories.appointed("administrator"))
    answer = client.get(f"{reverse(f'admin:{listed}_changelist')}?{asked}")
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "name", [r"\000abcdefgh", r"abcdefgh\000", "åäöåäöåäö", r"\377\376abcdefgh"]
)
def test_a_cookie_that_names_no_sign_in_is_a_visitors(name):
    client = Client(headers={"cookie": f'sessionid="{name}"'})
    assert client.get(reverse("landing")).status_code == 200


# Of "e30" a browser's answer would hold what was signed: here it is {}.
EMPTY = {"clientDataJSON": "e30", "authenticatorData": "AA", "signature": "AA", "userHandle": "AA"}
ANSWER = {"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": EMPTY}
ANSWERS = [
    *("", "{", "1", "null", '"x"', "[]", "{}", "9" * 5000, "[" * 5000, '{"id": "\\ud800"}'),
    *(json.dumps(each) for each in (ANSWER, ANSWER | {"id": 1}, {"id": "AAAA"})),
    *(json.dumps(ANSWER | {"response": EMPTY | {name: 1}}) for name in EMPTY),
    json.dumps(ANSWER | {"response": {"clientDataJSON": "e30", "attestationObject": []}}),
]


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_passkeys_answer_that_cannot_be_read_is_a_wrong_one(answer):
    assert Client().post(reverse("mfa_login_webauthn"), {"credential": answer}).status_code == 302

    client, known = Client(), {"login": factories.person().email, "password": factories.PASSWORD}
    client.post(reverse("account_login"), known)
    page = client.post(reverse("mfa_add_webauthn"), {"credential": answer, "name": "A key"})
    assert page.context["form"].errors


@pytest.mark.parametrize("number", ["²", "①", "٣", "9" * 40, "9" * 5000, "-1", "1\0"])
@pytest.mark.parametrize(
    ("address", "field", "capacity"),
    [
        ("decisions:sign_many", "application", "chair"),
        ("invoicing:mark_sent", "invoice", "finance"),
        ("invoicing:download", "invoice", "finance"),
        ("invoicing:release", "invoice", "finance"),
    ],
)
def test_a_tick_that_is_no_number_is_none(address, field, capacity, number):
    client = signed_in(factories.appointed(capacity))
    assert client.post(reverse(address), {field: number}).status_code == 302


@pytest.mark.parametrize("uuid", ["x", "", "\0", "../", "00000000-0000-0000-0000-000000000000"])
def test_the_way_back_to_no_invoice_is_the_list(uuid):
    client = signed_in(factories.finance())
    answer = client.post(f"{reverse('invoicing:mark_sent')}?invoice={uuid}")
    assert answer.status_code == 302


@pytest.mark.parametrize("month", ["", "x", "2026-13", "2026-04-01", "9999-12", "3000-01", "-1-01"])
def test_a_month_that_no_page_offers_is_none(month):
    client = signed_in(factories.finance())
    assert client.post(reverse("invoicing:ask_for_bundle"), {"month": month}).status_code == 404
