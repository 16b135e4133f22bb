"""The refund scheme's pages: what may be typed, what is said about it, and what it states."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import translation

from schemes.fastlege import forms
from schemes.fastlege.absence import AbsenceTable, days_of_course
from schemes.fastlege.models import DatedTerms, ListedCourse
from schemes.registry import get

pytestmark = pytest.mark.django_db

TODAY = date(2022, 6, 20)
LISTED = "SKIL – Vanedannende midler"
# Invented: the month of its day of birth is raised by 40, as only numbers made for tests have it.
NATIONAL_ID = "01418000038"
APPLICANT = {
    "kind": "self_employed",
    "name": "Test Fastlege",
    "hpr_number": "1234567",
    "national_id": NATIONAL_ID,
    "account_number": "1234.56.78903",
}
MUNICIPALITY = {
    "kind": "municipality",
    "municipality": "Demo kommune",
    "organisation_number": "123 456 785",
    "reference": "K-17",
}
COURSE = {"title": LISTED, "starts_on": "2022-06-07", "ends_on": "2022-06-10"}
ANSWERS = {
    "applicant": APPLICANT,
    "course": COURSE,
    "absence": {"absence": ["2022-06-07|whole|", "2022-06-08|half|3,5"]},
    "fee": {"fee_paid": "3 200,50", "other_funding": "0"},
    "papers": {"certificate_issued_on": "2022-06-13"},
}


def read(form, answers, *, others=None):
    bound = form(data=answers, on=TODAY, others=others)
    bound.is_valid()
    return bound


def wrong(form, answers, **known):
    with translation.override("en"):
        return {name: list(words) for name, words in read(form, answers, **known).errors.items()}


# Who applies


def test_a_self_employed_gp_needs_no_municipality():
    assert wrong(forms.ApplicantForm, APPLICANT) == {}


def test_l2_a_municipality_gives_its_name_number_and_reference():
    assert set(wrong(forms.ApplicantForm, APPLICANT | {"kind": "municipality"})) == {
        "municipality",
        "organisation_number",
        "reference",
    }
    assert wrong(forms.ApplicantForm, APPLICANT | MUNICIPALITY) == {}


@pytest.mark.parametrize("kind", ["self_employed", "employed"])
def test_l2_what_is_asked_of_a_municipality_is_neither_checked_nor_counted_of_others(kind):
    typed = APPLICANT | MUNICIPALITY | {"kind": kind, "organisation_number": "12"}
    form = read(forms.ApplicantForm, typed)

    assert form.is_valid()
    for name in forms.OF_THE_MUNICIPALITY:
        assert (form.value(name), form.words(name)) == ("", "")
    assert form.typed()["organisation_number"] == "12"


def test_l2_only_the_answers_of_a_municipality_tell_of_one():
    alone, municipal = (
        {row["name"] for row in read(forms.ApplicantForm, typed).summary()}
        for typed in (APPLICANT, APPLICANT | MUNICIPALITY)
    )

    assert municipal - alone == set(forms.OF_THE_MUNICIPALITY)
    assert alone == set(APPLICANT)


def test_l2_an_employed_gp_may_write_and_is_told_by_the_rule():
    assert wrong(forms.ApplicantForm, APPLICANT | {"kind": "employed"}) == {}


@pytest.mark.parametrize("number", ["1234 56 78903", "12345678903", "1234.56.78903"])
def test_an_account_number_is_written_in_any_way(number):
    form = read(forms.ApplicantForm, APPLICANT | {"account_number": number})

    assert form.value("account_number") == "12345678903"


@pytest.mark.parametrize(
    "number",
    [
        *["00000000000", "0000.00.00000", "4090403", "00004090403", "12345678902"],
        *["1234567890", "123456789033", "abc", "１２３４５６７８９０３"],
    ],
)
def test_an_account_number_has_eleven_digits_and_passes_modulus_11(number):
    assert "account_number" in wrong(forms.ApplicantForm, APPLICANT | {"account_number": number})


@pytest.mark.parametrize(
    "number", ["01418000039", "0141800005", "00000000000", "99999999999", "32128000012", "abc"]
)
def test_a_national_identity_number_is_checked(number):
    assert "national_id" in wrong(forms.ApplicantForm, APPLICANT | {"national_id": number})


@pytest.mark.parametrize("number", ["123456789", "1", "00123"])
def test_an_hpr_number_has_nine_digits_at_most(number):
    assert wrong(forms.ApplicantForm, APPLICANT | {"hpr_number": number}) == {}


@pytest.mark.parametrize("number", ["1234567890", "0123456789", "000", "0", "12a", "-"])
def test_what_is_no_hpr_number_is_refused(number):
    assert "hpr_number" in wrong(forms.ApplicantForm, APPLICANT | {"hpr_number": number})


@pytest.mark.parametrize("number", ["123456784", "12345678", "000000000", "abc"])
def test_an_organisation_number_is_checked(number):
    answers = APPLICANT | MUNICIPALITY | {"organisation_number": number}

    assert "organisation_number" in wrong(forms.ApplicantForm, answers)


def test_numbers_of_people_and_accounts_are_kept_encrypted_and_shown_masked():
    sealed = forms.ApplicantForm.sealed(APPLICANT)
    form = forms.ApplicantForm.read(sealed, on=TODAY)

    assert NATIONAL_ID not in str(sealed)
    assert "8903" not in str(sealed["account_number"])
    assert form.words("national_id") == "014180 •••••"
    assert form.words("account_number") == "•••• 8903"


def test_the_next_application_of_a_municipality_is_for_another_gp():
    kept = forms.ApplicantForm.kept(APPLICANT | MUNICIPALITY)

    assert (kept["name"], kept["national_id"], kept["hpr_number"]) == ("", "", "")
    assert kept["municipality"] == "Demo kommune"
    assert forms.ApplicantForm.kept(APPLICANT) == APPLICANT


# Which course


def test_l12_a_course_on_the_list_needs_no_more_and_is_filled_in():
    form = read(forms.CourseForm, COURSE | {"title": "skil - vanedannende midler"})

    assert form.is_valid()
    assert (form.value("title"), form.value("organiser")) == (LISTED, "SKIL")


def test_l4_l12_another_course_is_described():
    other = COURSE | {"title": "Et annet kurs"}

    assert set(wrong(forms.CourseForm, other)) == {"organiser", "evaluates_own_practice"}
    described = other | {"organiser": "Demo", "evaluates_own_practice": "no", "link": "example.org"}
    assert wrong(forms.CourseForm, described) == {}


def test_l12_the_list_is_suggested_while_one_types():
    page = str(forms.CourseForm(on=TODAY)["title"])

    assert page.count("<option") == 16
    assert f'value="{LISTED}"' in page
    assert 'list="title-list"' in page


def test_a_course_does_not_end_before_it_begins():
    assert set(wrong(forms.CourseForm, COURSE | {"ends_on": "2022-06-06"})) == {"ends_on"}


# Absence


def absence(*rows, course=COURSE):
    return read(forms.AbsenceForm, {"absence": list(rows)}, others={"course": course})


def test_l7_the_days_of_the_course_are_listed_and_days_off_are_marked():
    with translation.override("en"):
        others = {"course": COURSE | {"starts_on": "2022-06-03", "ends_on": "2022-06-07"}}
        page = str(forms.AbsenceForm(on=TODAY, others=others)["absence"])

    assert page.count("<select") == 5
    assert page.count("Weekend: gives no compensation") == 2
    assert page.count("Public holiday: gives no compensation") == 1


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "More than 5.5 hours are a whole day, 3 hours or more a half."),
        ("sv", "Mer än 5,5 timmar är en hel dag, 3 timmar eller mer en halv."),
    ],
)
def test_l8_what_makes_a_day_whole_is_said_by_the_terms_in_force(language, said):
    DatedTerms.objects.update(whole_day_above=Decimal("5.5"), half_day_from=3)

    with translation.override(language):
        hint = str(forms.AbsenceForm(on=TODAY).fields["absence"].help_text)

    assert hint.startswith(said)


def test_a_long_course_has_rows_in_which_days_are_written():
    others = {"course": COURSE | {"ends_on": "2022-12-10"}}
    page = str(forms.AbsenceForm(on=TODAY, others=others)["absence"])

    assert page.count('type="date"') == 6


def test_what_was_typed_comes_back():
    form = absence("2022-06-07|whole|", "2022-06-08|half|3,5")
    page = str(form["absence"])

    assert page.count("selected") == 4
    assert 'value="3,5"' in page


def test_the_table_is_read_as_a_browser_sends_it():
    sent = QueryDict(
        "absence-0-on=2022-06-07&absence-0-part=whole&absence-0-hours="
        "&absence-1-on=2022-06-08&absence-1-part=none&absence-1-hours="
        "&absence-2-on=&absence-2-part=&absence-2-hours="
        "&absence-3-on=2022-06-09&absence-3-part=half&absence-3-hours=3,5"
    )
    form = forms.AbsenceForm(data=sent, on=TODAY)

    assert form.typed() == {"absence": ["2022-06-07|whole|", "2022-06-09|half|3,5"]}
    assert [(each.part, each.hours) for each in read(forms.AbsenceForm, sent).value("absence")] == [
        ("whole", None),
        ("half", Decimal("3.5")),
    ]


def test_rows_that_are_half_typed_stay():
    sent = QueryDict("absence-0-on=2022-06-07&absence-0-part=&absence-0-hours=")
    typed = forms.AbsenceForm(data=sent, on=TODAY).typed()

    assert typed == {"absence": ["2022-06-07||"]}
    assert wrong(forms.AbsenceForm, typed)["absence"]


@pytest.mark.parametrize(
    "rows",
    [
        ["2022-06-07|quarter|"],
        ["2022-06-07|none|3"],
        ["2022-06-07|half|three"],
        ["2022-06-07|half|25"],
        ["2022-06-07|half|", "2022-06-07|whole|"],
        ["2022-06-31|half|"],
        ["7 June|half|"],
        ["|half|"],
        ["2022-06-13|half|"],
        ["||||"],
    ],
)
def test_days_that_cannot_be_read_are_said(rows):
    form = absence(*rows)

    assert list(form.errors) == ["absence"]
    assert form.value("absence") is None
    assert str(form["absence"])
    assert form.words("absence")


@pytest.mark.parametrize(
    ("rows", "marked"),
    [
        (["2022-06-07|half|3", "2022-06-08|half|25"], ["absence-1-hours"]),
        (["2022-06-07|half|", "2022-06-10|none|3"], ["absence-3-part"]),
        (["2022-06-07|half|", "2022-06-07|whole|"], ["absence-4-part"]),
        (["2022-06-07|half|", "2022-06-13|half|"], ["absence-4-part"]),
        (["2022-06-07|half|", "7 June|half|", "8 June|half|"], ["absence-4-on", "absence-5-on"]),
        (["2022-06-08|half|x", "2022-06-07|half|y"], ["absence-0-hours", "absence-1-hours"]),
    ],
)
def test_only_what_is_wrong_is_marked_and_the_summary_leads_there(rows, marked):
    form = absence(*rows)

    page = form.as_table()
    fields = re.findall(r"<(?:input|select)[^>]*>", page)
    wrong = [re.search(r' id="([^"]+)"', each)[1] for each in fields if "aria-invalid" in each]
    assert wrong == marked
    summary = render_to_string("components/error_summary.html", {"form": form})
    assert re.findall(r'href="#([^"]+)"', summary) == marked[: len(form.errors["absence"])]
    assert page.count("absence-wrong") == len(marked)


SIX_WITHOUT_A_DAY = ["|whole|"] * 6


@pytest.mark.parametrize(
    ("course", "rows", "said"),
    [
        (COURSE, ["2022-06-07|half|", "7 June|half|"], "Row 5: write the day like 2027-01-12."),
        (
            COURSE | {"ends_on": "2022-12-10"},
            ["2022-06-07|half|", *SIX_WITHOUT_A_DAY, "7 June|half|"],
            "Row 1, 2, 3, 4, 5, 6, 8: write the day like 2027-01-12.",
        ),
        ({}, SIX_WITHOUT_A_DAY, "First fill in the days of the course."),
        (COURSE | {"ends_on": ""}, SIX_WITHOUT_A_DAY, "First fill in the days of the course."),
        (
            COURSE | {"ends_on": "2022-06-06"},
            SIX_WITHOUT_A_DAY,
            "First fill in the days of the course.",
        ),
    ],
)
def test_days_that_are_missing_are_said_once_and_with_their_rows(course, rows, said):
    others = {"course": course} if course else {}

    assert wrong(forms.AbsenceForm, {"absence": rows}, others=others) == {"absence": [said]}
    page = str(read(forms.AbsenceForm, {"absence": rows}, others=others)["absence"])
    assert page.count('value="whole" selected') == rows.count("|whole|")


def test_no_absence_is_an_answer():
    assert absence().is_valid()
    assert absence().value("absence") == ()
    assert absence("2022-06-07|none|").value("absence") == ()


def test_a_day_that_is_no_longer_the_courses_is_shown_and_can_be_taken_out():
    others = {"course": COURSE | {"starts_on": "2022-06-08"}}
    form = read(forms.AbsenceForm, {"absence": ["2022-06-07|whole|"]}, others=others)

    assert list(form.errors) == ["absence"]
    assert 'type="date"' in str(form["absence"])
    sent = QueryDict("absence-3-on=2022-06-07&absence-3-part=none&absence-3-hours=")
    assert forms.AbsenceForm(data=sent, on=TODAY).typed() == {"absence": []}


def test_absence_is_told_in_words():
    with translation.override("en"):
        words = absence("2022-06-08|half|3,5", "2022-06-07|whole|").words("absence")

    assert [each.replace("\xa0", " ") for each in words] == [
        "7 June 2022: Whole day",
        "8 June 2022: Half day, 3,5 hours",
    ]


def test_a_sent_table_holds_a_hundred_rows_at_most():
    sent = {f"a-{place}-{what}": "whole" for place in range(500) for what in ("on", "part")}

    assert len(AbsenceTable().value_from_datadict(sent, {}, "a")) == 100


def test_only_short_courses_list_their_days():
    first = date(2022, 6, 1)

    assert len(days_of_course(first, date(2022, 6, 22))) == 22
    assert days_of_course(first, date(2022, 6, 23)) == ()
    assert days_of_course(first, date(2022, 5, 31)) == ()
    assert days_of_course(first, None) == ()


def test_l12_what_the_list_knows_of_a_course_is_taken_where_nothing_is_written():
    ListedCourse.objects.filter(title=LISTED).update(
        link="https://kurs.example/", starts_on=date(2022, 6, 7), ends_on=date(2022, 6, 8)
    )
    form = read(forms.CourseForm, {"title": LISTED.lower(), "starts_on": "", "link": "  "})
    taken = {name: form.value(name) for name in forms.KNOWN_OF_A_COURSE}

    assert form.is_valid()
    assert taken == {
        "organiser": "SKIL",
        "link": "https://kurs.example/",
        "starts_on": date(2022, 6, 7),
        "ends_on": date(2022, 6, 8),
    }
    typed = {"absence": ["2022-06-09|half|"]}
    assert wrong(forms.AbsenceForm, typed, others={"course": {"title": LISTED}})
    mine = read(forms.CourseForm, COURSE | {"organiser": "Another"})
    assert (mine.value("organiser"), mine.value("ends_on")) == ("Another", date(2022, 6, 10))


# Fee and papers


def test_l6_amounts_may_have_ore():
    form = read(forms.FeeForm, {"fee_paid": "3 200,50 kr", "other_funding": "0"})

    assert form.value("fee_paid") == Decimal("3200.50")


def test_l10_papers_may_come_later_but_not_from_the_future():
    assert wrong(forms.PapersForm, {}) == {}
    assert wrong(forms.PapersForm, {"certificate_issued_on": "2022-06-21"})
    kinds = {kind.slug: (kind.required, kind.later) for kind in get("fastlege").papers()}
    assert kinds["certificate"] == kinds["absence"] == (False, True)


# What it states


def test_the_answers_are_facts():
    facts = get("fastlege").read(ANSWERS).stated

    assert facts == {
        "applicant": {"kind": "self_employed"},
        "course": {
            "pre_approved": True,
            "evaluates_own_practice": None,
            "starts_on": "2022-06-07",
            "ends_on": "2022-06-10",
        },
        "absence": [
            {"on": "2022-06-07", "part": "whole", "hours": None},
            {"on": "2022-06-08", "part": "half", "hours": "3.5"},
        ],
        "fee_paid": "3200.50",
        "other_funding": "0",
        "documents": {"certificate_issued_on": "2022-06-13"},
    }


def test_nothing_answered_states_nothing():
    scheme = get("fastlege")
    facts = scheme.read({}).stated

    assert facts["course"]["pre_approved"] is None
    assert scheme.read_facts(facts, complete=False).absence == ()


def test_l12_a_course_that_was_not_listed_on_its_first_day_is_judged():
    ListedCourse.objects.update(valid_to=date(2022, 6, 6))

    facts = get("fastlege").read(ANSWERS | {"course": COURSE | {"organiser": "SKIL"}}).stated

    assert facts["course"]["pre_approved"] is False


def test_the_columns_are_those_of_all_schemes():
    columns = get("fastlege").read(ANSWERS).columns

    assert (columns.participant, columns.personal_number) == ("Test Fastlege", NATIONAL_ID)
    assert (columns.course_title, columns.starts_on) == (LISTED, date(2022, 6, 7))
    assert columns.organisation_id is None


def test_l2_the_gp_or_the_municipality_is_paid():
    scheme = get("fastlege")
    gp = scheme.payee(ANSWERS)
    municipality = scheme.payee(ANSWERS | {"applicant": APPLICANT | MUNICIPALITY})

    assert (gp.name, gp.account, gp.reference) == ("Test Fastlege", "12345678903", "")
    assert municipality.name == "Demo kommune"
    assert municipality.organisation_number == "123456785"
    assert municipality.reference == "K-17"


def test_l2_a_municipality_typed_before_another_choice_is_not_paid():
    typed = APPLICANT | MUNICIPALITY | {"kind": "self_employed"}

    assert get("fastlege").payee({"applicant": typed}).name == "Test Fastlege"
