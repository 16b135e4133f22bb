"""The administrator enters figures, lists and breaks on own pages; the admin only shows them."""

import re
from contextlib import nullcontext
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.utils import label_for_field
from django.core.exceptions import ValidationError
from django.forms.utils import pretty_name as pretty
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from drawing import wording
from drawing.wording import NO_BREAK_SPACE
from schemes import entering
from schemes.figure_fields import form_of
from schemes.models import Act, Break, LedgerEntry, Organisation, PayingAccount, Pool
from schemes.new_terms import parts_of
from schemes.registry import SCHEMES
from schemes.rfr import tables
from schemes.rfr.models import DatedTerms, Zone
from schemes.services import pool_for
from tests.factories import APRIL, appointed, with_second_factor
from tests.schemes.test_new_terms import entered

pytestmark = [pytest.mark.django_db, pytest.mark.today("2026-10-14")]

OURS = ("schemes", "rfr")
# RFR is invoiced: it pays from no account.
MODELS = [
    model
    for model in admin.site._registry
    if model._meta.app_label in OURS and model is not PayingAccount
]
CONFIRMED = {"confirm": "1"}
NEXT = date(2027, 1, 1)
ZONES = next(each for each in SCHEMES[0].lists if each.slug == "zones")


def page(model, action, *args):
    meta = model._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{action}", args=args)


def of_list(name, kept, *args):
    return reverse(f"administration:{name}", args=[SCHEMES[0].slug, kept, *args])


@pytest.fixture
def administrator(client):
    client.force_login(appointed("administrator"))
    return client


@pytest.fixture
def superuser(rf):
    request = rf.post("/")
    request.user = with_second_factor(
        User.objects.create_superuser("root@example.org", name="Root")
    )
    return request


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_list_opens(administrator, model):
    assert administrator.get(page(model, "changelist")).status_code == 200


@pytest.mark.parametrize("model", [*MODELS, PayingAccount], ids=lambda model: model.__name__)
def test_no_column_and_no_label_of_a_row_is_the_name_that_the_code_has_for_it(superuser, model):
    shown = admin.site._registry[model]
    names = {*shown.list_display, *shown.get_fields(superuser)}
    with translation.override("sv"):
        labels = {
            getattr(name, "__name__", name): str(label_for_field(name, model, shown))
            for name in names
        }

    as_in_code = {name for name, label in labels.items() if label.lower() == pretty(name).lower()}
    assert as_in_code <= {"budget"}  # the same in Swedish


def test_an_act_says_its_figures_by_the_words_of_their_fields(administrator):
    administrator.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    figures = [{"name": "cap_sweden", "before": "5 000", "after": "6 000"}]
    act = Act.objects.create(
        scheme="rfr", kind="changed", about="X", figures=figures, at=APRIL, by=User.objects.first()
    )

    page_of_it = administrator.get(page(Act, "change", act.pk)).text

    assert "Most on site in Sweden: 5 000 → 6 000" in page_of_it


def lacked():
    """Return what Django's admin says in Swedish, our first language, and not in Norwegian."""
    home = Path(admin.__file__).parent / "locale"
    swedish, norwegian = (
        read_po((home / language / "LC_MESSAGES/django.po").open("rb")) for language in ("sv", "nb")
    )
    singular = (each for each in swedish if each.id and isinstance(each.id, str))
    return [each.string for each in singular if not getattr(norwegian.get(each.id), "string", "")]


def test_the_admin_is_norwegian_also_where_django_is_not(administrator):
    administrator.cookies[settings.LANGUAGE_COOKIE_NAME] = "nb"
    others = re.compile(rf'[>"]\s*({"|".join(map(re.escape, lacked()))})\s*[<"]')
    addresses = [reverse("admin:index"), *(page(model, "changelist") for model in MODELS)]
    addresses += [page(Organisation, "change", Organisation.objects.first().pk)]
    addresses += [page(Organisation, "changelist") + "?_facets=True"]
    for address in addresses:
        assert others.findall(administrator.get(address).text) == [], address


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_list_is_narrowed_by_what_it_offers_and_by_nothing_else(administrator, model):
    address = page(model, "changelist")
    shown = administrator.get(address).context["cl"]
    offered = [way["query_string"] for spec in shown.filter_specs for way in spec.choices(shown)]
    assert {administrator.get(address + each).status_code for each in offered} <= {200}
    assert administrator.get(address, {"pk__gte": "1"}).status_code == 400


@pytest.mark.parametrize("hidden", ["password", "personal_number", "person_key", "is_superuser"])
def test_no_list_tells_what_it_does_not_show(administrator, hidden):
    """One could guess the hash of a password, letter by letter."""
    address = reverse("admin:accounts_user_changelist")
    assert administrator.get(address, {f"{hidden}__startswith": "a"}).status_code == 400


def test_amounts_stand_in_lists_as_people_write_them_and_sort_them_still(administrator):
    pool = pool_for(scheme=SCHEMES[0], on=date(2026, 4, 15), at=APRIL)
    written = wording.amount(pool.budget)
    assert NO_BREAK_SPACE in written
    answer = administrator.get(page(Pool, "changelist"), {"o": "4"})
    assert answer.text.count(f">{written}</td>") == 2  # its budget, and all of it is left
    assert answer.context["cl"].get_ordering_field_columns() == {4: "asc"}


def test_an_amount_of_a_single_row_is_written_as_in_the_list(administrator):
    pool = pool_for(scheme=SCHEMES[0], on=date(2026, 4, 15), at=APRIL)
    answer = administrator.get(page(Pool, "change", pool.pk))
    assert answer.text.count(f'<div class="readonly">{wording.amount(pool.budget)}</div>') == 1
    assert str(pool.budget).partition(".")[0] not in answer.text


def test_zones_stand_and_are_found_by_the_names_of_their_countries(administrator):
    def names(**asked):
        return [row["name"] for row in administrator.get(address, asked).context["rows"]]

    address = of_list("list", "zones")
    with translation.override("sv"):
        found = names(page="2")
        assert found[-2:] == ["Åland (AX)", "Österrike (AT)"]
        assert names()[:2] == ["Albanien (AL)", "Andorra (AD)"]
        assert names(q="öster") == names(q="AT")[-1:] == ["Österrike (AT)"]
        assert administrator.get(address, {"file": "csv"}).text.count("\n") > len(found)


def test_every_hint_of_the_administration_is_a_sentence(administrator):
    for scheme in SCHEMES:
        for part in (*parts_of(scheme), *scheme.lists):
            for name, field in form_of(part).base_fields.items():
                hint = str(field.help_text)
                assert hint.endswith((".", "?")) == (" " in hint), (part.slug, name)


def test_a_number_is_asked_for_with_no_more_decimals_than_it_needs(administrator):
    asked = [form_of(part).base_fields for part in parts_of(SCHEMES[1])]
    written = next(each["whole_day_above"] for each in asked if "whole_day_above" in each).widget
    for number, shown in ((Decimal("4.00"), "4"), (Decimal("2.50"), "2.5"), ("vier", "vier")):
        assert written.format_value(number) == shown


def test_the_ledger_offers_no_pool_of_another_scheme_and_names_its_columns(administrator):
    days = (date(2026, 4, 15), date(2026, 10, 14))
    ours = [pool_for(scheme=SCHEMES[0], on=day, at=APRIL) for day in days]
    pool_for(scheme=SCHEMES[1], on=days[1], at=APRIL)
    shown = administrator.get(page(LedgerEntry, "changelist")).context["cl"]
    [pools] = [each for each in shown.filter_specs if each.field_path == "pool"]
    assert [key for key, _label in pools.lookup_choices] == [each.pk for each in ours]
    with translation.override("nb"):
        columns = [str(LedgerEntry._meta.get_field(each).verbose_name) for each in ("pool", "by")]
    assert columns == ["pott", "hvem"]


def test_nothing_is_written_in_the_admin_not_even_by_who_may_everything(superuser):
    """What is written there would leave no act of an administrator."""
    writable = [
        model._meta.label
        for model, shown in admin.site._registry.items()
        if shown.has_add_permission(superuser)
        or shown.has_change_permission(superuser)
        or shown.has_delete_permission(superuser)
    ]
    assert writable == []
    assert all(each.has_view_permission(superuser) for each in admin.site._registry.values())


@pytest.mark.parametrize("model", [DatedTerms, Zone, Organisation])
def test_a_form_that_is_sent_to_the_admin_changes_nothing(client, superuser, model):
    client.force_login(superuser.user)
    row, number = model.objects.first(), model.objects.count()
    for address in (
        page(model, "add"),
        page(model, "change", row.pk),
        page(model, "delete", row.pk),
    ):
        assert client.post(address, {"post": "yes"}).status_code == 403
    assert model.objects.count() == number


def test_r29_a_break_is_entered_for_ones_own_scheme(administrator):
    answers = {"starts_on": "2027-06-28", "ends_on": "2027-08-08", "note": "Demo"}

    administrator.post(of_list("add", "breaks"), answers | CONFIRMED | {"scheme": "another"})

    assert Break.objects.get().scheme == SCHEMES[0].slug
    assert tables.in_force(2027).breaks == ((date(2027, 6, 28), date(2027, 8, 8)),)


def test_r1_another_schemes_organisations_are_not_shown(administrator):
    other = Organisation.objects.create(
        scheme="another", name="Demokommunen", code="DK", valid_from=date(2024, 1, 1)
    )

    assert "Demokommunen" not in administrator.get(page(Organisation, "changelist")).text
    assert administrator.get(page(Organisation, "change", other.pk)).status_code == 302


def test_r12_next_years_terms_are_added_beside_the_old_ones():
    entered(appointed("administrator"), amounts={"cap_sweden": "6 000"})

    assert tables.in_force(2026).caps["sweden"] == 5000
    assert tables.in_force(2027).caps["sweden"] == 6000


def test_r13_a_zone_is_changed_from_a_year_on(administrator):
    answers = {"country": "TR", "zone": "world", "valid_from": "2027-01-01"}

    assert administrator.post(of_list("add", "zones"), answers | CONFIRMED).status_code == 302
    assert tables.in_force(2027).zones["TR"] == "world"
    assert Act.objects.get().kind == Act.Kind.ADDED


def test_r13_a_zone_that_has_not_begun_can_be_taken_away_and_no_other(administrator):
    coming = Zone.objects.create(country="TR", zone="world", valid_from=date(2027, 1, 1))
    begun = Zone.objects.filter(country="SE").get()

    assert administrator.post(of_list("remove_row", "zones", coming.pk)).status_code == 302
    assert administrator.post(of_list("remove_row", "zones", begun.pk)).status_code == 404

    assert not Zone.objects.filter(pk=coming.pk).exists()
    assert Zone.objects.filter(pk=begun.pk).exists()
    assert Act.objects.get().kind == Act.Kind.REMOVED


@pytest.mark.parametrize(("today", "taken"), [(date(2026, 12, 31), True), (NEXT, False)])
def test_r13_a_zone_that_begins_while_its_page_is_open_is_not_taken_away(today, taken):
    coming = Zone.objects.create(country="TR", zone="world", valid_from=NEXT)
    at, by = datetime.combine(today, time(12), UTC), appointed("administrator")

    with nullcontext() if taken else pytest.raises(ValidationError):
        entering.remove_row(scheme=SCHEMES[0], kept=ZONES, row=coming, by=by, at=at)

    assert Zone.objects.filter(pk=coming.pk).exists() is not taken
