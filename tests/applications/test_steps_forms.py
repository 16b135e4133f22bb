"""What the five forms take, what they say about the rest, and what they tell the rules."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from schemes.models import Organisation
from tests.factories import SCHEME, answers, personal_number

pytestmark = pytest.mark.django_db

DAY = date(2026, 4, 15)
OWN = "me@example.org"


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def typed(slug, **changed):
    return answers(starts_on=date(2026, 6, 15))[slug] | changed


def form(slug, **changed):
    kind = SCHEME.step(slug).form
    bound = kind(data=typed(slug, **changed), on=DAY, own_email=OWN)
    bound.is_valid()
    return bound


def errors(slug, **changed):
    return {
        name: [str(each) for each in said] for name, said in form(slug, **changed).errors.items()
    }


@pytest.mark.parametrize("slug", ["participant", "course", "costs", "benefit", "earlier"])
def test_good_answers_have_no_errors(slug):
    assert errors(slug) == {}


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("198001011231", "198001011231"),
        ("19800101-1231", "198001011231"),
        ("800101-1231", "198001011231"),
        ("8001011231", "198001011231"),
        (" 19800101 1231 ", "198001011231"),
        ("800101+1231", "188001011231"),
        ("19701063-2391", "197010632391"),
        ("701063-2391", "197010632391"),
    ],
)
def test_r23_personal_and_coordination_numbers_become_twelve_digits(written, kept):
    assert form("participant", personal_number=written).value("personal_number") == kept


@pytest.mark.parametrize("written", ["1", "１９８００１０１１２３１", "a" * 9999, "--"])
def test_what_is_no_personal_number_is_said_plainly(written):
    assert errors("participant", personal_number=written) == {
        "personal_number": [
            "Check the personal number: ten or twelve digits, such as 19800101-0000."
        ]
    }


@pytest.mark.parametrize("written", ["19800101-1230", "198001011230", "8001011230", "198013011231"])
def test_of_a_personal_number_with_a_wrong_digit_the_digits_are_not_counted(written):
    assert errors("participant", personal_number=written) == {
        "personal_number": [
            "The personal number is not right. Check its digits; it is written like 19800101-0000."
        ]
    }


@pytest.mark.parametrize("written", ["20800101-1231", "207010632391"])
def test_r23_nobody_is_known_by_a_day_of_birth_that_is_still_to_come(written):
    (said,) = errors("participant", personal_number=written)["personal_number"]

    assert said.startswith("The personal number is not right.")


def test_r21_the_head_of_unit_is_somebody_else():
    assert errors("participant", head_email="Me@Example.org") == {
        "head_email": ["This is your own address. Write the one of your head of unit."]
    }


def test_r1_only_administrations_of_the_day_can_be_chosen():
    gone = Organisation.objects.create(
        scheme=SCHEME.slug,
        name="Gone",
        code="gone",
        valid_from=date(2010, 1, 1),
        valid_to=date(2026, 4, 14),
    )
    other = Organisation.objects.create(
        scheme="other", name="Other", code="other", valid_from=date(2010, 1, 1)
    )

    for choice in (gone.pk, other.pk, "x", "9" * 40):
        assert errors("participant", organisation=str(choice)) == {
            "organisation": ["Choose an administration from the list."]
        }


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("6000", "6000"),
        ("6 000", "6000"),
        ("6\N{NO-BREAK SPACE}000", "6000"),
        ("6000,50", "6000.50"),
        ("6000.5", "6000.5"),
        ("6 000 kr", "6000"),
        ("6000kr", "6000"),
        ("6 000:-", "6000"),
        ("1 234 567 SEK", "1234567"),
        ("0", "0"),
        (" 10 000 000 ", "10000000"),
    ],
)
def test_an_amount_is_read_as_people_write_it(written, amount):
    assert form("costs", fee=written).value("fee") == Decimal(amount)


@pytest.mark.parametrize(
    "written",
    [
        "two thousand",
        "-1",
        "6.000",
        "6,000",
        "60 00",
        "1e9",
        "NaN",
        "٣",
        "1" * 5000,
        "0x10",
        "1,234",
    ],
)
def test_what_is_no_amount_is_asked_for_again_in_kind_words(written):
    assert errors("costs", lodging=written)["lodging"][0].startswith("Lodging: write ")
    assert form("costs", lodging=written).value("lodging") is None


def test_the_words_about_an_amount_name_the_field_and_give_an_example():
    assert errors("costs", lodging="two thousand") == {
        "lodging": ["Lodging: write an amount, for example 2 000."]
    }
    assert errors("costs", lodging="10 000 001") == {
        "lodging": ["Lodging: at most 10\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}000."]
    }


def test_r16_r17_there_is_no_field_for_salary():
    """R16, R17: fee, travel and lodging are the only costs that can be entered."""
    assert list(SCHEME.step("costs").form.base_fields) == [
        "fee",
        "travel",
        "lodging",
        "other_funding",
        "funding_from",
        "funding_from_industry",
        "requested",
        "own_contribution",
    ]


def test_r4_money_from_elsewhere_has_a_source():
    """R4: it is declared from whom, and whether industry pays."""
    assert errors("costs", other_funding="500") == {
        "funding_from": ["Say from whom the money comes."],
        "funding_from_industry": ["Say whether it comes from industry."],
    }
    assert errors("costs", other_funding="5", funding_from="A", funding_from_industry="no") == {}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"ends_on": "2026-06-14"},
            {"ends_on": ["The last day cannot be before the first day."]},
        ),
        ({"country": ""}, {"country": ["Choose the country in which you attend."]}),
        ({"country": "XX"}, {"country": ["Choose a country from the list."]}),
        ({"country": "", "attendance": "digital"}, {}),
        ({"country": "XK"}, {}),
        (
            {"kind": "digital_course"},
            {"attendance": ["A digital course is attended digitally."]},
        ),
        ({"starts_on": "15/6"}, {"starts_on": ["Write the first day like 2027-01-12."]}),
        ({"starts_on": "0001-01-01"}, {"starts_on": ["First day: check the year."]}),
        ({"ends_on": "9999-12-31"}, {"ends_on": ["Last day: check the year."]}),
        (
            {"link": "not a link"},
            {"link": ["Write a web address, for example https://example.org."]},
        ),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"title": "x" * 201}, "title"),
    ],
)
def test_the_course_is_held_together(changed, said):
    found = errors("course", **changed)

    assert list(found) == [said] if isinstance(said, str) else found == said


def test_r8_r33_all_three_texts_must_be_written():
    """R8, R33."""
    assert errors("benefit", active_participation=" ", dissemination="", feedback_plan="\n") == {
        "active_participation": ["Write how you take part actively."],
        "dissemination": ["Write how the new knowledge is spread."],
        "feedback_plan": ["Write how the content will be passed on at work."],
    }


def test_r25_an_earlier_application_is_named():
    """R25."""
    assert errors("earlier", applied_earlier="yes") == {
        "which": ["Say for which course you applied."]
    }
    assert errors("earlier", applied_earlier="") == {
        "applied_earlier": ["Say whether you have applied earlier in the year."]
    }


# What the rules and the lists are told


def everything(**changed):
    return answers(starts_on=date(2026, 6, 15), **changed)


def test_good_answers_are_facts_that_the_rules_can_read_whole():
    stated = SCHEME.read(everything()).stated

    assert stated == {
        "course": {
            "attendance": "on_site",
            "country": "DE",
            "starts_on": "2026-06-15",
            "ends_on": "2026-06-17",
            "external": True,
        },
        "participant": {"specialist": True, "employed_in_region": True},
        "costs": {"fee": "6000", "travel": "4000", "lodging": "2000"},
        "other_funding": "0",
        "funding_from_industry": None,
        "requested": "6000",
        "own_contribution": None,
        "statements": {
            "active_participation": True,
            "dissemination": True,
            "feedback_plan": True,
        },
        "history": {"declared_earlier": False},
    }


def test_what_is_unanswered_is_unknown_to_the_rules():
    stated = SCHEME.read({}).stated

    assert SCHEME.read_facts(stated, complete=False) == SCHEME.read_facts({}, complete=False)


def test_what_cannot_be_read_is_unknown_and_never_stops_a_draft():
    wrong = {
        slug: dict.fromkeys(fields, "\0’; DROP TABLE 9e99 ٣ " + "x" * 6000)
        for slug, fields in everything().items()
    }

    assert SCHEME.read(wrong) == SCHEME.read({})


def test_the_columns_hold_only_what_is_valid():
    wrong = {"ends_on": "2026-06-14", "title": "x" * 201}

    columns = SCHEME.read(everything(course=wrong, costs={"requested": "7 000,50"})).columns

    assert (columns.starts_on, columns.ends_on) == (date(2026, 6, 15), None)
    assert (columns.course_title, columns.country, columns.attendance) == ("", "DE", "on_site")
    assert (columns.asked, columns.participant) == (Decimal("7000.50"), "Test Läkare")
    assert (columns.head_email, columns.workplace) == ("chef@example.org", "Medicinkliniken")
    assert columns.personal_number == everything()["participant"]["personal_number"]


# In words


def test_the_summary_says_every_answer_in_words():
    said = {row["name"]: row["value"] for row in form("costs", other_funding="500,50").summary()}

    assert said["fee"] == "6\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}kr"
    assert said["other_funding"] == "500,50\N{NO-BREAK SPACE}kr"
    assert said["funding_from_industry"] == ""
    assert said["own_contribution"] == ""


def test_choices_days_and_lines_are_said_as_people_read_them():
    course = {row["name"]: row["value"] for row in form("course").summary()}
    benefit = form("benefit", feedback_plan="One\nTwo").words("feedback_plan")

    assert (course["kind"], course["country"], course["external"]) == (
        "A conference",
        "Germany",
        "Yes",
    )
    assert "2026" in course["starts_on"]
    assert benefit == ["One", "Two"]


def test_what_cannot_be_read_is_shown_as_it_was_typed():
    assert form("costs", fee="much").words("fee") == "much"
    assert form("course", starts_on="2026-02-30").words("starts_on") == "2026-02-30"


def test_a_day_or_an_amount_that_has_an_error_is_said_as_people_read_it():
    course, costs = form("course", ends_on="2026-06-14"), form("costs")
    costs.add_error("fee", "Too much.")
    assert course.errors.keys() == {"ends_on"}
    assert course.words("ends_on") == "14\N{NO-BREAK SPACE}June\N{NO-BREAK SPACE}2026"
    assert costs.words("fee") == "6\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}kr"


def test_the_personal_number_is_never_shown_whole():
    whole = personal_number(1)

    assert form("participant", personal_number=whole).words("personal_number") == (
        f"{whole[:8]}-••••"
    )
    assert form("participant", personal_number="198001011230").words("personal_number") == "••••"
    assert form("participant", personal_number="").words("personal_number") == ""


def test_a_text_that_is_too_long_is_not_cut_by_the_browser_but_said_to_be_and_kept():
    bound = form("benefit", dissemination="x" * 5001)

    assert "maxlength" not in bound["dissemination"].as_widget()
    assert bound.errors == {
        "dissemination": ["Shorten the text to 5000 characters; it has 5001."],
    }
    assert len(bound.typed()["dissemination"]) == 5001
