"""A refund is applied for on the house's pages: drafted, shown, prefilled and sent in without papers."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from applications import services
from applications.assessment import assess
from applications.models import State
from applications.views import landing
from schemes import services as pools
from schemes.base import Allowance
from schemes.models import Pool
from schemes.registry import get
from tests.applications.files import upload
from tests.factories import approved, person
from tests.role import aside
from tests.schemes.test_fastlege_forms import ANSWERS, APPLICANT, MUNICIPALITY, NATIONAL_ID, TODAY

pytestmark = pytest.mark.django_db

AT = datetime(2022, 6, 20, 9, tzinfo=UTC)
WITHOUT_DATES = {"papers": {"certificate_issued_on": ""}}


@pytest.fixture
def fastlege():
    return get("fastlege")


def drafted(scheme, *, by=None, **changed):
    application = services.start(scheme=scheme, applicant=by or person(), at=AT)
    for slug, typed in (ANSWERS | changed).items():
        application = services.save_step(
            application=application,
            step=scheme.step(slug),
            typed=typed,
            revision=application.revision,
            by=application.applicant,
            at=AT,
        )
    return application


def test_l6_l8_l9_what_was_typed_is_assessed(fastlege):
    found = assess(drafted(fastlege), on=TODAY, at=AT)

    assert found.by_rules == Decimal("3200.50") + 8500 + 4250
    assert found.details["units"] == {"2022": 3}
    assert found.rules == ["L10"]


def test_l10_it_is_sent_in_without_papers_and_waits(fastlege):
    application = drafted(fastlege, **WITHOUT_DATES)

    sent = services.submit(application=application, by=application.applicant, at=AT)

    assert (sent.state, sent.assessed) == (State.SUBMITTED, Decimal("15950.50"))
    found = assess(sent, on=TODAY, at=AT)
    assert (found.outcome, found.amount, found.rules) == ("wait", 0, ["L10"])


def test_numbers_stand_nowhere_in_clear(fastlege):
    application = drafted(fastlege)

    stored = f"{application.answers}{application.facts}"
    assert NATIONAL_ID not in stored
    assert "78903" not in stored
    assert application.person_key


@pytest.mark.parametrize("slug", [*ANSWERS])
def test_every_step_is_a_page_of_the_house(fastlege, client, slug):
    application = drafted(fastlege)
    client.force_login(application.applicant)

    page = client.get(reverse("applications:step", args=[application.uuid, slug]))

    assert page.status_code == 200
    assert NATIONAL_ID not in page.text or slug == "applicant"


def test_l7_the_absence_page_lists_the_days_of_the_course_and_is_saved(fastlege, client):
    application = drafted(fastlege, absence={"absence": []})
    client.force_login(application.applicant)
    address = reverse("applications:step", args=[application.uuid, "absence"])
    page = client.get(address)
    assert page.text.count("<select") == 4

    sent = {
        "revision": application.revision,
        "seal": page.context["seal"],
        "absence-2-on": "2022-06-09",
        "absence-2-part": "whole",
        "absence-2-hours": "",
    }
    response = client.post(address, sent)

    application.refresh_from_db()
    assert response.status_code == 302
    assert application.answers["absence"] == {"absence": ["2022-06-09|whole|"]}
    assert application.facts["absence"] == [{"on": "2022-06-09", "part": "whole", "hours": None}]


def test_the_check_page_shows_all_answers_and_masks_numbers(fastlege, client):
    application = drafted(fastlege)
    client.force_login(application.applicant)

    page = client.get(reverse("applications:check", args=[application.uuid])).text

    assert "014180 •••••" in page
    assert NATIONAL_ID not in page
    assert "12345678903" not in page


def test_l2_a_municipalitys_next_application_keeps_it_but_not_the_gp(fastlege):
    clerk = person(name="Demo Saksbehandler")
    drafted(fastlege, by=clerk, applicant=APPLICANT | MUNICIPALITY)

    following = services.start(scheme=fastlege, applicant=clerk, at=AT)

    kept = following.answers["applicant"]
    assert kept["municipality"] == "Demo kommune"
    assert not {"name", "national_id", "hpr_number"} & kept.keys()
    assert following.person_key == ""


def test_l2_several_gps_of_a_municipality_on_one_course_are_copies_without_the_gp(fastlege):
    clerk = person(name="Demo Saksbehandler")
    first = drafted(fastlege, by=clerk, applicant=APPLICANT | MUNICIPALITY)

    other = services.start(scheme=fastlege, applicant=clerk, at=AT, copy_of=first)

    assert other.course_title == first.course_title
    assert other.facts["absence"] == first.facts["absence"]
    assert (other.participant, other.person_key) == ("", "")
    assert other.answers["applicant"]["municipality"] == "Demo kommune"
    assert other.facts["documents"] == {"certificate_issued_on": None}


def test_a_visitor_finds_both_schemes(client):
    page = client.get("/").text

    assert 'data-scheme="fastlege"' in page
    assert 'data-scheme="rfr"' in page


def test_the_page_before_one_begins_says_what_to_have_at_hand(client):
    client.force_login(person())

    assert client.get(reverse("applications:start", args=["fastlege"])).status_code == 200


def test_l8_what_is_left_of_the_allowance_is_told_beside_the_form(fastlege, client):
    application = drafted(fastlege)
    client.force_login(application.applicant)

    page = client.get(
        reverse("applications:amount", args=[application.uuid]), HTTP_ACCEPT_LANGUAGE="en"
    )

    assert "3 of the 4 half days of 2022; 0 used before, 1 left." in page.text


def test_l10_history_names_a_paper_in_the_language_of_the_scheme(fastlege):
    application = drafted(fastlege, **WITHOUT_DATES)
    services.submit(application=application, by=application.applicant, at=AT)
    with translation.override("en"):
        services.attach(
            application=application,
            step=fastlege.step("papers"),
            kind="certificate",
            upload=upload(name="paper.pdf"),
            at=AT,
        )

    assert application.events.last().text == "Kursbevis: paper.pdf"


def overview(client, user, language):
    client.force_login(user)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    told = client.get(reverse("applications:overview")).context
    return (
        [each["scheme"].slug for each in told["begins"]],
        [each.scheme.slug for each in told["rights"]],
    )


@pytest.mark.parametrize(
    ("language", "begins", "rights"),
    [
        ("nb", ["fastlege", "rfr"], []),
        ("sv", ["rfr", "fastlege"], ["rfr"]),
        ("en", ["rfr", "fastlege"], ["rfr"]),
    ],
)
def test_who_has_no_case_is_told_first_of_the_scheme_in_the_language_of_the_page(
    client, language, begins, rights
):
    assert overview(client, person(), language) == (begins, rights)


def test_a_gp_is_told_of_the_refund_first_and_of_rfr_once_there_is_a_case_there(fastlege, client):
    gp = person()
    drafted(fastlege, by=gp)
    assert overview(client, gp, "sv") == (["fastlege", "rfr"], [])
    services.start(scheme=get("rfr"), applicant=gp, at=AT)
    assert overview(client, gp, "sv") == (["rfr", "fastlege"], ["rfr"])


def test_r23_a_grant_that_another_applied_for_is_told_of_in_every_language(client):
    grant = approved()
    doctor = person()
    doctor.person_key = grant.person_key
    doctor.save(update_fields=["person_key"])
    assert overview(client, doctor, "nb") == (["fastlege", "rfr"], ["rfr"])


@pytest.mark.today("2022-06-20T11:00")
def test_l8_the_overview_and_the_case_say_what_is_left_of_the_year(fastlege, client):
    aside("schemes_allowanceentry", "draw_within_terms")  # drawn without a grant here
    doctor = person()
    application = drafted(fastlege, by=doctor)
    client.force_login(doctor)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    case = reverse("applications:case", args=[application.uuid])
    assert "0 of the 4 half days of 2022 granted, 4 left." in client.get(case).text
    with transaction.atomic():
        pools.draw_units(
            scheme=fastlege,
            person_key=application.person_key,
            allowances=[Allowance(2022, 3, 4)],
            subject=application.uuid,
            at=AT,
            by=doctor,
        )

    overview = reverse("applications:overview")
    with CaptureQueriesContext(connection) as one:
        page = client.get(overview)
    assert "3 of the 4 half days of 2022 granted, 1 left." in page.text
    assert "3 of the 4 half days of 2022 granted, 1 left." in client.get(case).text
    for _more in range(2):
        drafted(fastlege, by=doctor)
    with CaptureQueriesContext(connection) as three:
        client.get(overview)
    assert len(three) <= len(one)


@pytest.mark.parametrize(("left", "said"), [(0, "spent."), (20, "nearly spent"), (9000, "")])
def test_l5_the_first_page_says_when_the_appropriation_runs_out(
    fastlege, client, monkeypatch, left, said
):
    # PostgreSQL lets nobody say that money is granted which is not.
    pool = Pool(scheme=fastlege.slug, budget=Decimal(10_000), committed=Decimal(10_000 - left))
    monkeypatch.setattr(landing, "opened", lambda slug: {fastlege.pool_on(TODAY).key: pool})
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = client.get("/").text

    card = page[page.index('scheme-card" data-scheme="fastlege"') :].partition("</section>")[0]
    assert said in card
    assert ("spent" in card) == (left < 500)
