"""The page about how long things are kept: terms for each scheme, holds, and what the nights have removed."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from applications import holds
from applications.models import Hold
from oversight.anonymising import anonymise
from schemes.models import Act, RetentionTerm
from schemes.registry import SCHEMES
from tests import factories
from tests.factories import APRIL

pytestmark = [pytest.mark.django_db, pytest.mark.today("2026-04-20T10:00")]
PAGE = "oversight:retention"


def browser(capacity, **mandate):
    client = Client(headers={"accept-language": "en"})
    client.force_login(factories.appointed(capacity, **mandate))
    return client


def text(client):
    return client.get(reverse(PAGE)).content.decode()


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda each: each.slug)
def test_each_scheme_has_a_term_for_each_kind_with_its_source(scheme):
    terms = RetentionTerm.objects.filter(scheme=scheme.slug)
    assert {each.kind for each in terms} == set(RetentionTerm.Kind.values)
    assert all(each.source for each in terms)


def test_vouchers_are_kept_for_the_years_of_the_law():
    months = dict(RetentionTerm.objects.filter(kind="voucher").values_list("scheme", "months"))
    assert months == {"rfr": 7 * 12, "fastlege": 5 * 12}


def test_the_auditor_reads_terms_holds_and_nights_of_the_own_scheme_and_changes_nothing():
    case = factories.submitted()
    by = factories.appointed("administrator", name="Test Adm")
    holds.hold(application=case, reason="A lawsuit", by=by, at=APRIL)
    factories.draft(at=factories.APRIL.replace(year=2022))
    anonymise(on=date(2026, 1, 1), at=APRIL)
    said = text(browser("auditor"))
    for words in ("84 months", "bevaras", case.reference, "A lawsuit", "1 anonymised, 0 held"):
        assert words in said, words
    assert "Lift the hold" not in said
    other = text(browser("auditor", scheme="fastlege"))
    assert "60 months" in other
    assert "A lawsuit" not in other
    assert "1 anonymised" not in other


def test_the_administrator_holds_a_case_and_lifts_it():
    case, client = factories.submitted(), browser("administrator")
    sent = {"reference": case.reference.lower(), "reason": "A lawsuit"}
    assert client.post(reverse("oversight:hold"), sent).status_code == 302
    row = Hold.objects.live().on(case).get()
    assert (row.reason, row.application) == ("A lawsuit", case)

    client.post(reverse("oversight:lift", args=[row.pk]), {"reason": ""})
    assert Hold.objects.live().exists()
    client.post(reverse("oversight:lift", args=[row.pk]), {"reason": "It is over"})
    assert not Hold.objects.live().exists()
    assert "Nothing is held." in text(client)


def test_every_case_of_a_person_is_held_at_once():
    case = factories.submitted()
    sent = {"reference": case.reference, "reason": "A lawsuit", "whole_person": "on"}
    browser("administrator").post(reverse("oversight:hold"), sent)
    other = factories.submitted(by=case.applicant)
    assert Hold.objects.live().on(other).count() == 1


def test_a_held_person_is_held_in_the_case_that_somebody_else_sent_in_about_them():
    number = factories.personal_number(1)
    person = factories.person(personal_number=number)
    administrator, at = factories.appointed("administrator"), {"reason": "A lawsuit", "at": APRIL}
    own = factories.submitted(by=person, number=number)
    holds.hold(application=own, by=administrator, whole_person=True, **at)
    about, unheld = factories.submitted(number=number), factories.submitted()
    client = browser("chair")
    for case, held in ((own, True), (about, True), (unheld, False)):
        page = client.get(reverse("decisions:case", args=[case.uuid]))
        assert ("A lawsuit" in page.text) is held
        assert Hold.objects.live().on(case).exists() is held


@pytest.mark.parametrize("typed", ["", "RFR-2026-99999", "RFR-1999-{0:05d}", "x", "RFR-2026-²"])
def test_a_number_that_is_no_case_of_the_scheme_is_said(typed):
    case = factories.submitted()
    sent = {"reference": typed.format(case.pk), "reason": "A lawsuit"}
    page = browser("administrator").post(reverse("oversight:hold"), sent)
    assert page.context["form"].errors.keys() == {"reference"}
    assert not Hold.objects.exists()


def test_the_administrator_enters_a_newer_term_and_changes_none():
    client = browser("administrator")
    add = reverse("administration:add", args=["rfr", "retention"])
    assert add in text(client)
    sent = {"kind": "closed", "valid_from": "2026-05-01", "months": "36", "confirm": "1"}
    assert client.post(add, sent | {"source": "Decided"}).status_code == 302
    term = RetentionTerm.objects.get(months=36)
    assert term.scheme == "rfr"
    for name in ("change", "remove_row"):
        address = reverse(f"administration:{name}", args=["rfr", "retention", term.pk])
        assert client.post(address, sent | {"months": "1", "source": "X"}).status_code == 404
    short = client.post(add, sent | {"kind": "voucher", "source": "X"})
    assert "60 months at least" in short.content.decode()
    assert Act.objects.get().kind == Act.Kind.ADDED
