"""The administrator of a scheme enters its figures, lists and breaks; nobody edits a pool by hand."""

from datetime import date

import pytest
from django.contrib import admin
from django.urls import reverse

from schemes.models import Break, LedgerEntry, Organisation, PayingAccount, Pool
from schemes.registry import SCHEMES
from schemes.rfr import tables
from schemes.rfr.models import DatedTerms, Zone
from tests.factories import appointed

pytestmark = pytest.mark.django_db

OURS = ("schemes", "rfr")
# RFR is invoiced: it pays from no account.
MODELS = [
    model
    for model in admin.site._registry
    if model._meta.app_label in OURS and model is not PayingAccount
]


def page(model, action, *args):
    meta = model._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{action}", args=args)


@pytest.fixture
def administrator(client):
    client.force_login(appointed("administrator"))
    return client


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_list_opens(administrator, model):
    assert administrator.get(page(model, "changelist")).status_code == 200


def test_r29_a_break_is_entered_for_ones_own_scheme(administrator):
    answers = {"starts_on": "2027-06-28", "ends_on": "2027-08-08", "note": "Demo"}

    refused = administrator.post(page(Break, "add"), answers | {"scheme": "another"})
    entered = administrator.post(page(Break, "add"), answers | {"scheme": SCHEMES[0].slug})

    assert (refused.status_code, entered.status_code) == (200, 302)
    assert tables.in_force(2027).breaks == ((date(2027, 6, 28), date(2027, 8, 8)),)


def test_r1_another_schemes_organisations_are_not_shown(administrator):
    other = Organisation.objects.create(
        scheme="another", name="Demokommunen", code="DK", valid_from=date(2024, 1, 1)
    )

    assert "Demokommunen" not in administrator.get(page(Organisation, "changelist")).text
    assert administrator.get(page(Organisation, "change", other.pk)).status_code == 302


def test_r12_next_years_terms_are_added_beside_the_old_ones(administrator):
    row = DatedTerms.objects.get()
    form = administrator.get(page(DatedTerms, "change", row.pk)).context["adminform"].form
    answers = {name: value for name, value in form.initial.items() if value not in (None, False)}

    response = administrator.post(
        page(DatedTerms, "add"), answers | {"valid_from": "2027-01-01", "cap_sweden": "6000"}
    )

    assert response.status_code == 302, response.context["errors"]
    assert tables.in_force(2026).caps["sweden"] == 5000
    assert tables.in_force(2027).caps["sweden"] == 6000


def test_terms_are_never_deleted(administrator):
    row = DatedTerms.objects.get()

    assert (
        administrator.post(page(DatedTerms, "delete", row.pk), {"post": "yes"}).status_code == 403
    )


def test_r13_a_zone_is_changed_from_a_year_on(administrator):
    answers = {"country": "TR", "zone": "world", "valid_from": "2027-01-01"}

    assert administrator.post(page(Zone, "add"), answers).status_code == 302
    assert tables.in_force(2027).zones["TR"] == "world"


@pytest.mark.parametrize("model", [Pool, LedgerEntry])
def test_r27_pools_and_ledger_are_read_only(administrator, model):
    assert administrator.get(page(model, "add")).status_code == 403
