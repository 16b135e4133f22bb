"""The pages of a scheme that judges papers: the signatory's, the applicant's, and the reminders."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.urls import reverse

from applications import reminders, services
from applications.models import Event, Notice, State
from decisions.judging import Word
from decisions.places import undecided
from schemes import services as pools
from tests import factories
from tests.applications.files import pdf, upload
from tests.factories import APRIL, again
from tests.fourth import situations
from tests.fourth.situations import CERTIFICATE, TOPIC
from tests.role import aside

pytestmark = [pytest.mark.django_db, pytest.mark.today("2026-04-15T12:00")]


def signed_in(client, person):
    client.force_login(person)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def places(evenings, by):
    found = undecided(evenings, by, on=APRIL.date())
    return {each.pk: each.place for each in found}


def judge(client, application, **typed):
    address = reverse("decisions:judge", args=[application.uuid])
    return client.post(address, {"revision": application.revision} | typed)


# The signatory


def test_the_case_shows_what_is_to_be_judged_and_what_is_not_there(evenings, client):
    application, teacher = situations.submitted(evenings, certificate=False), situations.teacher()
    page = signed_in(client, teacher).get(reverse("decisions:case", args=[application.uuid]))
    assert 'name="word-class-accepted"' in page.text
    assert 'name="word-documents-certificate_accepted"' not in page.text
    assert "Not attached yet" in page.text


def test_nobody_is_shown_what_to_judge_in_their_own_case(evenings, client):
    teacher = situations.teacher()
    application = situations.submitted(evenings, by=teacher)
    case = reverse("decisions:case", args=[application.uuid])
    for typed in ({}, {"word-class-accepted": "return"}):
        assert judge(signed_in(client, teacher), application, **typed).url == case
    page = client.get(reverse("decisions:judge", args=[application.uuid]), follow=True)
    assert page.redirect_chain == [(case, 302)]
    assert "This is your own application: others decide it." in page.text


def test_only_who_may_judge_is_asked_to(evenings, client):
    case = reverse("decisions:case", args=[situations.submitted(evenings).uuid])
    asked = signed_in(client, situations.teacher()).get(case).text
    told = signed_in(client, factories.appointed("auditor", scheme=evenings.slug)).get(case).text
    assert ("<h2>For you to judge</h2>" in asked, "<h2>Judgements</h2>" in asked) == (True, False)
    assert ("<h2>For you to judge</h2>" in told, "<h2>Judgements</h2>" in told) == (False, True)


def test_a_signatory_judges_on_the_case_page(evenings, client):
    application = situations.submitted(evenings)
    typed = {
        "word-class-accepted": "accept",
        "listed-class-accepted": "on",
        "word-documents-certificate_accepted": "return",
        "reason-documents-certificate_accepted": "It is another year's.",
    }
    response = judge(signed_in(client, situations.teacher()), application, **typed)
    assert response.url == reverse("decisions:case", args=[application.uuid])
    assert again(application).state == State.RETURNED
    assert evenings.listed == ["A class"]
    verdicts = {each.fact: each.accepted for each in application.verdicts.all()}
    assert verdicts == {TOPIC: True, CERTIFICATE: False}


def test_a_return_without_a_reason_is_asked_for_it(evenings, client):
    application = situations.submitted(evenings)
    client = signed_in(client, situations.teacher())
    page = judge(client, application, **{"word-class-accepted": "return"})
    link = '<a href="#id_reason-class-accepted">The class: say why it is not accepted.</a>'
    assert link in page.text
    nothing = judge(client, application).text
    first = "#div_id_word-documents-certificate_accepted"
    assert f'<a href="{first}">Say for at least one thing' in nothing
    assert application.verdicts.count() == 0


def test_who_judges_what_has_gone_back_is_led_to_the_case(evenings, client):
    application = situations.submitted(evenings)
    paper = "documents-certificate_accepted"
    returned = {f"word-{paper}": "return", f"reason-{paper}": "It is another year's."}
    judge(signed_in(client, situations.teacher()), application, **returned)
    page = client.get(reverse("decisions:judge", args=[application.uuid]), follow=True)
    assert page.redirect_chain == [(reverse("decisions:case", args=[application.uuid]), 302)]
    assert "Only a submitted application can be worked on." in page.text


def test_nothing_is_judged_where_the_scheme_judges_nothing(client):
    client = signed_in(client, factories.signatory("chair"))
    assert judge(client, factories.submitted()).status_code == 404


def test_what_waits_for_papers_has_a_place_of_its_own(evenings, client):
    without, whole = (
        situations.submitted(evenings, certificate=False),
        situations.submitted(evenings),
    )
    teacher = situations.teacher()
    assert places(evenings, teacher) == {without.pk: "documents", whole.pk: "mine"}
    page = signed_in(client, teacher).get(reverse("decisions:queue"), {"place": "documents"})
    assert [row.pk for row in page.context["page"]] == [without.pk]
    labels = [str(tab["label"]) for tab in page.context["tabs"]]
    assert labels == [
        "Your signature",
        "Another signatory",
        "Papers",
        "The applicant's answer",
        "Funds",
        "All",
    ]
    assert page.context["schemes"] == []


def test_what_was_looked_for_is_looked_for_in_the_same_scheme(evenings, client):
    client = signed_in(client, situations.teacher())
    page = client.get(reverse("decisions:queue"), {"scheme": "evenings", "q": "class"})
    assert '<input type="hidden" name="scheme" value="evenings"' in page.text


def test_who_works_in_two_schemes_chooses_between_them(evenings, client):
    teacher = situations.teacher()
    factories.people.appoint(
        user=teacher, scheme=factories.SCHEME.slug, capacity="chair", valid_from=factories.LONG_AGO
    )
    application = situations.submitted(evenings)
    client = signed_in(client, teacher)
    for name in ("queue", "decided", "funds"):
        page = client.get(reverse(f"decisions:{name}"), {"scheme": "evenings"})
        assert [each["current"] for each in page.context["schemes"]] == [False, True]
    case = client.get(reverse("decisions:case", args=[application.uuid]))
    assert f"{reverse('decisions:queue')}?scheme=evenings" in case.text


def test_one_signature_says_nothing_of_another_signatory(evenings, client):
    application = situations.judged(situations.submitted(evenings))
    client = signed_in(client, situations.teacher())
    page = client.get(reverse("decisions:refuse", args=[application.uuid]))
    assert "other signatory" not in page.text
    typed = {"revision": application.revision, "amount": "200"}
    page = client.post(reverse("decisions:sign", args=[application.uuid]), typed, follow=True)
    assert "decided. Grant" in page.text
    assert again(application).state == State.APPROVED


def test_the_way_back_from_a_case_leads_to_the_list_on_which_it_stands(evenings, client):
    application, teacher = situations.submitted(evenings), situations.teacher()
    case = reverse("decisions:case", args=[application.uuid])
    waiting = signed_in(client, teacher).get(case).context["back"]
    situations.judged(application, by=teacher)
    typed = {"revision": again(application).revision, "amount": "200"}
    client.post(reverse("decisions:sign", args=[application.uuid]), typed)
    decided = client.get(case).context["back"]
    assert waiting == {"url": "/decisions/?scheme=evenings", "label": "To decide"}
    assert decided == {"url": "/decisions/decided/?scheme=evenings", "label": "Decided"}


def test_a_grant_is_signed_only_when_all_is_accepted_that_is_judged_by_eye(evenings, client):
    application = situations.submitted(evenings, certificate=False)
    teacher = situations.teacher()
    case = reverse("decisions:case", args=[application.uuid])
    sign = reverse("decisions:sign", args=[application.uuid])
    page = signed_in(client, teacher).get(case)
    assert sign not in page.text
    assert "It cannot be granted before this is accepted:" in page.text
    assert "<li>Certificate</li><li>The class</li>" in page.text
    situations.attach(application)
    situations.judged(application, by=teacher)
    page = client.get(case)
    assert sign in page.text
    assert "cannot be granted" not in page.text


def test_a_grant_is_not_signed_where_the_rules_refuse_it(evenings, client):
    refused = situations.judged(situations.submitted(evenings), Word(TOPIC, False, "Knitting."))
    situations.judged(refused, Word(CERTIFICATE, True))
    page = signed_in(client, situations.teacher()).get(
        reverse("decisions:case", args=[refused.uuid])
    )
    assert reverse("decisions:sign", args=[refused.uuid]) not in page.text
    assert reverse("decisions:refuse", args=[refused.uuid]) in page.text


# The applicant


def test_the_applicant_is_told_which_papers_are_missing_and_adds_them(evenings, client):
    application = situations.submitted(evenings, certificate=False)
    client = signed_in(client, application.applicant)
    case = client.get(reverse("applications:case", args=[application.uuid]))
    assert "It waits for papers from you: Certificate." in case.text
    way = client.get(reverse("applications:resume", args=[application.uuid]))
    step = reverse("applications:step", args=[application.uuid, "papers"])
    assert way.url == step
    page = client.get(step)
    assert 'name="paper-certificate"' in page.text
    assert 'name="paper-receipt"' not in page.text
    typed = {
        "revision": application.revision,
        "seal": page.context["seal"],
        "issued_on": "2026-03-20",
        "paper-certificate": upload(pdf(), "certificate.pdf"),
    }
    assert client.post(step, typed).url == reverse("applications:case", args=[application.uuid])
    application = again(application)
    assert (application.state, application.awaited) == (State.SUBMITTED, [])
    assert application.answers["papers"] == {"issued_on": "2026-03-20"}
    assert application.papers.get().kind == "certificate"


def test_what_was_accepted_is_closed_to_the_applicant(evenings, client):
    application = situations.judged(situations.submitted(evenings))
    client = signed_in(client, application.applicant)
    page = client.get(reverse("applications:step", args=[application.uuid, "papers"]))
    assert 'name="paper-certificate"' not in page.text
    case = client.get(reverse("applications:case", args=[application.uuid]))
    assert "add_papers" not in case.context["actions"]


# The first page


@pytest.mark.parametrize(
    ("left", "said"), [(0, "The money is spent."), (400, "nearly spent"), (9000, "9")]
)
def test_a_visitor_is_told_that_the_money_runs_out(evenings, client, left, said):
    pool = pools.pool_for(scheme=evenings, on=APRIL.date(), at=APRIL)
    aside("schemes_ledgerentry", "movement_follows_state")
    if left < 9000:
        pools.bind(pool=pool, amount=9000 - left, subject=uuid4(), at=APRIL, by=None)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = client.get("/")
    assert said in page.text
    assert (left < 9000) == ("spent" in page.text)


# Reminders


def reminded(application, *, days):
    return reminders.remind(application.pk, at=APRIL + timedelta(days=days))


def test_the_applicant_is_reminded_of_papers_every_other_week(evenings):
    application = situations.submitted(evenings, certificate=False)
    assert [reminded(application, days=day) for day in (13, 14, 14, 27, 28)] == [
        False,
        True,
        False,
        False,
        True,
    ]
    letter = Notice.objects.filter(application=application).last()
    assert "- Certificate" in letter.text
    assert application.events.filter(kind=Event.Kind.REMINDED).count() == 2


def test_reminders_end_and_the_last_one_says_so(evenings, monkeypatch):
    monkeypatch.setattr(type(evenings), "reminders_at_most", 2)
    applicant = factories.person(language="en")
    application = situations.submitted(evenings, certificate=False, by=applicant)
    assert [reminded(application, days=day) for day in (14, 28, 42, 400)] == [
        True,
        True,
        False,
        False,
    ]
    letters = Notice.objects.filter(application=application, subject__contains="waits for papers")
    assert ["last reminder" in each.text for each in letters] == [False, True]


def test_whoever_is_asked_anew_is_reminded_anew(evenings, monkeypatch):
    monkeypatch.setattr(type(evenings), "reminders_at_most", 1)
    application = situations.submitted(evenings)
    situations.judged(
        application, Word(CERTIFICATE, False, "Blurred."), at=APRIL + timedelta(days=1)
    )
    assert [reminded(application, days=day) for day in (15, 29)] == [True, False]
    situations.attach(again(application), pages=2, at=APRIL + timedelta(days=30))
    submit = {"by": application.applicant, "at": APRIL + timedelta(days=30)}
    services.submit(application=again(application), **submit)
    situations.judged(
        application, Word(CERTIFICATE, False, "Blurred."), at=APRIL + timedelta(days=31)
    )
    assert [reminded(application, days=day) for day in (44, 45, 60)] == [False, True, False]


def test_the_returned_file_is_said_beside_its_field(evenings, client):
    application = situations.judged(
        situations.submitted(evenings), Word(CERTIFICATE, False, "Blurred.")
    )
    client = signed_in(client, application.applicant)
    step = reverse("applications:step", args=[application.uuid, "papers"])
    typed = {
        "revision": application.revision,
        "seal": client.get(step).context["seal"],
        "issued_on": "",
        "paper-certificate": upload(pdf(), "again.pdf"),
        "paper-receipt": upload(pdf(pages=3), "receipt.pdf"),
    }
    page = client.post(step, typed)
    [group] = [each for each in page.context["papers"] if each["errors"]]
    assert group["kind"].slug == "certificate"
    assert 'aria-describedby="paper-certificate-hint paper-certificate-error-1"' in page.text
    assert sorted(application.papers.values_list("kind", flat=True)) == ["certificate", "receipt"]


def test_a_returned_paper_is_reminded_of_and_one_that_came_is_not(evenings):
    returned = situations.judged(
        situations.submitted(evenings), Word(CERTIFICATE, False, "Blurred.")
    )
    came = situations.submitted(evenings, certificate=False)
    situations.attach(came)
    due = reminders.due(at=APRIL + timedelta(days=14))
    assert [each.pk for each in due] == [returned.pk]


def test_the_worker_is_handed_those_that_are_due(evenings, monkeypatch):
    sent = []
    monkeypatch.setattr(
        "config.celery.app.send_task", lambda name, args, **rest: sent.append((name, args))
    )
    application = situations.submitted(evenings, certificate=False)
    assert reminders.wake(at=APRIL) == 0
    assert reminders.wake(at=APRIL + timedelta(days=15)) == 1
    assert sent == [("applications.remind", [application.pk])]


def test_nobody_else_is_reminded():
    application = factories.submitted()
    assert not reminded(application, days=60)
