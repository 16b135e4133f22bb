"""The verbs of an application: what each changes, writes down and tells, and when it refuses."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from django.db.utils import DatabaseError

from applications import services
from applications.models import TRANSITIONS, Application, Event, HeadRequest, State
from applications.recording import history_at_once, record
from applications.services import Incomplete, NotAllowed, Stale
from schemes.models import Closing
from tests import factories
from tests.factories import APRIL, SCHEME, again

pytestmark = pytest.mark.django_db
MAY = APRIL + timedelta(days=20)
COSTS, COURSE = SCHEME.step("costs"), SCHEME.step("course")


def test_history_that_is_written_at_once_keeps_its_order_and_what_was_undone_is_not_in_it():
    application = factories.draft()
    with history_at_once():
        record(application, Event.Kind.NOTED, at=APRIL, text="one")
        with pytest.raises(ZeroDivisionError):
            noted_and_undone(application)
        with transaction.atomic(), history_at_once():
            record(application, Event.Kind.NOTED, at=APRIL, text="two")
        record(application, Event.Kind.NOTED, at=APRIL, text="three")
        assert not application.events.filter(kind=Event.Kind.NOTED).exists()
    texts = application.events.filter(kind=Event.Kind.NOTED).order_by("pk")
    assert [each.text for each in texts] == ["one", "two", "three"]


@transaction.atomic
@history_at_once()
def noted_and_undone(application):
    record(application, Event.Kind.NOTED, at=APRIL, text="undone")
    raise ZeroDivisionError


def kinds(application):
    return [event.kind for event in application.events.all()]


def told(application):
    """Return who was told, by the names of the texts' first words, oldest first."""
    return [(notice.recipient, notice.subject) for notice in application.notices.all()]


def save(application, step=COSTS, *, revision=None, at=APRIL, **typed):
    return services.save_step(
        application=application,
        step=step,
        typed=application.answers.get(step.slug, {}) | typed,
        revision=application.revision if revision is None else revision,
        by=application.applicant,
        at=at,
    )


# Starting


def test_a_draft_begins_with_its_first_event_and_no_submission():
    me = factories.person(name="Demo Läkare")

    draft = services.start(scheme=SCHEME, applicant=me, at=APRIL)

    assert (draft.state, draft.revision, draft.submitted_at) == (State.DRAFT, 0, None)
    assert [(event.kind, event.by_name, event.at) for event in draft.events.all()] == [
        ("started", "Demo Läkare", APRIL)
    ]
    assert told(draft) == []


def test_a_draft_is_prefilled_from_the_profile():
    me = factories.person(name="Demo Läkare", specialty="Kardiologi")

    draft = services.start(scheme=SCHEME, applicant=me, at=APRIL)

    assert draft.participant == "Demo Läkare"
    assert draft.answers["participant"]["specialty"] == "Kardiologi"


def test_a_draft_takes_the_workplace_but_no_course_from_the_last_application():
    first = factories.draft()

    second = services.start(scheme=SCHEME, applicant=first.applicant, at=MAY)

    assert second.workplace == first.workplace
    assert second.person_key == first.person_key
    assert "course" not in second.answers


def test_a_copy_takes_all_answers_and_is_a_draft_of_its_own():
    first = factories.submitted()

    copy = services.start(scheme=SCHEME, applicant=first.applicant, at=MAY, copy_of=first)

    assert copy.answers == first.answers
    assert (copy.state, copy.submitted_at, copy.uuid == first.uuid) == (State.DRAFT, None, False)
    assert copy.asked == first.asked


def test_a_person_begins_a_hundred_a_day_at_most_also_as_copies():
    first = factories.draft(at=MAY)
    begin = {"scheme": SCHEME, "applicant": first.applicant}
    for _nth in range(services.BEGUN_A_DAY - 1):
        services.start(**begin, at=MAY)

    for more in ({}, {"copy_of": first}):
        with pytest.raises(NotAllowed):
            services.start(**begin, **more, at=MAY)
    assert services.start(scheme=SCHEME, applicant=factories.person(), at=MAY)
    assert services.start(**begin, at=MAY + timedelta(days=1))


# Saving


def test_saving_derives_columns_and_facts_and_counts_a_revision():
    draft = factories.draft()

    saved = save(draft, COURSE, title="Vårmötet", ends_on="2026-06-20")

    assert (saved.course_title, saved.ends_on) == ("Vårmötet", date(2026, 6, 20))
    assert saved.facts["course"]["ends_on"] == "2026-06-20"
    assert saved.revision == draft.revision + 1


def test_saving_the_same_again_changes_nothing():
    draft = factories.draft()

    assert save(draft, revision=0).revision == draft.revision


def test_a_second_tab_does_not_overwrite_silently():
    draft = factories.draft()
    save(draft, fee="7 000")

    with pytest.raises(Stale) as stale:
        save(draft, fee="8 000")

    assert stale.value.application.answers["costs"]["fee"] == "7 000"


def test_a_personal_number_is_never_stored_in_clear():
    draft = factories.draft()

    number = factories.personal_number()
    assert number not in str(draft.answers) + str(draft.facts) + draft.person_key
    assert draft.answers["participant"]["personal_number"].startswith("enc:")


def test_what_was_sent_in_can_no_longer_be_changed():
    with pytest.raises(NotAllowed):
        save(factories.submitted(), fee="7 000")


def test_what_was_asked_back_can_be_changed_in_the_named_steps_only():
    application = factories.returned(steps=["costs"])

    assert save(application, fee="7 000").answers["costs"]["fee"] == "7 000"
    with pytest.raises(NotAllowed):
        save(again(application), COURSE, title="En annan kurs")


# Sending in


def test_sending_in_stamps_the_time_and_writes_all_that_follows_from_it():
    application = factories.submitted()

    assert (application.state, application.submitted_at) == (State.SUBMITTED, APRIL)
    assert application.assessed == 6000
    assert kinds(application) == ["started", "submitted", "head_asked"]
    assert [document.kind for document in application.documents.all()] == ["confirmation"]
    assert [recipient for recipient, _subject in told(application)] == [
        application.applicant.email,
        "chef@example.org",
    ]


def test_an_incomplete_draft_says_what_is_missing_by_step_and_stays_a_draft():
    draft = factories.draft(costs={"fee": ""}, benefit={"feedback_plan": ""})

    with pytest.raises(Incomplete) as incomplete:
        services.submit(application=draft, by=draft.applicant, at=APRIL)

    assert list(incomplete.value.steps) == ["costs", "benefit"]
    assert again(draft).state == State.DRAFT
    assert told(draft) == []


def test_an_application_is_sent_in_once():
    application = factories.submitted()

    with pytest.raises(NotAllowed):
        services.submit(application=application, by=application.applicant, at=MAY)


def test_what_changed_since_it_was_read_is_not_sent_in():
    draft = factories.draft()
    save(draft, fee="7 000")

    with pytest.raises(Stale):
        services.submit(application=draft, by=draft.applicant, at=APRIL, revision=draft.revision)


def test_a_closed_scheme_takes_no_draft_and_says_why():
    Closing.objects.create(scheme=SCHEME.slug, closes_at=APRIL, reason="Stängt till hösten.")

    with pytest.raises(NotAllowed, match="Stängt till hösten"):
        factories.submitted(at=MAY)


def test_an_answer_to_a_question_comes_in_although_the_scheme_has_closed():
    application = factories.returned()
    Closing.objects.create(scheme=SCHEME.slug, closes_at=APRIL, reason="Stängt.")

    sent = services.submit(application=application, by=application.applicant, at=MAY)

    assert sent.state == State.SUBMITTED


def test_a_late_application_comes_in_all_the_same():
    # R28: submission is always open; that R9 refuses it is for the decision to say.
    application = factories.submitted(starts_on=APRIL.date())

    assert application.state == State.SUBMITTED


# The head of unit


def test_the_request_counts_for_the_answers_that_were_sent():
    application = factories.submitted()

    request = application.head_requests.get()

    assert (request.name, request.email) == ("Test Chef", "chef@example.org")
    assert (request.revision, request.answer) == (application.revision, "")


def test_a_confirmation_is_written_down_and_told():
    application = factories.submitted()

    services.answer_as_head(
        request=application.head_requests.get(), answer="confirmed", plan="På mötet.", at=MAY
    )

    event = application.events.last()
    assert (event.kind, event.by, event.by_name) == ("head_confirmed", None, "Test Chef")
    assert event.text == "På mötet."
    assert told(application)[-1][0] == application.applicant.email
    assert application.head_requests.get().answered_at == MAY


def test_a_refusal_of_the_head_is_told_with_its_reason_and_leaves_the_state():
    application = factories.submitted()

    services.answer_as_head(
        request=application.head_requests.get(), answer="declined", reason="Inga pengar.", at=MAY
    )

    assert kinds(application)[-1] == "head_declined"
    assert "Inga pengar." in application.notices.last().text
    assert again(application).state == State.SUBMITTED


def test_a_request_is_answered_once():
    application = factories.submitted()
    request = application.head_requests.get()
    services.answer_as_head(request=request, answer="confirmed", at=MAY)

    with pytest.raises(NotAllowed):
        services.answer_as_head(request=request, answer="declined", reason="Nej.", at=MAY)

    assert application.head_requests.get().answer == "confirmed"


def test_a_request_is_not_answered_after_thirty_days():
    request = factories.submitted().head_requests.get()

    with pytest.raises(NotAllowed):
        services.answer_as_head(request=request, answer="confirmed", at=APRIL + timedelta(days=30))


def test_a_request_is_not_answered_while_the_answers_are_being_changed():
    application = factories.returned()

    with pytest.raises(NotAllowed):
        services.answer_as_head(
            request=application.head_requests.get(), answer="confirmed", at=APRIL
        )


def test_a_request_is_not_answered_once_a_deputy_was_asked():
    application = factories.submitted()
    first = application.head_requests.get()
    services.ask_head(
        application=application, name="Ställföreträdare", email="stf@example.org", at=APRIL
    )

    with pytest.raises(NotAllowed):
        services.answer_as_head(request=first, answer="confirmed", at=APRIL)


def test_the_older_of_two_mails_to_the_same_head_still_works():
    application = factories.submitted()
    first = application.head_requests.get()
    services.ask_head(application=application, name=first.name, email=first.email.upper(), at=APRIL)

    assert services.answer_as_head(request=first, answer="confirmed", at=APRIL).answer


def test_nobody_is_asked_when_it_is_confirmed_or_not_submitted():
    for application in (factories.confirmed(), factories.draft(), factories.returned()):
        with pytest.raises(NotAllowed):
            services.ask_head(
                application=application, name="Någon", email="n@example.org", at=APRIL
            )


def test_applicants_cannot_confirm_for_themselves():
    application = factories.submitted()

    with pytest.raises(NotAllowed):
        services.ask_head(
            application=application,
            name="Jag",
            email=application.applicant.email.upper(),
            at=APRIL,
        )


def test_an_address_gets_a_few_requests_a_day_at_most():
    application = factories.submitted()
    ask = {"application": application, "name": "Test Chef", "email": "chef@example.org"}
    for _time in range(services.REQUESTS_A_DAY - 1):
        services.ask_head(**ask, at=APRIL)

    with pytest.raises(NotAllowed):
        services.ask_head(**ask, at=APRIL)
    services.ask_head(**ask, at=APRIL + timedelta(days=1))


def test_a_person_has_heads_asked_thirty_times_a_day_at_most_whatever_they_apply_for():
    first, other = factories.submitted(), factories.submitted()
    asked = {"application": first, "revision": first.revision, "name": "Test Chef"}
    HeadRequest.objects.bulk_create(
        HeadRequest(**asked, email=f"{nth}@example.org", sent_at=APRIL)
        for nth in range(services.REQUESTS_OF_A_PERSON - 1)
    )
    second = factories.draft(by=first.applicant)

    with pytest.raises(NotAllowed):
        services.submit(application=second, by=second.applicant, at=APRIL)
    assert again(second).state == State.DRAFT
    services.submit(application=second, by=second.applicant, at=APRIL + timedelta(days=1))
    services.ask_head(application=other, name="Test Chef", email="chef@example.org", at=APRIL)


# Asking back and answering


def test_asking_back_needs_a_question_and_steps():
    application = factories.submitted()
    chair = factories.signatory("chair")

    for steps, text in (([], "Vad?"), (["costs"], "")):
        with pytest.raises(DatabaseError), transaction.atomic():
            services.ask_back(application=application, steps=steps, text=text, by=chair, at=APRIL)
    assert again(application).state == State.SUBMITTED


def test_asking_back_is_told_with_the_question_and_opens_its_steps():
    application = factories.returned(steps=["costs", "benefit"], text="Vad kostar resan?")

    assert application.state == State.RETURNED
    assert services.open_steps(application) == ["costs", "benefit"]
    assert "Vad kostar resan?" in application.notices.last().text
    assert application.events.last().text == "Vad kostar resan?"


def test_only_what_is_submitted_can_be_asked_back():
    chair = factories.signatory("chair")

    for application in (factories.draft(), factories.returned()):
        with pytest.raises(NotAllowed):
            services.ask_back(
                application=application, steps=["costs"], text="Vad?", by=chair, at=APRIL
            )


def test_answering_keeps_the_first_submission_and_closes_the_question():
    application = factories.returned()
    save(application, fee="7 000", at=MAY)

    sent = services.submit(application=again(application), by=application.applicant, at=MAY)

    assert (sent.state, sent.submitted_at) == (State.SUBMITTED, APRIL)
    assert sent.questions.get().answered_at == MAY
    assert "answered" in kinds(sent)
    assert sent.documents.count() == 2


def test_the_receipt_says_whether_an_application_came_in_or_an_answer_about_it():
    application = factories.returned()
    by = application.applicant

    services.submit(application=application, by=by, at=MAY)

    received = [subject for recipient, subject in told(application) if recipient == by.email]
    assert received == [
        f"Vi har tagit emot din ansökan {application.reference}",
        f"En fråga om din ansökan {application.reference}",
        f"Vi har tagit emot ditt svar om {application.reference}",
    ]


def test_changed_answers_ask_the_head_anew():
    application = factories.returned()
    save(application, fee="7 000", at=MAY)

    sent = services.submit(application=again(application), by=application.applicant, at=MAY)

    assert [request.revision for request in sent.head_requests.all()] == [
        application.revision,
        application.revision + 1,
    ]


def test_a_confirmation_stands_when_nothing_was_changed():
    application = factories.confirmed()
    chair = factories.signatory("chair")
    services.ask_back(application=application, steps=["costs"], text="Säkert?", by=chair, at=APRIL)

    sent = services.submit(application=again(application), by=application.applicant, at=MAY)

    assert sent.head_requests.count() == 1


# Withdrawing


@pytest.mark.parametrize("made", [factories.draft, factories.submitted, factories.returned])
def test_what_is_not_decided_can_be_withdrawn(made):
    application = made()

    services.withdraw(application=application, by=application.applicant, at=MAY, reason="Sjuk.")

    assert again(application).state == State.WITHDRAWN
    assert kinds(application)[-1] == "withdrawn"
    assert application.events.last().text == "Sjuk."
    assert services.open_question(application) is None


@pytest.mark.parametrize("state", ["approved", "refused", "ended"])
def test_what_is_decided_cannot_be_withdrawn(state):
    application = getattr(factories, state)()

    with pytest.raises(NotAllowed):
        services.withdraw(application=application, by=application.applicant, at=MAY)

    assert again(application).state == state


# Reporting back


def test_the_report_is_kept_and_mailed_to_the_head_who_confirmed():
    application = factories.approved()
    after = datetime(2026, 6, 20, 12, tzinfo=UTC)

    services.report(
        application=application, text="På mötet i juni.", by=application.applicant, at=after
    )

    application = again(application)
    assert (application.report, application.reported_at) == ("På mötet i juni.", after)
    assert kinds(application)[-1] == "reported"
    notice = application.notices.last()
    assert notice.recipient == "chef@example.org"
    assert "På mötet i juni." in notice.text
    assert "/applications/head/" in notice.text


def test_a_report_comes_on_the_last_day_at_the_earliest():
    application = factories.approved(starts_on=date(2026, 6, 14))
    report = {"application": application, "text": "Klart.", "by": application.applicant}

    with pytest.raises(NotAllowed):
        services.report(**report, at=datetime(2026, 6, 15, 12, tzinfo=UTC))
    services.report(**report, at=datetime(2026, 6, 16, 12, tzinfo=UTC))


def test_the_first_report_stands_and_is_mailed_once():
    application = factories.approved()
    after = datetime(2026, 6, 20, 12, tzinfo=UTC)
    report = {"application": application, "by": application.applicant}
    services.report(**report, text="På mötet i juni.", at=after)
    mailed = application.notices.count()

    with pytest.raises(NotAllowed):
        services.report(**report, text="I augusti.", at=after + timedelta(days=40))

    assert again(application).report == "På mötet i juni."
    assert again(application).reported_at == after
    assert application.notices.count() == mailed
    assert kinds(application).count("reported") == 1


@pytest.mark.parametrize("state", ["submitted", "refused", "ended"])
def test_a_report_needs_a_live_grant(state):
    application = getattr(factories, state)()

    with pytest.raises(NotAllowed):
        services.report(
            application=application,
            text="Klart.",
            by=application.applicant,
            at=datetime(2026, 12, 1, tzinfo=UTC),
        )


# What PostgreSQL itself refuses


def test_the_database_refuses_every_change_of_state_that_the_table_does_not_know():
    known = {(old.value, new.value) for old, new in TRANSITIONS}
    draft = factories.draft()

    for state in set(State.values) - {"draft"}:
        if ("draft", state) not in known:
            with pytest.raises(DatabaseError), transaction.atomic():
                Application.objects.filter(pk=draft.pk).update(state=state)
    assert again(draft).state == State.DRAFT


def test_history_is_never_changed_or_deleted():
    event = factories.draft().events.get()

    for write in (lambda: type(event).objects.update(text="Nej"), event.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            write()


def test_no_mail_holds_a_personal_number():
    application = factories.confirmed()

    number = factories.personal_number()
    for notice in application.notices.all():
        text = notice.subject + notice.text + notice.html
        assert number not in text
        assert number[2:8] not in text
