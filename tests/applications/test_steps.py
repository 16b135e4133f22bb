"""Writing an application on its pages: every step saved, nothing typed lost, two tabs, files."""

from datetime import date, timedelta

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from applications import services
from applications.models import Application, State
from applications.scrubbing import scrubbed
from schemes import services as pools
from schemes.models import Closing, Organisation
from tests.applications.files import pdf, picture, upload
from tests.factories import APRIL, SCHEME, again, answers, draft, person, returned, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.today("2026-04-15T11:00")]

SLUGS = [step.slug for step in SCHEME.steps]
COURSE_DAY = (APRIL + timedelta(days=60)).date()


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def browser(user):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def page(application, slug, name="step"):
    return reverse(f"applications:{name}", args=[application.uuid, slug])


def opened(client, application, slug):
    """Return what the form of a step sends when nothing is changed on it."""
    response = client.get(page(application, slug))
    assert response.status_code == 200
    stored = application.answers.get(slug, {})
    form = SCHEME.step(slug).form
    hidden = {name: response.context[name] for name in ("seal",)}
    return form.opened(stored) | hidden | {"revision": response.context["application"].revision}


def stored(application, slug):
    return SCHEME.step(slug).form.opened(again(application).answers[slug])


def told(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


# Beginning


def test_before_one_begins_the_page_says_what_is_needed_and_begins_nothing():
    client = browser(person())

    response = client.get(reverse("applications:start", args=[SCHEME.slug]))

    assert response.status_code == 200
    assert not Application.objects.exists()


def test_beginning_makes_a_draft_and_opens_its_first_step():
    me = person(name="Test Läkare", specialty="Kardiologi")

    response = browser(me).post(reverse("applications:start", args=[SCHEME.slug]))

    application = Application.objects.get()
    assert (application.applicant, application.state) == (me, State.DRAFT)
    assert response.url == page(application, "participant")
    assert stored(application, "participant") == {"name": "Test Läkare", "specialty": "Kardiologi"}


def test_a_second_application_knows_the_person_and_the_workplace():
    first = draft()
    client = browser(first.applicant)

    client.post(reverse("applications:start", args=[SCHEME.slug]))

    second = Application.objects.latest("pk")
    before = {name: value for name, value in stored(first, "participant").items() if value}
    assert stored(second, "participant") == before
    assert "course" not in second.answers


def test_there_is_nothing_to_begin_in_a_scheme_that_is_not_there():
    assert browser(person()).get(reverse("applications:start", args=["no"])).status_code == 404


# Saving


@pytest.mark.parametrize("slug", SLUGS)
def test_a_step_shows_what_was_typed_and_says_nothing_is_wrong(slug):
    application = draft()

    response = browser(application.applicant).get(page(application, slug))

    for value in stored(application, slug).values():
        assert not value or value in response.context["form"].initial.values()
    assert response.context["form"].errors == {}
    assert [step["state"] for step in response.context["steps"]].count("now") == 1
    assert "no-store" in response["Cache-Control"]


def test_right_answers_are_saved_and_lead_through_all_steps_to_the_check_page():
    application = services.start(scheme=SCHEME, applicant=person(), at=APRIL)
    client = browser(application.applicant)
    here = page(application, "participant")

    for slug in SLUGS:
        sent = opened(client, again(application), slug) | answers(starts_on=COURSE_DAY)[slug]
        response = client.post(here, sent)
        assert response.status_code == 302, response.context["form"].errors
        here = response.url

    assert here == reverse("applications:check", args=[application.uuid])
    application = again(application)
    assert application.course_title == "Hjärtdagarna"
    assert application.answers["participant"]["personal_number"].startswith("enc:")


def test_wrong_answers_are_saved_as_typed_and_said_above_and_at_the_field():
    application = draft()
    client = browser(application.applicant)
    sent = opened(client, application, "costs") | {"lodging": "two thousand"}

    response = client.post(page(application, "costs"), sent)

    assert response.status_code == 200
    content = response.content.decode()
    assert content.count("Lodging: write an amount, for example 2 000.") == 2
    assert 'href="#id_lodging"' in content
    assert 'value="two thousand"' in content
    assert "<title>Error: Costs" in content
    assert stored(application, "costs")["lodging"] == "two thousand"
    assert again(application).facts["costs"]["lodging"] is None


def test_saving_and_leaving_keeps_even_what_is_wrong():
    application = draft()
    client = browser(application.applicant)
    sent = opened(client, application, "costs") | {"fee": "?", "leave": "1"}

    response = client.post(page(application, "costs"), sent)

    assert response.url == reverse("applications:overview")
    assert stored(application, "costs")["fee"] == "?"
    assert told(response) == ["Saved. Go on whenever you like."]


def test_an_empty_step_can_be_left():
    application = services.start(scheme=SCHEME, applicant=person(), at=APRIL)
    client = browser(application.applicant)

    response = client.post(page(application, "benefit"), {"revision": 0, "leave": "1"})

    assert response.url == reverse("applications:overview")


def test_whoever_comes_from_what_is_missing_sees_it():
    application = draft(costs={"fee": ""})

    response = browser(application.applicant).get(page(application, "costs") + "?missing")

    assert response.context["form"].errors["fee"] == ["Write the fee; write 0 if there is none."]


def test_the_steps_on_top_tell_what_is_done_and_what_lacks_something():
    application = draft(costs={"fee": ""}, benefit={"dissemination": "x"})
    Application.objects.filter(pk=application.pk).update(
        answers={slug: application.answers[slug] for slug in SLUGS if slug != "earlier"}
    )

    steps = browser(application.applicant).get(page(application, "benefit")).context["steps"]

    assert [step["state"] for step in steps] == ["done", "done", "wrong", "now", "todo", "todo"]
    assert steps[2]["url"] == page(application, "costs") + "?missing"


def test_the_own_address_cannot_be_that_of_the_head_of_unit():
    application = draft()
    client = browser(application.applicant)
    sent = opened(client, application, "participant") | {"head_email": application.applicant.email}

    response = client.post(page(application, "participant"), sent)

    assert list(response.context["form"].errors) == ["head_email"]


def test_the_form_of_the_doctor_alone_shows_the_whole_personal_number():
    application = draft()
    number = stored(application, "participant")["personal_number"]
    client = browser(application.applicant)

    assert number in client.get(page(application, "participant")).content.decode()
    assert (
        number
        not in client.get(reverse("applications:check", args=[application.uuid])).content.decode()
    )


NASTY = [
    "\0",
    "\ud800".encode("utf-8", "surrogatepass"),
    "x" * 40_000,
    "9" * 400,
    "1e999",
    "-1",
    "'; DROP TABLE x; --",
    "<script>alert(1)</script>",
    "{{ 7 }}{% now %}",
    "2026-13-45",
    "0000-00-00",
    "\u202e\u200b",
    "٣٤",
]


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("nasty", NASTY, ids=range(len(NASTY)))
def test_nothing_typed_breaks_a_page(slug, nasty):
    application = draft()
    client = browser(application.applicant)
    fields = dict.fromkeys(SCHEME.step(slug).form.base_fields, nasty)
    marks = {"revision": application.revision, "seal": "?", "remove": nasty}

    for name in ("autosave", "step"):
        assert client.post(page(application, slug, name), fields | marks).status_code in (200, 302)
        marks["revision"] = again(application).revision
    for address in (page(application, slug), page(application, slug) + "?missing"):
        assert b"<script>alert" not in client.get(address).content
    for name in ("check", "amount"):
        address = reverse(f"applications:{name}", args=[application.uuid])
        assert b"<script>alert" not in client.get(address).content


@pytest.mark.parametrize("nasty", ["", "\0", "0000-00-00", "x" * 6000])
def test_nothing_typed_in_answer_to_a_question_breaks_a_page(nasty):
    application = returned(steps=SLUGS)
    client = browser(application.applicant)

    for slug in SLUGS:
        marks = {"revision": again(application).revision, "seal": "?"}
        fields = dict.fromkeys(SCHEME.step(slug).form.base_fields, nasty)
        for name in ("autosave", "step"):
            assert client.post(page(application, slug, name), fields | marks).status_code in (
                200,
                302,
            )
    assert client.get(reverse("applications:check", args=[application.uuid])).status_code in (
        200,
        302,
    )
    now = again(application)
    assert (now.starts_on, now.ends_on, now.year, now.person_key) == (
        application.starts_on,
        application.ends_on,
        application.year,
        application.person_key,
    )


# Two tabs


def test_a_second_tab_overwrites_nothing_and_shows_both():
    application = draft()
    client = browser(application.applicant)
    first, second = (opened(client, application, "costs") for _tab in range(2))
    client.post(page(application, "costs"), first | {"fee": "7 000"})

    response = client.post(page(application, "costs"), second | {"fee": "8 000"})

    assert stored(application, "costs")["fee"] == "7 000"
    assert response.context["conflict"]["fields"] == [
        {
            "label": "Course or conference fee",
            "mine": "8\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}kr",
            "theirs": "7\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}kr",
        }
    ]
    assert b'value="8 000"' in response.content
    assert b"data-autosave" not in response.content


def test_what_was_typed_in_the_second_tab_can_be_saved_on_purpose():
    application = draft()
    client = browser(application.applicant)
    first, second = (opened(client, application, "costs") for _tab in range(2))
    client.post(page(application, "costs"), first | {"fee": "7 000"})
    shown = client.post(page(application, "costs"), second | {"fee": "8 000"}).context

    marks = {"revision": shown["application"].revision, "seal": shown["seal"]}
    response = client.post(page(application, "costs"), second | {"fee": "8 000"} | marks)

    assert response.status_code == 302
    assert stored(application, "costs")["fee"] == "8 000"


def test_two_tabs_with_two_steps_do_not_disturb_each_other():
    application = draft()
    client = browser(application.applicant)
    costs, course = (opened(client, application, slug) for slug in ("costs", "course"))
    client.post(page(application, "costs"), costs | {"fee": "7 000"})

    response = client.post(page(application, "course"), course | {"title": "Another"})

    assert response.status_code == 302
    assert again(application).course_title == "Another"
    assert stored(application, "costs")["fee"] == "7 000"


def test_the_same_typed_twice_is_no_conflict():
    application = draft()
    client = browser(application.applicant)
    sent = opened(client, application, "costs") | {"fee": "7 000"}

    responses = [client.post(page(application, "costs"), sent) for _time in range(2)]

    assert [response.status_code for response in responses] == [302, 302]


# Saved while typing


def test_what_is_being_typed_is_saved_and_answered_with_the_new_marks():
    application = draft()
    client = browser(application.applicant)
    sent = opened(client, application, "costs") | {"fee": "7 0"}

    response = client.post(page(application, "costs", "autosave"), sent)

    application = again(application)
    assert response.json() == {
        "revision": application.revision,
        "seal": opened(client, application, "costs")["seal"],
        "message": "Saved 11:00.",
    }
    assert stored(application, "costs")["fee"] == "7 0"


def test_the_next_save_follows_with_the_marks_of_the_last():
    application = draft()
    client = browser(application.applicant)
    sent = opened(client, application, "costs")

    for fee in ("7", "70", "700"):
        response = client.post(page(application, "costs", "autosave"), sent | {"fee": fee})
        sent |= {name: response.json()[name] for name in ("revision", "seal")}

    assert stored(application, "costs")["fee"] == "700"


def test_a_second_tab_is_told_while_typing_and_saves_nothing():
    application = draft()
    client = browser(application.applicant)
    first, second = (opened(client, application, "costs") for _tab in range(2))
    client.post(page(application, "costs", "autosave"), first | {"fee": "7 000"})

    response = client.post(page(application, "costs", "autosave"), second | {"fee": "8 000"})

    assert response.status_code == 409
    assert response.json() == {
        "message": "These answers have been changed elsewhere, perhaps in another tab. "
        "Nothing was overwritten. Save to see both."
    }
    assert stored(application, "costs")["fee"] == "7 000"


def test_what_is_closed_is_told_while_typing():
    application = draft()
    client = browser(application.applicant)
    sent = opened(client, application, "costs") | {"fee": "7 000"}
    services.submit(application=application, by=application.applicant, at=APRIL)

    response = client.post(page(application, "costs", "autosave"), sent)

    assert response.status_code == 403
    assert response.json() == {
        "message": "These answers can no longer be changed. Open the application to see why."
    }


def test_without_a_session_saving_leads_to_the_sign_in_page():
    application = draft()

    response = Client().post(page(application, "costs", "autosave"), {"fee": "7 000"})

    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


def test_saving_while_typing_takes_only_posts():
    application = draft()

    response = browser(application.applicant).get(page(application, "costs", "autosave"))

    assert response.status_code == 405


# The amount beside the form


def test_the_card_says_what_the_saved_answers_give():
    application = draft(costs={"fee": "6 000", "travel": "4 000", "lodging": "2 000"})

    response = browser(application.applicant).get(
        reverse("applications:amount", args=[application.uuid])
    )

    content = response.content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert 'id="amount"' in content
    assert "6 000 kr" in content
    assert "<html" not in content


def test_r9_r10_a_course_that_has_begun_gives_nothing_and_the_card_says_so():
    """R9, R10: an application on the first day or later is refused."""
    application = draft(starts_on=APRIL.date())
    client = browser(application.applicant)

    card = client.get(page(application, "costs")).context["card"]

    assert (card["amount"], card["lines"]) == (0, ())
    assert card["note"] == "As it stands, the application will be refused."
    assert "R9" in [finding.rule for finding in card["findings"]]


def test_an_empty_draft_has_no_amount_yet():
    application = services.start(scheme=SCHEME, applicant=person(), at=APRIL)

    card = browser(application.applicant).get(page(application, "costs")).context["card"]

    assert (card["amount"], list(card["findings"])) == (None, [])


# Files


def test_files_are_attached_listed_and_handed_out_again():
    application = draft()
    client = browser(application.applicant)
    sent = opened(client, application, "course") | {
        "paper-programme": [upload(name="plan.pdf"), upload(picture(), "map.png")],
        "attach": "1",
    }

    response = client.post(page(application, "course"), sent)

    assert response.url == page(application, "course") + "#papers"
    first, second = application.papers.all()
    assert (first.name, second.name) == ("plan.pdf", "map.png")
    shown = client.get(page(application, "course")).context["papers"]
    assert [file["name"] for file in shown[0]["files"]] == ["plan.pdf", "map.png"]
    handed = client.get(reverse("applications:paper", args=[first.uuid]))
    assert handed["Content-Disposition"] == 'attachment; filename="plan.pdf"'
    assert handed["X-Content-Type-Options"] == "nosniff"
    assert b"".join(handed.streaming_content) == scrubbed(pdf())


def test_a_bad_file_is_said_at_its_field_and_the_rest_is_kept():
    application = draft()
    client = browser(application.applicant)
    sent = opened(client, application, "course") | {
        "title": "Renamed",
        "paper-programme": [
            upload(b"", "empty.pdf"),
            upload(name="good.pdf"),
            upload(b"x", "x.exe"),
        ],
    }

    response = client.post(page(application, "course"), sent)

    assert response.status_code == 200
    assert [error["text"] for error in response.context["wrong"]] == [
        "empty.pdf is empty. Choose the file again.",
        "x.exe is neither a PDF nor a JPEG or PNG picture. Save it as one of these.",
    ]
    assert [paper.name for paper in application.papers.all()] == ["good.pdf"]
    assert again(application).course_title == "Renamed"


def test_who_attaches_a_bad_file_reads_nothing_about_what_is_not_answered_yet():
    application = draft(title="")
    client = browser(application.applicant)
    sent = opened(client, application, "course") | {"place": "Lund", "attach": "1"}

    shown = client.post(page(application, "course"), sent | {"paper-programme": [upload(b"")]})

    assert [error["kind"] for error in shown.context["wrong"]] == ["programme"]
    assert shown.context["form"].errors == {}
    assert shown.context["form"]["place"].value() == "Lund"


def test_after_a_bad_file_the_form_can_be_saved_as_it_stands():
    application = draft()
    client = browser(application.applicant)
    sent = opened(client, application, "course") | {"paper-programme": [upload(), upload(b"x")]}
    shown = client.post(page(application, "course"), sent).context

    marks = {"revision": shown["application"].revision, "seal": shown["seal"]}
    again_sent = stored(application, "course") | {"title": "Renamed"} | marks
    response = client.post(page(application, "course"), again_sent)

    assert response.status_code == 302
    assert again(application).course_title == "Renamed"


def test_a_file_is_removed_by_its_button_and_what_was_typed_is_saved():
    application = draft()
    client = browser(application.applicant)
    sent = opened(client, application, "course")
    client.post(page(application, "course"), sent | {"paper-programme": [upload()]})
    paper = application.papers.get()

    sent = opened(client, application, "course") | {"remove": paper.uuid, "title": "Renamed"}
    client.post(page(application, "course"), sent)

    assert list(application.papers.all()) == []
    assert again(application).course_title == "Renamed"


def test_nobody_removes_a_file_of_somebody_else():
    theirs, mine = draft(), draft()
    services.attach(
        application=theirs, step=SCHEME.step("course"), kind="programme", upload=upload(), at=APRIL
    )
    client = browser(mine.applicant)
    sent = opened(client, mine, "course") | {"remove": theirs.papers.get().uuid}

    client.post(page(mine, "course"), sent)

    assert theirs.papers.count() == 1
    assert (
        client.get(reverse("applications:paper", args=[theirs.papers.get().uuid])).status_code
        == 404
    )


# Who, and when


@pytest.mark.parametrize("slug", SLUGS)
def test_a_step_of_somebody_else_is_not_there(slug):
    application, stranger = draft(), browser(person())

    assert stranger.get(page(application, slug)).status_code == 404
    assert stranger.post(page(application, slug), {}).status_code == 404
    assert stranger.post(page(application, slug, "autosave"), {}).status_code == 404


def test_a_step_that_the_scheme_does_not_have_is_not_there():
    application = draft()

    assert browser(application.applicant).get(page(application, "salary")).status_code == 404


def test_reading_the_pages_writes_nothing():
    application = draft()
    client = browser(application.applicant)

    for slug in SLUGS:
        client.get(page(application, slug))
    client.get(reverse("applications:check", args=[application.uuid]))
    client.get(reverse("applications:amount", args=[application.uuid]))

    unchanged = again(application)
    assert (unchanged.revision, unchanged.changed_at) == (
        application.revision,
        application.changed_at,
    )


@pytest.mark.parametrize("slug", SLUGS)
def test_a_step_takes_few_queries_however_much_there_is(slug, django_assert_max_num_queries):
    application = draft()
    pools.pool_for(scheme=SCHEME, on=APRIL.date(), at=APRIL)
    for pages in range(1, 6):
        services.attach(
            application=application,
            step=SCHEME.step("course"),
            kind="programme",
            upload=upload(pdf(pages=pages)),
            at=APRIL,
        )
    for _other in range(3):
        draft(by=application.applicant)
    client = browser(application.applicant)

    with django_assert_max_num_queries(11 if SCHEME.step(slug).papers else 10):
        client.get(page(application, slug))


# Asked back


def test_only_what_was_asked_about_can_be_changed():
    application = returned(steps=("costs",), text="What does the journey cost?")
    client = browser(application.applicant)

    asked = client.get(page(application, "costs")).content.decode()
    closed = client.get(page(application, "course"))

    assert "What does the journey cost?" in asked
    assert closed.templates[0].name == "applications/step_closed.html"
    assert b"<input" not in closed.content.split(b"<main")[1].split(b"</main>")[0]


def test_a_closed_step_takes_nothing():
    application = returned(steps=("costs",))
    client = browser(application.applicant)

    response = client.post(page(application, "course"), {"title": "Forged", "revision": 99})

    assert response.url == reverse("applications:case", args=[application.uuid])
    assert told(response) == [
        "These answers can no longer be changed. Open the application to see why."
    ]
    assert again(application).course_title == "Hjärtdagarna"


def test_an_answer_to_what_was_asked_leads_to_the_check_page_and_back_to_the_office():
    application = returned(steps=("costs",))
    client = browser(application.applicant)
    sent = opened(client, application, "costs") | {"travel": "3 000"}

    response = client.post(page(application, "costs"), sent)
    revision = again(application).revision
    client.post(response.url, {"true": "on", "revision": revision})

    assert response.url == reverse("applications:check", args=[application.uuid])
    assert again(application).state == State.SUBMITTED
    assert again(application).facts["costs"]["travel"] == "3000"


def test_an_administration_that_has_closed_since_is_no_obstacle_to_another_answer():
    application = returned(steps=("costs",))
    Organisation.objects.filter(pk=application.organisation_id).update(valid_to=date(2026, 4, 14))
    client = browser(application.applicant)
    sent = opened(client, application, "costs") | {"travel": "3 000"}
    client.post(page(application, "costs"), sent)

    check = reverse("applications:check", args=[application.uuid])
    client.post(check, {"true": "on", "revision": again(application).revision})

    assert again(application).state == State.SUBMITTED


def test_after_it_was_sent_in_a_step_is_only_read():
    application = submitted()

    response = browser(application.applicant).get(page(application, "costs"))

    assert "has been sent in. These answers cannot be changed." in response.content.decode()


def test_r28_while_the_scheme_is_closed_a_draft_can_still_be_written():
    """R28: an administrator can close a scheme; then nothing is sent in, but work goes on."""
    Closing.objects.create(scheme=SCHEME.slug, closes_at=APRIL, reason="Closed for the year.")
    application = draft()
    client = browser(application.applicant)

    begun = client.get(reverse("applications:start", args=[SCHEME.slug]))
    response = client.post(page(application, "costs"), opened(client, application, "costs"))

    assert "Closed for the year." in begun.content.decode()
    assert response.status_code == 302
