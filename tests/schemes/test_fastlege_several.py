"""A municipality's clerk applies for several GPs on one course in one go: one draft for each."""

from datetime import date

import pytest
from django.conf import settings
from django.urls import reverse

from applications import drafting, services
from applications.models import Application
from schemes.registry import get
from tests.factories import again, person
from tests.schemes.test_fastlege_forms import APPLICANT, COURSE, LISTED, MUNICIPALITY, NATIONAL_ID
from tests.schemes.test_fastlege_pages import AT, drafted

pytestmark = [pytest.mark.django_db, pytest.mark.today("2022-06-20T11:00")]
ANOTHER, THIRD = "01437600186", "14436800097"
SHARED = {
    "applicant-municipality": "Demo kommune",
    "applicant-organisation_number": "123 456 785",
    "applicant-account_number": "1234.56.78903",
    **{f"course-{name}": value for name, value in COURSE.items()},
    "fee-fee_paid": "3 200,50",
    "fee-other_funding": "0",
}


def gp(place, name="Test Lege", national_id=NATIONAL_ID, hpr_number="1234567", reference="K-1"):
    typed = {"name": name, "national_id": national_id}
    typed |= {"hpr_number": hpr_number, "reference": reference}
    return {f"person-{place}-{key}": value for key, value in typed.items()}


@pytest.fixture
def fastlege():
    return get("fastlege")


@pytest.fixture
def clerk(client):
    clerk = person(name="Test Sekretær")
    client.force_login(clerk)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return clerk


def several(client, **typed):
    return client.post(reverse("applications:several", args=["fastlege"]), {"rows": "3"} | typed)


def said(page):
    return [error["text"] for error in page.context["form"].errors()]


def test_l2_each_gp_becomes_one_draft_with_the_same_course_municipality_and_fee(client, clerk):
    rows = gp(0, "Lege En") | gp(2, "Lege To", ANOTHER, reference="K-2")
    response = several(client, **SHARED, **rows)

    drafts = Application.objects.order_by("pk")
    assert response.url == reverse("applications:several_drafts", args=["fastlege"])
    assert [each.participant for each in drafts] == ["Lege En", "Lege To"]
    assert {each.course_title for each in drafts} == {LISTED}
    assert {each.starts_on for each in drafts} == {date(2022, 6, 7)}
    assert {each.workplace for each in drafts} == {"Demo kommune"}
    assert {each.facts["fee_paid"] for each in drafts} == {"3200.50"}
    assert [each.rules.payee(opened(each)).reference for each in drafts] == ["K-1", "K-2"]
    assert len({each.person_key for each in drafts}) == 2
    assert NATIONAL_ID not in f"{[each.answers for each in drafts]}"


def opened(application):
    return {
        step.slug: step.form.opened(application.answers.get(step.slug, {}))
        for step in application.rules.steps
    }


def test_the_list_says_what_is_missing_in_each_draft(client, clerk, fastlege):
    several(client, **SHARED, **gp(0, "Lege En"))
    drafted(fastlege, by=clerk)
    whole = drafted(fastlege, by=clerk, applicant=APPLICANT | MUNICIPALITY)

    page = client.get(reverse("applications:several_drafts", args=["fastlege"]))

    assert [(task["title"], task["hint"], task["label"]) for task in page.context["tasks"]] == [
        (f"Test Fastlege · {LISTED}", "", "Ready to send in"),
        (f"Lege En · {LISTED}", "Not filled in yet: Absence, Papers.", "Not ready"),
    ]
    begun = Application.objects.get(participant="Lege En")
    assert "· Lege En</p>" in client.get(reverse("applications:overview")).text
    assert "· Lege En</p>" in client.get(reverse("applications:case", args=[begun.uuid])).text
    for draft, leads in ((begun, "absence/"), (whole, "check/")):
        assert client.get(reverse("applications:resume", args=[draft.uuid])).url.endswith(leads)


def test_a_row_more_keeps_what_was_typed_and_finds_no_fault_yet(client, clerk):
    page = several(client, **SHARED, **gp(1, "Lege To", national_id="123"), more="1")

    assert page.text.count("<legend>GP ") == 4
    for typed in ("Lege To", "123 456 785", "3 200,50", 'value="123"'):
        assert typed in page.text
    assert "error-summary" not in page.text
    assert Application.objects.count() == 0


def test_there_are_twenty_rows_at_most(client, clerk):
    page = several(client, rows="20", more="1")
    assert len(page.context["form"].rows) == 20
    assert len(several(client, rows="1000000", more="1").context["form"].rows) == 4


def test_faults_are_said_at_the_field_and_in_the_summary_and_nothing_is_begun(client, clerk):
    rows = gp(0, national_id="123") | gp(1, name="", national_id=ANOTHER)
    page = several(client, **SHARED | {"fee-fee_paid": ""}, **rows)

    assert said(page) == [
        "Write the fee; write 0 if there was none.",
        "GP 1: Check the national identity number or D number: eleven digits.",
        "GP 2: Write the name of the GP.",
    ]
    for place in ("id_fee-fee_paid", "id_person-0-national_id", "id_person-1-name"):
        assert f'href="#{place}"' in page.text
        assert f'id="{place}"' in page.text
    assert page.text.count('class="field field-wrong"') == 3
    assert Application.objects.count() == 0


def test_an_empty_page_wants_one_row_and_what_all_share(client, clerk):
    found = said(several(client))

    assert found[-1] == "Fill in at least one row: GP 1."
    assert "Write the name of the municipality." in found
    assert "Write the name of the GP." not in found


@pytest.mark.parametrize("sent", [False, True])
def test_no_hint_says_what_goes_without_saying(client, clerk, sent):
    empty = reverse("applications:several", args=["fastlege"])
    page = (several(client) if sent else client.get(empty)).text
    assert "Only when a municipality applies" not in page
    assert page.count("Nine digits.") == 1


def test_nobody_is_applied_for_twice(client, clerk, fastlege):
    assert said(several(client, **SHARED, **gp(0), **gp(1))) == [
        "GP 2: This number is there twice."
    ]
    several(client, **SHARED, **gp(0))
    first = Application.objects.get()
    assert said(several(client, **SHARED, **gp(0))) == [
        f"GP 1: There is an application for this course already: {first.reference}."
    ]
    services.withdraw(application=first, by=clerk, at=AT)
    assert several(client, **SHARED, **gp(0)).status_code == 302


@pytest.mark.parametrize("sent_in", [False, True])
def test_more_gps_take_everything_from_an_application_but_the_person_and_the_papers(
    client, clerk, fastlege, sent_in
):
    first = drafted(fastlege, by=clerk, applicant=APPLICANT | MUNICIPALITY)
    if sent_in:
        services.submit(application=first, by=clerk, at=AT)
    address = reverse("applications:several_of", args=[first.uuid])
    case = client.get(reverse("applications:case", args=[first.uuid]))
    assert address in case.text
    assert "Apply for another GP on the same course" in case.text
    assert "applicant-municipality" not in client.get(address).text

    refused = client.post(address, {"rows": "3"} | gp(0))
    rows = gp(0, "Lege To", ANOTHER) | gp(1, "Lege Tre", THIRD)
    client.post(address, {"rows": "3"} | rows)

    assert said(refused)[0].startswith("GP 1: There is an application for this course already")
    for draft in Application.objects.exclude(pk=first.pk):
        assert draft.facts["absence"] == first.facts["absence"]
        assert draft.workplace == "Demo kommune"
        assert not draft.answers.get("papers")
    assert list(Application.objects.values_list("participant", flat=True).order_by("pk"))[1:] == [
        "Lege To",
        "Lege Tre",
    ]


def test_all_drafts_are_begun_or_none(clerk, fastlege):
    typed = [{"applicant": {"name": "Lege En"}}, {"applicant": {"name": object()}}]
    with pytest.raises(TypeError):
        services.start_several(scheme=fastlege, applicant=clerk, people=typed, at=AT)
    assert Application.objects.count() == 0


def test_more_than_may_be_begun_in_a_day_are_begun_none_and_stay_on_the_page(
    client, clerk, monkeypatch
):
    monkeypatch.setattr(drafting, "BEGUN_A_DAY", 1)
    page = several(client, **SHARED, **gp(0, "Lege En"), **gp(1, "Lege To", ANOTHER))

    assert "Enough applications begun for today." in page.text
    assert 'value="Lege To"' in page.text
    assert not Application.objects.exists()


def test_the_page_is_filled_in_from_the_last_application(client, clerk, fastlege):
    drafted(fastlege, by=clerk, applicant=APPLICANT | MUNICIPALITY)
    page = client.get(reverse("applications:several", args=["fastlege"]))

    assert 'value="Demo kommune"' in page.text
    assert 'value="Test Fastlege"' not in page.text
    for name in ("applications:overview", "applications:start"):
        about = ["fastlege"] if name.endswith("start") else []
        assert (
            reverse("applications:several", args=["fastlege"])
            in client.get(reverse(name, args=about)).text
        )


def test_who_applies_personally_or_for_another_scheme_applies_for_nobody_else(
    client, clerk, fastlege
):
    own = drafted(fastlege, by=clerk)
    assert client.get(reverse("applications:several_of", args=[own.uuid])).status_code == 404
    assert (
        "several"
        not in client.get(reverse("applications:case", args=[own.uuid])).context["actions"]
    )
    assert client.get(reverse("applications:several", args=["rfr"])).status_code == 404
    client.force_login(person())
    other = drafted(fastlege, by=clerk, applicant=APPLICANT | MUNICIPALITY)
    assert client.get(reverse("applications:several_of", args=[other.uuid])).status_code == 404


def test_a_draft_is_copied_for_another_gp(client, clerk, fastlege):
    first = drafted(fastlege, by=clerk, applicant=APPLICANT | MUNICIPALITY)
    response = client.post(reverse("applications:copy", args=[first.uuid]))

    copy = again(Application.objects.exclude(pk=first.pk).get())
    assert (copy.participant, copy.course_title) == ("", LISTED)
    assert client.get(response.url).url.endswith("/step/applicant/")
