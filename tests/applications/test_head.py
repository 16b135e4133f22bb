"""The head of unit's page: a signed link, no account, and only a POST answers."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from applications import head_link, services
from applications.models import HeadRequest, State
from tests import factories
from tests.factories import APRIL, again

pytestmark = [pytest.mark.django_db, pytest.mark.today("2026-04-20T10:00")]
ENGLISH = {"headers": {"accept-language": "en"}}


def link(application):
    return reverse("applications:head", args=[head_link.token(asked(application))])


def asked(application):
    return application.head_requests.last()


def confirm(client, application, plan=""):
    return client.post(link(application), {"answer": "confirmed", "confirm-plan": plan})


def decline(client, application, reason):
    return client.post(link(application), {"answer": "declined", "decline-reason": reason})


@pytest.fixture
def reader():
    """A browser of somebody without an account, with Django's CSRF checks on."""
    return Client(**ENGLISH)


def test_the_mail_holds_the_link_and_the_link_opens_without_an_account(reader, settings):
    application = factories.submitted()

    notice = application.notices.get(recipient="chef@example.org")

    assert settings.KURSMEDEL_URL + link(application) in notice.text
    assert reader.get(link(application)).status_code == 200


def test_the_page_says_who_which_course_what_it_costs_and_how_it_is_passed_on(reader):
    application = factories.submitted(benefit={"feedback_plan": "På mötet i september."})

    page = reader.get(link(application))

    for words in ("Test Läkare", "Hjärtdagarna", "Medicinkliniken", "På mötet i september."):
        assert words in page.content.decode()
    assert page.context["assessment"].by_rules == 6000


def test_the_page_holds_no_part_of_the_personal_number(reader):
    application = factories.submitted()

    page = reader.get(link(application)).content.decode()

    assert factories.personal_number()[2:8] not in page


def test_opening_the_link_changes_nothing_however_often(reader):
    application = factories.submitted()
    before = HeadRequest.objects.values().get()

    for method in (reader.get, reader.head, reader.get):
        assert method(link(application)).status_code == 200

    assert HeadRequest.objects.values().get() == before
    assert again(application).events.count() == 3


def test_nobody_keeps_the_page_or_learns_its_address(reader):
    page = reader.get(link(factories.submitted()))

    assert "no-store" in page["Cache-Control"]
    assert page["Referrer-Policy"] == "same-origin"
    assert page["X-Robots-Tag"] == "noindex"


def test_an_answer_from_another_site_is_refused():
    application = factories.submitted()

    strict = Client(enforce_csrf_checks=True)

    assert confirm(strict, application).status_code == 403
    assert asked(application).answer == ""


def test_one_click_confirms(reader):
    application = factories.submitted()

    page = confirm(reader, application)

    assert (page.status_code, page.url) == (302, link(application))
    assert asked(application).answer == "confirmed"
    answered = reader.get(page.url).content.decode()
    assert "You have confirmed" in answered
    assert "You answered on <time" in answered


def test_the_head_may_decide_how_the_content_is_passed_on(reader):
    application = factories.submitted()

    confirm(reader, application, plan="En timme på läkarmötet.")

    assert asked(application).plan == "En timme på läkarmötet."
    assert "En timme på läkarmötet." in application.notices.last().text


def test_declining_needs_a_reason_and_keeps_what_was_typed(reader):
    application = factories.submitted()

    page = decline(reader, application, reason=" ")

    assert page.status_code == 200
    assert "Say why you do not confirm." in page.content.decode()
    assert asked(application).answer == ""


def test_declining_with_a_reason_is_told_to_the_applicant(reader):
    application = factories.submitted()

    decline(reader, application, reason="Inga pengar i år.")

    assert asked(application).answer == "declined"
    assert application.notices.last().recipient == application.applicant.email
    assert "You have declined" in reader.get(link(application)).content.decode()


def test_an_answer_that_is_neither_changes_nothing(reader):
    application = factories.submitted()

    for answer in ("", "maybe"):
        assert reader.post(link(application), {"answer": answer}).status_code == 200

    assert asked(application).answer == ""


def test_a_second_answer_does_not_replace_the_first(reader):
    application = factories.submitted()
    confirm(reader, application)

    page = decline(reader, application, reason="Ångrar mig.")

    assert page.status_code == 302
    assert asked(application).answer == "confirmed"


@pytest.mark.parametrize("text", ["x", "a.b", "a" * 400])
def test_a_link_that_is_not_ours_gives_a_kind_page(reader, text):
    page = reader.get(f"/applications/head/{text}/")

    assert page.status_code == 404
    assert "This link does not work" in page.content.decode()


def test_a_link_with_another_name_in_it_is_not_ours(reader):
    mine, other = factories.submitted(), factories.submitted()
    name = str(asked(other).uuid)
    signature = head_link.token(asked(mine)).rpartition(".")[2]

    page = reader.post(f"/applications/head/{name}.{signature}/", {"answer": "confirmed"})

    assert page.status_code == 404
    assert asked(other).answer == ""


def test_a_link_is_signed_for_this_purpose_alone():
    from django.core.signing import Signer

    request = asked(factories.submitted())

    assert head_link.find(Signer(sep=".").sign(str(request.uuid))) is None
    assert head_link.find(head_link.token(request)) == request


def gone(reader, application, words):
    """Tell that a link gives a kind page, that a POST answers nothing, and which words it says."""
    page = reader.get(link(application))
    before = asked(application).answer
    posted = confirm(reader, application)
    return (
        page.status_code == 410
        and words in page.content.decode()
        and posted.status_code == 302
        and asked(application).answer == before
    )


def test_a_link_works_for_thirty_days(reader, hold):
    application = factories.submitted()

    hold("2026-05-15T10:59")
    assert reader.get(link(application)).status_code == 200
    hold("2026-05-15T11:00")
    assert gone(reader, application, "no longer works")


def test_a_link_says_that_the_application_is_being_changed(reader):
    assert gone(reader, factories.returned(), "is being changed")


def test_a_link_of_earlier_answers_says_that_they_changed(reader):
    application = factories.returned()
    first = link(application)
    typed = application.answers["costs"] | {"fee": "7 000"}
    services.save_step(
        application=application,
        step=factories.SCHEME.step("costs"),
        typed=typed,
        revision=application.revision,
        by=application.applicant,
        at=APRIL,
    )
    services.submit(application=application, by=application.applicant, at=APRIL)

    page = reader.get(first)

    assert page.status_code == 410
    assert "is being changed" in page.content.decode()
    assert reader.get(link(application)).status_code == 200


def test_a_link_says_that_a_deputy_was_asked(reader):
    application = factories.submitted()
    first = link(application)
    services.ask_head(application=application, name="Stf", email="stf@example.org", at=APRIL)

    page = reader.get(first)

    assert page.status_code == 410
    assert "Somebody else answers this" in page.content.decode()
    assert reader.get(link(application)).status_code == 200


@pytest.mark.parametrize("state", [State.WITHDRAWN, State.REFUSED])
def test_a_link_says_that_it_is_over(reader, state):
    application = factories.submitted() if state == State.WITHDRAWN else factories.refused()
    if state == State.WITHDRAWN:
        services.withdraw(application=application, by=application.applicant, at=APRIL)

    assert gone(reader, application, "decided or withdrawn")


def test_the_head_reads_the_report_by_the_same_link_and_for_thirty_days(reader, hold):
    application = factories.approved(starts_on=date(2026, 6, 14))
    hold("2026-07-01T12:00")
    assert reader.get(link(application)).status_code == 410

    reported_at = APRIL + timedelta(days=80)
    services.report(
        application=application, text="Föredrag i juni.", by=application.applicant, at=reported_at
    )

    hold("2026-07-10T12:00")
    assert "Föredrag i juni." in reader.get(link(application)).content.decode()
    hold("2026-08-10T12:00")
    assert reader.get(link(application)).status_code == 410


def test_who_declined_does_not_read_the_report(reader, hold):
    application = factories.submitted()
    decline(reader, application, reason="Nej.")
    declined = link(application)
    request = services.ask_head(
        application=application, name="Stf", email="stf@example.org", at=APRIL
    )
    services.answer_as_head(request=request, answer="confirmed", at=APRIL)
    for capacity in ("chair", "representative"):
        factories.signed(application, by=factories.signatory(capacity))
    services.report(
        application=application,
        text="Föredrag i juni.",
        by=application.applicant,
        at=APRIL + timedelta(days=80),
    )

    assert "Föredrag i juni." not in reader.get(declined).content.decode()


def test_a_link_outlives_the_key_that_signed_it_as_long_as_that_is_known(settings):
    asked = factories.submitted().head_requests.get()
    link, old = head_link.token(asked), settings.SECRET_KEY
    settings.SECRET_KEY = "new" * 20
    assert head_link.find(link) is None
    settings.SECRET_KEY_FALLBACKS = [old]
    assert head_link.find(link) == asked
