"""Reading it once more, sending it in, and the receipt."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from applications import services
from applications.models import Application, Document, State
from schemes.models import Closing
from tests.applications.files import upload
from tests.factories import APRIL, SCHEME, again, confirmed, draft, person, returned, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.today("2026-04-15T11:00")]


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def browser(user):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def address(application, name="check"):
    return reverse(f"applications:{name}", args=[application.uuid])


def shown(application):
    return browser(application.applicant).get(address(application))


def send(application, **changed):
    sent = {"true": "on", "revision": application.revision} | changed
    return browser(application.applicant).post(address(application), sent)


def told(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


# Reading it


def test_a_draft_without_a_sum_has_no_card_that_says_it_is_nothing():
    begun = services.start(scheme=SCHEME, applicant=person(), at=APRIL)
    assert "amount-card" not in shown_page(begun)
    assert "amount-card" in shown_page(draft())


def shown_page(application):
    return browser(application.applicant).get(address(application, "case")).text


def test_what_may_be_left_empty_is_said_as_quietly_as_what_is_missing():
    text = shown(draft()).text
    assert '<span class="hint">Nothing stated</span>' in text
    assert '<span class="hint">Not answered</span>' not in text


def test_every_answer_stands_there_with_a_link_to_change_it():
    application = draft()

    sections = shown(application).context["sections"]

    assert [section["title"] for section in sections] == [
        "Participant",
        "Course",
        "Costs",
        "Benefit",
        "Earlier applications",
    ]
    fields = [len(step.form.base_fields) for step in SCHEME.steps]
    assert [len(section["rows"]) for section in sections] == fields
    step = reverse("applications:step", args=[application.uuid, "costs"])
    assert sections[2]["rows"][0] == {
        "key": "Course or conference fee",
        "value": "6\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}kr",
        "url": f"{step}#div_id_fee",
        "tone": "",
        "optional": False,
    }


def test_files_stand_there_too():
    application = draft()
    services.attach(
        application=application,
        step=SCHEME.step("course"),
        kind="programme",
        upload=upload(name="plan.pdf"),
        at=APRIL,
    )

    assert "plan.pdf" in shown(application).content.decode()


def test_every_finding_stands_there_with_its_rule_and_the_amount_with_its_sum():
    response = shown(draft())

    content = response.content.decode()
    assert {finding.rule for finding in response.context["met"]} >= {"R7", "R9", "R13", "R18"}
    assert "Rule R13" in content
    assert str(SCHEME.rules["R13"].sentence) in content
    card = response.context["card"]
    assert card["amount"] == 6000
    assert [line.amount for line in card["lines"] if line.total] == [6000]


def test_what_is_missing_is_a_list_of_tasks_and_nothing_can_be_sent():
    application = draft(costs={"fee": ""}, benefit={"dissemination": ""})

    response = shown(application)

    step = reverse("applications:step", args=[application.uuid, "costs"])
    assert [task["title"] for task in response.context["tasks"]] == ["Costs", "Benefit"]
    assert response.context["tasks"][0]["url"] == step + "?missing"
    assert response.context["tasks"][0]["hint"] == "Write the fee; write 0 if there is none."
    assert 'name="true"' not in response.content.decode()


def test_r7_a_refusal_to_come_is_said_before_it_is_sent():
    """R7: no specialist. It may be sent in all the same."""
    application = draft(participant={"specialist": "no"})

    response = shown(application)
    sent = send(application)

    assert "As it stands, the application will be refused" in response.content.decode()
    assert [finding.rule for finding in response.context["against"]] == ["R7"]
    assert [finding.rule for finding in response.context["findings"]] == ["R7"]
    assert sent.url == address(application, "receipt")


# Sending it


def test_sending_it_in_stamps_the_time_and_leads_to_the_receipt():
    application = draft()

    response = send(application)

    assert response.url == address(application, "receipt")
    application = again(application)
    assert application.state == State.SUBMITTED
    assert application.submitted_at.isoformat() == "2026-04-15T09:00:00+00:00"
    assert application.documents.get().kind == Document.Kind.CONFIRMATION
    assert application.head_requests.get().email == "chef@example.org"


def test_who_does_not_stand_by_it_cannot_send_it():
    application = draft()

    response = send(application, true="")

    assert response.context["form"].errors == {"true": ["Tick that what you have stated is true."]}
    assert again(application).state == State.DRAFT


@pytest.mark.parametrize("revision", ["", "x", "9" * 30])
def test_a_strange_revision_sends_nothing(revision):
    application = draft()

    assert send(application, revision=revision).status_code in (200, 302)
    assert again(application).state == State.DRAFT


def test_what_was_changed_elsewhere_is_read_again_before_it_is_sent():
    application = draft()
    services.save_step(
        application=application,
        step=SCHEME.step("costs"),
        typed={"fee": "1"},
        revision=application.revision,
        by=application.applicant,
        at=APRIL,
    )

    response = send(application)

    assert response.url == address(application)
    assert told(response) == [
        "The answers were changed elsewhere after you opened this page. Read them again."
    ]
    assert again(application).state == State.DRAFT


def test_sending_it_twice_sends_it_once():
    application = draft()

    responses = [send(application) for _time in range(2)]

    assert [response.url for response in responses] == [address(application, "receipt")] * 2
    assert Document.objects.count() == 1


def test_what_is_missing_cannot_be_sent_by_force():
    application = draft(costs={"fee": ""})

    response = send(application)

    assert [task["title"] for task in response.context["tasks"]] == ["Costs"]
    assert again(application).state == State.DRAFT


def test_r28_while_the_scheme_is_closed_nothing_is_sent_and_the_reason_is_said():
    """R28."""
    Closing.objects.create(scheme=SCHEME.slug, closes_at=APRIL, reason="Closed for the year.")
    application = draft()

    response = shown(application)
    sent = send(application)

    assert "Closed for the year." in response.content.decode()
    assert 'name="true"' not in response.content.decode()
    assert told(sent) == ["Closed for the year."]
    assert again(application).state == State.DRAFT


def test_only_what_was_asked_about_has_links_to_change_it():
    application = returned(steps=("costs",), text="What does the journey cost?")

    response = shown(application)

    assert "What does the journey cost?" in response.content.decode()
    linked = [bool(section["url"]) for section in response.context["sections"]]
    assert linked == [False, False, True, False, False]


def test_the_check_page_of_what_was_sent_leads_to_its_receipt():
    assert shown(submitted()).url.endswith("/receipt/")


def test_a_withdrawn_one_is_shown_as_a_case():
    application = draft()
    services.withdraw(application=application, by=application.applicant, at=APRIL)

    assert shown(application).url == address(application, "case")


# The receipt


def test_the_receipt_gives_the_reference_what_comes_next_and_by_when():
    application = submitted()

    response = browser(application.applicant).get(address(application, "receipt"))

    content = response.content.decode()
    assert application.reference in content
    assert "chef@example.org" in content
    assert response.context["outlook"].answer_on > APRIL.date()
    assert "The confirmation is being made" in content


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (submitted, "chef@example.org and confirms that the unit pays its part."),
        (confirmed, "has confirmed that the unit pays its part."),
    ],
)
def test_r18_the_head_confirms_no_more_than_the_unit_pays_at_most(sent, told):
    application = sent(costs={"own_contribution": "7000"})

    content = browser(application.applicant).get(address(application, "receipt")).content.decode()

    assert told in " ".join(content.split())
    assert "pays the rest" not in content


def test_the_receipt_hands_out_the_confirmation_once_it_is_made():
    application = submitted()
    application.documents.update(rendered_at=APRIL)
    document = application.documents.get()

    content = browser(application.applicant).get(address(application, "receipt")).content.decode()

    assert reverse("applications:document", args=[document.uuid]) in content


def test_a_draft_has_no_receipt():
    application = draft()

    response = browser(application.applicant).get(address(application, "receipt"))

    assert response.url == address(application)


@pytest.mark.parametrize("name", ["check", "receipt", "amount"])
def test_the_pages_of_somebody_else_are_not_there(name):
    stranger = browser(person())

    assert stranger.get(address(submitted(), name)).status_code == 404


def test_checking_takes_few_queries_however_many_applications_there_are(
    django_assert_max_num_queries,
):
    application = draft()
    for more in range(3):
        draft(by=application.applicant, at=APRIL + timedelta(minutes=more))
    assert Application.objects.count() == 4

    client = browser(application.applicant)

    with django_assert_max_num_queries(15):
        client.get(address(application))
