"""RFR's figures in the tables: what the letter gives, which row counts, and what a decision keeps."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation
from django_countries.data import COUNTRIES

from schemes.figure_fields import in_words
from schemes.models import Break, Organisation
from schemes.registry import get
from schemes.rfr import countries, tables, terms
from schemes.rfr.models import DatedTerms, Zone
from tests.schemes.situations import TERMS

pytestmark = pytest.mark.django_db

# M49 region 150, and the six that count as Europe by default
M49_EUROPE = (
    "AD AL AT AX BA BE BG BY CH CZ DE DK EE ES FI FO FR GB GG GI GR HR HU IE IM IS IT JE LI LT LU "
    "LV MC MD ME MK MT NL NO PL PT RO RS RU SI SJ SK SM UA VA"
)
COUNTED_IN = "AM AZ CY GE TR XK"


def newer(year, **changes):
    row = DatedTerms.objects.get(valid_from=date(2024, 1, 1))
    row.pk, row.valid_from = None, date(year, 1, 1)
    for name, value in changes.items():
        setattr(row, name, value)
    row.save()
    return row


def test_r12_r13_r14_r15_r26_r35_the_letters_figures_are_in_force():
    found = tables.in_force(2024)

    assert {name: value for name, value in vars(found).items() if name != "zones"} == {
        name: value for name, value in vars(TERMS).items() if name != "zones"
    }


def test_the_figures_carry_the_sentences_that_they_come_from():
    source = DatedTerms.objects.get().source

    assert "utanför Europa: max 20 000 kr" in source
    assert "beställar-id 4270700" in source


def test_r13_europe_is_m49_and_six_more():
    zones = tables.in_force(2024).zones

    assert zones == {"SE": "sweden"} | dict.fromkeys(f"{M49_EUROPE} {COUNTED_IN}".split(), "europe")
    assert set(zones) - {"XK"} <= set(COUNTRIES)


@pytest.mark.parametrize("country", ["IL", "GL", "KZ", "US", "LB", "MA", "RE", "GP", "SY", "IR"])
def test_r14_what_is_not_in_the_table_is_outside_europe(country):
    assert country not in tables.in_force(2024).zones


def test_r1_the_administrations_are_entered():
    names = Organisation.objects.valid_on(date(2024, 5, 1)).filter(scheme="rfr")

    assert names.filter(name="NU-sjukvården").exists()
    assert names.count() == 8


@pytest.mark.parametrize(
    ("year", "cap"), [(2019, 5000), (2024, 5000), (2026, 5000), (2027, 6000), (2031, 6000)]
)
def test_the_terms_of_a_year_are_those_in_force_on_its_first_of_january(year, cap):
    newer(2027, cap_sweden=6000)

    assert tables.in_force(year).caps["sweden"] == Decimal(cap)


def test_without_any_terms_it_is_said_loudly():
    DatedTerms.objects.all().delete()

    with pytest.raises(LookupError, match="no terms"):
        tables.in_force(2024)


def test_a_country_may_change_its_zone_from_a_year_on():
    Zone.objects.create(country="TR", zone="world", valid_from=date(2027, 1, 1))
    Zone.objects.create(country="IL", zone="europe", valid_from=date(2027, 1, 1))

    assert tables.in_force(2026).zones["TR"] == "europe"
    assert tables.in_force(2027).zones["TR"] == "world"
    assert tables.in_force(2027).zones["IL"] == "europe"


def test_r14_a_country_that_comes_into_the_table_stays_outside_europe_in_the_years_before():
    Zone.objects.create(country="IL", zone="europe", valid_from=date(2027, 1, 1))

    assert "IL" not in tables.in_force(2026).zones
    assert "IL" not in tables.in_force(2019).zones


def test_years_before_the_table_of_zones_have_its_oldest_rows():
    Zone.objects.create(country="TR", zone="world", valid_from=date(2027, 1, 1))

    assert tables.in_force(2019).zones == tables.in_force(2024).zones
    assert tables.in_force(2019).zones["TR"] == "europe"


def test_r14_without_any_row_of_the_table_every_country_is_outside_europe():
    Zone.objects.all().delete()

    assert tables.in_force(2024).zones == {}


def test_r29_entered_breaks_are_read_for_this_scheme_only():
    Break.objects.create(scheme="rfr", starts_on=date(2026, 6, 29), ends_on=date(2026, 8, 2))
    Break.objects.create(scheme="another", starts_on=date(2026, 2, 1), ends_on=date(2026, 2, 8))

    assert tables.in_force(2026).breaks == ((date(2026, 6, 29), date(2026, 8, 2)),)


def test_a_decision_keeps_the_terms_that_it_used():
    Break.objects.create(scheme="rfr", starts_on=date(2026, 6, 29), ends_on=date(2026, 8, 2))
    used = tables.in_force(2026)
    kept = json.loads(json.dumps(terms.snapshot(used)))
    DatedTerms.objects.update(cap_sweden=1, share=Decimal("0.10"))
    Zone.objects.all().delete()

    assert terms.from_snapshot(kept) == used


@pytest.mark.parametrize(
    "wrong",
    [
        {"valid_from": date(2027, 2, 1)},
        {"valid_from": date(2024, 1, 1)},
        {"share": Decimal("0.51")},
        {"share": Decimal("0")},
        {"summer_break_last_week": 20},
    ],
)
def test_the_database_refuses_terms_that_make_no_sense(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        newer(2027, **wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"winter_break_first_day": "02-29"},
        {"winter_break_last_day": "6 jan"},
        {"summer_break_last_week": 53},
        {"orderer_id": "4270700 Koncernkontoret"},
    ],
)
def test_the_administration_refuses_terms_that_make_no_sense(wrong):
    row = newer(2027)
    for name, value in wrong.items():
        setattr(row, name, value)

    with pytest.raises(ValidationError) as caught:
        row.full_clean()
    assert set(caught.value.message_dict) == set(wrong)


def test_terms_are_read_in_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        tables.read.__wrapped__()


@pytest.mark.parametrize(("language", "named"), [("sv", "Filippinerna"), ("nb", "Filippinene")])
def test_every_country_has_its_name_in_the_readers_language_and_sweden_comes_first(language, named):
    with translation.override(language):
        offered = dict(countries.in_words())
    assert list(offered)[:2] == ["", "SE"]
    assert offered["PH"] == named
    assert set(offered) - {""} == {*COUNTRIES, "XK"}


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("sv", ["Réunion", "Rwanda", "Zimbabwe", "Åland", "Österrike", "Östtimor"]),
        ("nb", ["Réunion", "Rwanda", "Zimbabwe", "Øst-Timor", "Østerrike", "Åland"]),
        ("en", ["Åland Islands", "Albania", "Austria", "Réunion", "Rwanda", "Zimbabwe"]),
    ],
)
def test_countries_stand_where_the_readers_language_has_them(language, names):
    with translation.override(language):
        offered = [name for _code, name in countries.in_words()]
    assert sorted(names, key=offered.index) == names


def test_a_zone_names_its_country_in_the_readers_language():
    with translation.override("sv"):
        assert Zone(country="DE", zone="europe").get_country_display() == "Tyskland (DE)"
    assert Zone(country="QQ").get_country_display() == "QQ (QQ)"


@pytest.mark.parametrize(
    ("language", "first", "last"),
    [
        ("en", "20 December", "6 January"),
        ("sv", "20 december", "6 januari"),
        ("nb", "20. desember", "6. januar"),
    ],
)
def test_r29_a_day_of_the_winter_break_is_said_as_people_read_it(language, first, last):
    row = DatedTerms(winter_break_first_day="12-20", winter_break_last_day="01-06")
    with translation.override(language):
        said = [in_words(row, f"winter_break_{name}_day") for name in ("first", "last")]
    assert said == [each.replace(" ", "\N{NO-BREAK SPACE}") for each in (first, last)]


def test_r29_r32_r34_days_are_counted_by_the_terms_of_the_course_year():
    newer(2027, answer_days=90, invoice_days=40, report_days=10)
    rfr, december = get("rfr"), date(2026, 12, 30)

    expected = rfr.answer_expected_on(submitted_on=date(2026, 11, 1), starts_on=date(2027, 6, 1))

    assert expected == date(2027, 1, 7) + timedelta(days=90)
    assert rfr.due_on(starts_on=december, decided_on=date(2027, 1, 20)) == date(2027, 2, 19)
    assert rfr.report_due_on(starts_on=december, ends_on=date(2027, 1, 2)) == date(2027, 3, 3)


def test_r26_new_terms_give_each_half_year_its_own_budget():
    rows = [newer(2027, budget_first_half=100, budget_second_half=200)]
    rfr, january = get("rfr"), date(2027, 1, 1)
    plans = [rfr.pool_on(day) for day in (january, date(2027, 7, 1))]

    assert [rfr.budget_with(plan, rows, on=january) for plan in plans] == [100, 200]
