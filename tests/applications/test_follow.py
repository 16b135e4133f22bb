"""The applicant's own pages: what they show in each state, and what can be done there."""

import re
from datetime import date, timedelta

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape

from applications import drafting, outlook, services
from applications.models import Application, Event, State
from schemes import clock
from schemes.models import Closing
from tests import factories
from tests.factories import APRIL, SCHEME, again

pytestmark = [pytest.mark.django_db, pytest.mark.today("2026-04-20T10:00")]
OVERVIEW = reverse("applications:overview")
STATES = ["draft", "submitted", "confirmed", "returned", "approved", "refused", "ended"]


@pytest.fixture
def english():
    with translation.override("en"):
        yield


def browser(user=None):
    client = Client(headers={"accept-language": "en"})
    if user:
        client.force_login(user)
    return client


def address(application, name="case"):
    return reverse(f"applications:{name}", args=[application.uuid])


def own(application):
    return browser(application.applicant)


def shown(application, name="case"):
    return own(application).get(address(application, name)).content.decode()


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


# The first page


def test_visitors_see_the_schemes_and_what_is_left():
    page = browser().get("/").content.decode()

    assert str(SCHEME.owner) in page
    assert "First half of 2026: 1\u00a0750\u00a0000\u00a0kr left." in page
    assert "up to 20\u00a0000 kr" in page
    assert reverse("applications:start", args=[SCHEME.slug]) in page


def test_what_was_granted_is_no_longer_left():
    factories.approved()

    assert "1\u00a0744\u00a0000\u00a0kr left" in browser().get("/").content.decode()


def test_everybody_who_has_signed_in_is_sent_to_their_start():
    starts = {
        factories.person(): "applications:overview",
        factories.signatory("chair"): "today",
        factories.finance(): "today",
        factories.appointed("auditor"): "today",
    }

    assert {user: browser(user).get("/").url for user in starts} == {
        user: reverse(name) for user, name in starts.items()
    }


# The overview


def test_without_applications_the_overview_says_how_to_start():
    page = browser(factories.person()).get(OVERVIEW).content.decode()

    assert "No applications yet" in page
    assert reverse("applications:start", args=[SCHEME.slug]) in page


def test_one_begins_on_the_overview_and_is_told_there_what_to_have_at_hand(english):
    client = browser(factories.person())
    page = client.get(OVERVIEW).content.decode()
    for step in SCHEME.steps:
        assert escape(str(step.form.at_hand)) in page
    response = client.post(reverse("applications:start", args=[SCHEME.slug]))
    assert response.url.endswith(f"/step/{SCHEME.steps[0].slug}/")


def test_the_overview_says_why_no_applications_are_taken_now():
    moment, until = factories.APRIL - timedelta(days=1), factories.APRIL + timedelta(days=30)
    closing = {"closes_at": moment, "opens_at": until, "reason": "The money has ended."}
    Closing.objects.create(scheme=SCHEME.slug, **closing)
    client = browser(factories.person())
    assert "The money has ended." in client.get(OVERVIEW).content.decode()
    Closing.objects.update(opens_at=moment + timedelta(hours=1))
    assert "The money has ended." not in client.get(OVERVIEW).content.decode()


def test_the_overview_shows_ones_own_applications_only():
    mine, other = factories.submitted(), factories.submitted(course={"title": "En annan kurs"})

    page = own(mine).get(OVERVIEW).content.decode()

    assert mine.reference in page
    assert other.reference not in page
    assert "En annan kurs" not in page


def test_what_waits_for_me_comes_first():
    waiting = factories.returned()
    me = waiting.applicant
    later = factories.submitted(by=me, at=APRIL + timedelta(days=1))

    page = browser(me).get(OVERVIEW)

    assert [application for application, *_rest in page.context["cases"]] == [waiting, later]


def queries_of(client):
    with CaptureQueriesContext(connection) as captured:
        client.get(OVERVIEW)
    return len(captured)


def test_the_overview_asks_as_many_questions_for_one_row_as_for_many():
    first = factories.submitted()
    client = own(first)
    factories.approved(number=factories.personal_number(9))  # opens the pool
    few = queries_of(client)
    for number, make in enumerate([factories.draft, factories.returned, factories.approved], 1):
        make(by=first.applicant, number=factories.personal_number(number))
    factories.submitted(by=first.applicant, starts_on=date(2026, 9, 1))

    assert queries_of(client) == few


def test_the_overview_shows_fifty_on_a_page():
    me = factories.person()
    for _nth in range(51):
        services.start(scheme=SCHEME, applicant=me, at=APRIL)

    client = browser(me)

    assert len(client.get(OVERVIEW).context["cases"]) == 50
    assert len(client.get(OVERVIEW, {"page": "last"}).context["cases"]) == 50
    following = client.get(OVERVIEW).context["page"].next
    assert len(client.get(OVERVIEW, {"page": following}).context["cases"]) == 1
    assert client.get(OVERVIEW, {"page": "nine"}).status_code == 200


@pytest.mark.parametrize("name", ["copy", "start"])
def test_who_has_begun_too_many_today_is_told_and_begins_none(name, monkeypatch):
    application = factories.draft(at=clock.now())
    monkeypatch.setattr(drafting, "BEGUN_A_DAY", 1)
    about = application.uuid if name == "copy" else SCHEME.slug

    page = own(application).post(reverse(f"applications:{name}", args=[about]), follow=True)

    assert "Enough applications begun for today." in page.text
    assert Application.objects.get() == application


def test_the_right_of_the_year_is_there_until_a_grant():
    application = factories.confirmed()

    assert (
        "You have no grant yet for a course in 2026"
        in own(application).get(OVERVIEW).content.decode()
    )
    for capacity in ("chair", "representative"):
        factories.signed(application, by=factories.signatory(capacity))
    assert (
        "There is one grant for each person and year"
        in own(application).get(OVERVIEW).content.decode()
    )


def test_the_right_of_the_year_is_there_again_when_the_grant_has_ended():
    page = own(factories.ended()).get(OVERVIEW).content.decode()

    assert "You have no grant yet for a course in 2026" in page


def test_a_grant_that_somebody_else_applied_for_takes_the_right_of_the_year_too():
    factories.approved(number=factories.personal_number(3))
    about = factories.person(personal_number=factories.personal_number(3))

    page = browser(about).get(OVERVIEW).content.decode()

    assert "There is one grant for each person and year" in page


def test_another_persons_grant_is_not_mine():
    factories.approved()

    page = browser(factories.person()).get(OVERVIEW).content.decode()

    assert "You have no grant yet for a course in 2026" in page


# What comes next


def next_of(application, on=date(2026, 4, 20), at=None):
    rows = outlook.fetched(Application.objects.filter(pk=application.pk))
    return outlook.outlook(rows.get(), on=on, at=at or clock.now())


def test_a_draft_is_to_be_sent_in():
    found = next_of(factories.draft())

    assert (found.mine, found.action, found.answer_on) == (True, "resume", None)


def test_a_question_is_to_be_answered():
    found = next_of(factories.returned(text="Vad kostar resan?"))

    assert (found.mine, found.action, found.text) == (True, "resume", "Vad kostar resan?")


def test_who_answered_a_question_reads_that_the_answer_is_sent_in():
    asked = factories.returned()
    services.submit(application=asked, by=asked.applicant, at=APRIL)

    assert "Your answer has been sent in" in shown(asked, "receipt")
    assert "Your application has been sent in" in shown(factories.submitted(), "receipt")


def test_who_is_asked_reads_the_question_line_by_line_and_that_the_decision_is_what_is_awaited():
    asked = factories.returned(text="Vad kostar resan?\nOch logiet?", steps=("costs",))
    step = reverse("applications:step", args=[asked.uuid, "costs"])

    assert "Decision expected by" in shown(asked)
    assert "Vad kostar resan?<br>Och logiet?" in own(asked).get(step).content.decode()


@pytest.mark.usefixtures("english")
class TestWords:
    """The sentences, in their source language."""

    def test_the_head_of_unit_is_waited_for(self):
        found = next_of(factories.submitted())

        assert (found.mine, found.text) == (
            False,
            "Test Chef, head of unit, has not confirmed yet.",
        )

    def test_a_head_who_declined_is_the_applicants_turn(self):
        application = factories.submitted()
        request = application.head_requests.get()
        services.answer_as_head(request=request, answer="declined", reason="Nej.", at=APRIL)

        found = next_of(application)

        assert (found.mine, found.action) == (True, "ask_head")
        assert found.text.startswith("Test Chef has declined")

    def test_a_link_that_is_too_old_is_the_applicants_turn(self):
        found = next_of(factories.submitted(), at=APRIL + timedelta(days=30))

        assert (found.mine, found.action) == (True, "ask_head")
        assert "no longer works" in found.text

    def test_the_signatories_are_waited_for(self):
        assert next_of(factories.confirmed()).text == "Those who are appointed are deciding on it."

    def test_the_end_of_a_break_is_waited_for(self):
        found = next_of(factories.confirmed(), on=date(2026, 7, 1))

        assert "Nothing is decided from" in found.text

    def test_the_year_of_the_course_is_waited_for(self):
        found = next_of(factories.confirmed(starts_on=date(2027, 3, 1)))

        assert "saved and decided in 2027" in found.text
        assert found.answer_on.year == 2027

    def test_money_is_waited_for(self):
        application = factories.confirmed()
        pool = factories.approved(number=factories.personal_number(1)).pool
        factories.with_budget(pool, pool.committed + 5)

        assert "too little" in next_of(application).text

    def test_a_grant_waits_for_the_course_and_then_for_the_report(self):
        application = factories.approved(starts_on=date(2026, 6, 14))

        before, after = next_of(application), next_of(application, on=date(2026, 6, 16))

        assert (before.mine, after.mine, after.action) == (False, True, "report")
        assert before.text.startswith("Take part in the course, and report back by")

    def test_after_the_report_nothing_is_left_to_do(self):
        application = factories.approved(starts_on=date(2026, 6, 14))
        at = APRIL + timedelta(days=80)
        services.report(application=application, text="Ja.", by=application.applicant, at=at)

        found = next_of(application, on=at.date())

        assert (found.mine, found.text) == (
            False,
            "There is nothing more for you to do. Finance sees to the payment.",
        )

    def test_a_late_answer_is_said_to_be_late(self):
        application = factories.confirmed()

        assert not next_of(application).late
        assert next_of(application, on=date(2026, 5, 30)).late


# The case


@pytest.mark.parametrize("state", [*STATES, "withdrawn"])
def test_the_case_can_be_read_in_every_state(state):
    application = getattr(factories, state)()

    page = shown(application)

    assert application.reference in page
    assert application.get_state_display() not in ("", None)


def test_the_case_shows_answers_amount_and_findings_but_no_personal_number():
    page = shown(factories.submitted())

    assert "Medicinkliniken" in page
    assert "6\u00a0000\u00a0kr" in page
    assert "The head of unit has not confirmed yet" in page
    assert factories.personal_number()[-4:] not in page


def test_the_case_shows_what_happened_but_nothing_between_the_signatories():
    application = factories.submitted()
    services.record(application, "noted", at=APRIL, text="Bara mellan oss", internal=True)

    page = own(application).get(address(application))

    assert [event["title"] for event in page.context["events"]] == [
        "Head of unit asked to confirm",
        "Submitted",
        "Started",
    ]
    assert "Bara mellan oss" not in page.content.decode()


def test_a_document_is_being_made_until_it_can_be_downloaded():
    application = factories.submitted()
    document = application.documents.get()
    file = reverse("applications:document", args=[document.uuid])

    assert "being made" in shown(application)
    document.rendered_at, document.file = APRIL, "documents/x.pdf"
    document.save()
    assert file in shown(application)


ACTIONS = {
    "draft": {"withdraw"},
    "submitted": {"withdraw", "copy", "ask_head"},
    "confirmed": {"withdraw", "copy"},
    "returned": {"withdraw", "copy"},
    "approved": {"copy", "cancel"},
    "refused": {"copy"},
    "ended": {"copy"},
    "withdrawn": {"copy"},
}


@pytest.mark.parametrize(("state", "said"), [("approved", "Granted"), ("ended", "Was granted")])
def test_what_has_ended_is_not_said_to_be_granted_still(state, said):
    application = getattr(factories, state)()
    to_signatory = browser(factories.signatory("chair"))
    case = to_signatory.get(reverse("decisions:case", args=[application.uuid])).text
    overview = own(application).get(OVERVIEW).text

    for page in (shown(application), case):
        assert re.findall('<p class="caption">(Granted|Was granted)</p>', page) == [said]
    for page in (shown(application), overview):
        assert f"6\u00a0000\u00a0kr {said.lower()}\n" in page


@pytest.mark.parametrize(("state", "actions"), ACTIONS.items())
def test_each_state_offers_what_can_be_done_in_it(state, actions):
    application = getattr(factories, state)()

    assert own(application).get(address(application)).context["actions"] == actions


def test_a_report_is_offered_once_the_course_is_over(hold):
    application = factories.approved(starts_on=date(2026, 6, 14))

    hold("2026-06-16T12:00")

    page = own(application).get(address(application))
    assert page.context["actions"] == {"copy", "cancel", "report"}


def test_what_can_be_done_with_a_case_follows_the_day_of_its_scheme(hold, monkeypatch):
    application = factories.approved(starts_on=date(2026, 6, 14))
    hold("2026-06-15T12:00")
    assert "report" not in own(application).get(address(application)).context["actions"]

    monkeypatch.setattr(type(factories.SCHEME), "time_zone", "Pacific/Kiritimati")

    page = own(application).get(address(application))
    assert "report" in page.context["actions"]
    assert page.context["today"] == date(2026, 6, 16)


# What can be done


def test_ones_own_address_is_refused_where_the_head_is_asked_again_and_what_was_typed_stays():
    application = factories.submitted()
    typed = {"name": "Test Ask", "email": application.applicant.email.upper()}

    page = own(application).post(address(application, "ask_head"), typed)

    assert page.context["form"].errors == {
        "email": ["This is your own address. Write the one of your head of unit."]
    }
    assert page.context["form"]["name"].value() == "Test Ask"


@pytest.mark.parametrize("name", ["withdraw", "report", "ask_head"])
@pytest.mark.parametrize("state", [*STATES, "withdrawn"])
def test_a_page_to_do_something_opens_only_where_it_can_be_done(name, state):
    application = getattr(factories, state)()

    response = own(application).get(address(application, name))

    possible = name in ACTIONS[state]
    assert response.status_code == (200 if possible else 302)
    assert again(application).state == application.state


@pytest.mark.parametrize("state", ["approved", "refused", "ended"])
def test_doing_what_cannot_be_done_says_so_and_changes_nothing(state):
    application = getattr(factories, state)()

    response = own(application).post(address(application, "withdraw"))

    assert said(response) == ["It has been decided and can no longer be withdrawn."]
    assert again(application).state == state


def test_withdrawing_asks_once_more_and_then_withdraws():
    application = factories.submitted()

    assert "This cannot be undone" in shown(application, "withdraw")
    response = own(application).post(address(application, "withdraw"), {"reason": "Sjuk."})

    assert (response.url, said(response)) == (
        address(application),
        ["The application is withdrawn."],
    )
    assert again(application).state == State.WITHDRAWN


def test_a_copy_is_a_new_draft_and_needs_a_post():
    application = factories.submitted()

    assert own(application).get(address(application, "copy")).status_code == 405
    response = own(application).post(address(application, "copy"))

    copy = Application.objects.get(state=State.DRAFT)
    assert response.url == address(copy, "resume")
    assert copy.answers == application.answers


def test_the_request_is_sent_again_to_the_same_head_or_to_a_deputy():
    application = factories.submitted()

    assert "chef@example.org" in shown(application, "ask_head")
    own(application).post(
        address(application, "ask_head"), {"name": "Stf", "email": "stf@example.org"}
    )

    assert [each.email for each in application.head_requests.all()] == [
        "chef@example.org",
        "stf@example.org",
    ]


def test_a_request_to_a_wrong_address_or_to_oneself_is_not_sent():
    application = factories.submitted()
    ask = address(application, "ask_head")

    assert own(application).post(ask, {"name": "", "email": "nowhere"}).status_code == 200
    own(application).post(ask, {"name": "Jag", "email": application.applicant.email})

    assert application.head_requests.count() == 1


def test_the_report_is_sent(hold):
    application = factories.approved(starts_on=date(2026, 6, 14))
    hold("2026-06-20T12:00")

    assert own(application).post(address(application, "report"), {}).status_code == 200
    own(application).post(address(application, "report"), {"text": "På mötet."})

    assert again(application).report == "På mötet."


def test_a_report_from_a_second_tab_is_told_that_there_is_one(hold):
    application = factories.approved(starts_on=date(2026, 6, 14))
    hold("2026-06-20T12:00")
    browser = own(application)
    browser.post(address(application, "report"), {"text": "På mötet."})

    response = browser.post(address(application, "report"), {"text": "En gång till."})

    assert response.status_code == 302
    assert said(response)[-1] == "You have reported back already, thank you. That report stands."
    assert again(application).report == "På mötet."


def test_going_on_leads_to_what_is_missing_or_to_the_question():
    lacking = factories.draft(costs={"fee": ""})
    whole = factories.draft()
    asked = factories.returned(steps=["benefit"])
    sent = factories.submitted()

    leads = [own(each).get(address(each, "resume")).url for each in (lacking, whole, asked, sent)]

    assert leads == [
        reverse("applications:step", args=[lacking.uuid, "costs"]),
        reverse("applications:check", args=[whole.uuid]),
        reverse("applications:step", args=[asked.uuid, "benefit"]),
        address(sent),
    ]


@pytest.mark.parametrize("name", ["case", "resume", "withdraw", "report", "ask_head"])
def test_a_stranger_finds_nothing_and_a_visitor_signs_in_first(name):
    application = factories.submitted()
    url = address(application, name)

    assert browser(factories.person()).get(url).status_code == 404
    assert browser(factories.signatory("chair")).get(url).status_code == 404
    assert browser().get(url).url == f"{reverse('account_login')}?next={url}"


@pytest.mark.parametrize("name", ["withdraw", "report", "ask_head", "copy"])
def test_a_stranger_can_do_nothing(name):
    application = factories.submitted()
    typed = {"text": "x", "name": "x", "email": "x@example.org"}

    response = browser(factories.person()).post(address(application, name), typed)

    assert response.status_code == 404
    assert Application.objects.count() == 1
    assert again(application).events.count() == 3


def test_states_and_events_are_said_in_words_and_one_of_another_version_as_it_is():
    with translation.override("sv"):
        for state, words in State.choices:
            assert Application(state=state).get_state_display() == words
        for kind, words in Event.Kind.choices:
            assert Event(kind=kind).get_kind_display() == words
    assert Event(kind="of_later").get_kind_display() == "of_later"
