"""The pre-check: what a visitor can get by the same rules, and what of it goes along."""

import re
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from playwright.sync_api import expect

from applications.models import Application
from applications.pre_check import PreCheckForm
from schemes import clock
from schemes import services as pools
from schemes.registry import SCHEMES, get
from tests import factories
from tests.factories import APRIL, person

pytestmark = [pytest.mark.django_db, pytest.mark.today("2026-04-15T11:00")]

IN_VIENNA = {
    "attendance": "on_site",
    "country": "AT",
    "starts_on": "2026-06-01",
    "ends_on": "2026-06-03",
    "fee": "6 000",
    "travel": "2 500",
    "lodging": "3 500",
}
A_WEEK_OF_QUALITY = {
    "kind": "self_employed",
    "title": "Trygg legevakt",
    "starts_on": "2026-03-02",
    "ends_on": "2026-03-03",
    "fee_paid": "4 000",
}


def address(slug):
    return reverse("applications:pre_check", args=[slug])


def visitor():
    return Client(headers={"accept-language": "en"})


def asked(slug, typed):
    response = visitor().get(address(slug), typed)
    assert response.status_code == 200
    return response


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.slug)
def test_a_visitor_is_asked_little_and_told_nothing_yet(scheme):
    response = asked(scheme.slug, {})
    assert not response.context["form"].errors
    assert "card" not in response.context


def test_rfr_tells_half_of_the_cost_and_that_the_unit_pays_the_rest():
    card = asked("rfr", IN_VIENNA).context["card"]
    assert card["amount"] == Decimal(6000)
    assert ("The unit pays the rest", Decimal(6000)) in [
        (str(line.label), line.amount) for line in card["lines"]
    ]


def test_a_refund_is_told_with_the_days_that_the_course_takes():
    card = asked("fastlege", A_WEEK_OF_QUALITY).context["card"]
    away = {str(line.label): line.amount for line in card["lines"]}
    assert card["amount"] == sum(line.amount for line in card["lines"] if line.total)
    assert card["amount"] > Decimal(4000), away


@pytest.mark.parametrize(
    ("slug", "typed", "rule"),
    [
        ("rfr", IN_VIENNA | {"starts_on": "2026-04-15"}, "R9"),
        ("fastlege", A_WEEK_OF_QUALITY | {"kind": "employed"}, "L2"),
    ],
)
def test_what_the_rules_refuse_is_said_at_once_and_nothing_says_otherwise(slug, typed, rule):
    response = asked(slug, typed)
    card, against = response.context["card"], response.context["against"]
    assert (card["amount"], card["lines"]) == (0, ())
    assert [each.rule for each in against] == [rule]
    lead = response.text.split('role="status">')[1]
    assert lead.startswith(escape(str(against[0].text)))
    assert "You can get" not in lead.split("</p>")[0]
    assert re.findall(r'"btn btn-primary"[^>]*>([^<]+)', response.text) == ["Work it out again"]
    assert "You can apply all the same" in response.text
    assert "Expect an answer by" not in response.text


def test_costs_of_nothing_give_nothing():
    free = dict.fromkeys(("fee", "travel", "lodging"), "0")
    assert "What you have filled in gives nothing." in asked("rfr", IN_VIENNA | free).text


def test_a_pool_that_does_not_suffice_is_told():
    pool = pools.pool_for(scheme=get("rfr"), on=APRIL.date(), at=APRIL)
    factories.with_budget(pool, 5000)
    assert "is not enough for this amount" in asked("rfr", IN_VIENNA).content.decode()


@pytest.mark.today("2026-07-10T11:00")
def test_a_break_is_told_with_its_days():
    course = IN_VIENNA | {"starts_on": "2026-10-01", "ends_on": "2026-10-02"}
    assert "Nothing is decided from" in asked("rfr", course).content.decode()


def test_what_is_missing_is_said_by_the_field_and_nothing_typed_is_lost():
    response = asked("rfr", IN_VIENNA | {"country": "", "fee": "a lot"})
    assert set(response.context["form"].errors) == {"country", "fee"}
    assert 'value="a lot"' in response.content.decode()
    assert "card" not in response.context


def test_what_was_answered_goes_along_into_the_application():
    user, client = person(), visitor()
    client.force_login(user)
    begin = asked("rfr", IN_VIENNA).context["apply"]
    hidden = client.get(begin).context["known"]
    client.post(reverse("applications:start", args=["rfr"]), hidden.typed())
    draft = Application.objects.get(applicant=user)
    assert draft.answers["course"]["country"] == "AT"
    assert draft.answers["costs"] == {"fee": "6 000", "travel": "2 500", "lodging": "3 500"}


def test_a_visitor_writes_nothing_and_a_draft_without_a_pre_check_begins_empty():
    asked("rfr", IN_VIENNA)
    assert not Application.objects.exists()
    client = visitor()
    client.force_login(person())
    client.post(reverse("applications:start", args=["rfr"]))
    assert "costs" not in Application.objects.get().answers


def test_there_is_no_pre_check_of_an_unknown_scheme():
    assert visitor().get(address("nobody")).status_code == 404


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.slug)
def test_every_question_is_one_of_the_application(scheme):
    form = PreCheckForm(scheme=scheme, on=clock.today(scheme.time_zone))
    steps = {slug: scheme.step(slug).form.base_fields for slug in scheme.pre_check.fields}
    for slug, names in scheme.pre_check.fields.items():
        assert [form.fields[name].label for name in names] == [
            steps[slug][name].label for name in names
        ]


@pytest.mark.django_db(transaction=True)
def test_a_visitor_checks_and_goes_on_to_sign_in(page):
    page.goto(address("rfr"))
    page.locator("label[for=id_attendance_1]").click()
    for name in ("starts_on", "ends_on"):
        page.locator(f"[name={name}]").fill("2026-06-01")
    for name in ("fee", "travel", "lodging"):
        page.locator(f"[name={name}]").fill("1000")
    page.locator("form[method=get] button").click()
    expect(page.locator("#answer .amount-card")).to_be_visible()
    page.locator("#answer a.btn-primary").click()
    expect(page).to_have_url(re.compile("/account/login/"))
