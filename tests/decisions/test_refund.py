"""The refund scheme through forms and decision: allowance over all applicants, judgement, listed course."""

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from applications import services as applications
from applications.assessment import assess
from applications.models import Event, State, Verdict
from decisions import judging, line, services
from decisions.judging import Word
from decisions.line import InLine
from schemes import services as pools
from schemes.fastlege.models import ListedCourse
from schemes.models import PersonalAllowance, Pool
from schemes.registry import get
from tests import factories
from tests.applications.files import upload
from tests.decisions.test_concurrency import all_at_once
from tests.factories import again
from tests.schemes.test_fastlege_forms import ANSWERS, APPLICANT, COURSE, MUNICIPALITY

JUNE = datetime(2022, 6, 20, 8, 0, tzinfo=UTC)
CERTIFICATE, ABSENCE = "documents.certificate_accepted", "documents.absence_accepted"
TOPIC = "course.topic_accepted"
UNLISTED = COURSE | {"organiser": "Demo", "evaluates_own_practice": "yes"}
MUNICIPAL = APPLICANT | MUNICIPALITY | {"kind": "municipality"}


def officer():
    return factories.appointed("case_officer", scheme="fastlege")


def drafted(*, absence=("2022-06-07|whole|", "2022-06-08|half|3,5"), papers=True, **changed):
    """Return an application that is ready to be sent in, with its papers unless told otherwise."""
    scheme = get("fastlege")
    application = applications.start(scheme=scheme, applicant=factories.person(), at=JUNE)
    answers = ANSWERS | {"absence": {"absence": list(absence)}} | changed
    for slug, typed in answers.items():
        application = applications.save_step(
            application=application,
            step=scheme.step(slug),
            typed=typed,
            revision=application.revision,
            by=application.applicant,
            at=JUNE,
        )
    for kind in ("certificate", "absence") if papers else ():
        applications.attach(
            application=again(application),
            step=scheme.step("papers"),
            kind=kind,
            upload=upload(),
            at=JUNE,
        )
    return again(application)


def submitted(**said):
    """Return an application that was sent in, with its papers unless told otherwise."""
    application = drafted(**said)
    applications.submit(application=application, by=application.applicant, at=JUNE)
    return again(application)


def judged(application, *words, by):
    words = words or (Word(CERTIFICATE, True), Word(ABSENCE, True))
    revision = application.revision
    judging.judge(application=application, words=words, revision=revision, by=by, at=JUNE)
    return again(application)


def granted(application, by):
    return factories.signed(application, by=by, at=JUNE)


def found(application):
    return assess(again(application), on=JUNE.date(), at=JUNE)


@pytest.mark.django_db
def test_l8_units_count_whoever_applied():
    by = officer()
    granted(judged(submitted(), by=by), by)
    second = judged(submitted(applicant=MUNICIPAL), by=by)
    assert found(second).details["units"] == {"2022": 1}
    assert granted(second, by).decision.amount == Decimal("7450.50")
    assert PersonalAllowance.objects.get().used == 4
    assert found(submitted()).details["units"] == {}


@pytest.mark.django_db
@pytest.mark.today("2022-06-20T10:00")
def test_l8_the_case_says_whether_the_hours_cut_a_day_or_the_allowance(client):
    days = ("2022-06-07|whole|3", "2022-06-08|whole|", "2022-06-09|whole|")
    case = submitted(absence=days)
    client.force_login(officer())
    page = client.get(reverse("decisions:case", args=[case.uuid])).content.decode()
    told = re.findall(r'data-label="Minskat enligt">([^<]*)<', page)
    assert told == ["L8: För få timmar", "–", "L8: Dagar per år"]


@pytest.mark.django_db
def test_l8_ending_a_grant_gives_the_units_back():
    by = officer()
    first = judged(submitted(), by=by)
    granted(first, by)
    services.end(application=again(first), reason="Avlyst.", by=first.applicant, at=JUNE)
    assert PersonalAllowance.objects.get().used == 0
    assert found(submitted()).details["units"] == {"2022": 3}


@pytest.mark.django_db
def test_l10_without_papers_it_waits_and_takes_them():
    application = submitted(papers=False)
    assert application.awaited == ["certificate", "absence"]
    assert found(application).rules == ["L10"]
    step = application.rules.step("papers")
    for kind in application.awaited:
        said = {"step": step, "kind": kind, "upload": upload(), "at": JUNE}
        applications.attach(application=again(application), **said)
    assert again(application).awaited == []
    assert found(judged(again(application), by=officer())).rules == []


@pytest.mark.django_db
def test_l10_a_returned_paper_is_asked_for_again_in_the_language_of_the_scheme():
    by = officer()
    application = judged(submitted(), Word(ABSENCE, False, " Datoen mangler. "), by=by)
    assert (application.state, application.awaited) == (State.RETURNED, ["absence"])
    assert applications.open_steps(application) == ["papers"]
    said = "Dokumentasjon av fraværet: Datoen mangler."
    assert applications.open_question(application).text == said
    event = application.events.get(kind=Event.Kind.NOT_ACCEPTED)
    assert (event.by, event.text) == (by, said)


@pytest.mark.django_db
@pytest.mark.today("2022-06-20T10:00")
def test_a_judgement_of_somebody_else_is_not_written_over_unread(client):
    application = submitted(course=UNLISTED | {"title": "Kurs i vinsmaking"})
    client.force_login(officer())
    page = reverse("decisions:judge", args=[application.uuid])
    against = {"word-course-topic_accepted": "return", "reason-course-topic_accepted": "Nei."}

    def read():
        form = client.get(page).context["form"]
        return {name: form[name].value() for name in ("revision", "after-course-topic_accepted")}

    before = read()
    judged(application, Word(TOPIC, True), by=officer())
    client.post(page, before | against)
    assert [each.accepted for each in Verdict.objects.all()] == [True]
    client.post(page, read() | against)
    assert [each.accepted for each in Verdict.objects.order_by("pk")] == [True, False]


@pytest.mark.django_db
@pytest.mark.today("2022-06-20T10:00")
@pytest.mark.parametrize("more", [{"reason": "Datoen mangler."}, {"listed": "on"}])
def test_what_was_written_without_a_word_is_asked_about_and_not_lost(client, more):
    application = submitted(course=UNLISTED | {"title": "Kurs i vinsmaking"})
    client.force_login(officer())
    page = reverse("decisions:judge", args=[application.uuid])
    typed = {f"{part}-course-topic_accepted": said for part, said in more.items()}
    certificate = {"word-documents-certificate_accepted": "accept"}
    shown = client.get(page).context["form"].initial

    form = client.post(page, shown | certificate | typed).context["form"]
    assert list(form.errors) == ["word-course-topic_accepted"]
    assert [form[name].value() for name in typed] in (["Datoen mangler."], [True])
    assert not Verdict.objects.exists()


@pytest.mark.django_db
def test_l10_each_paper_is_judged_by_its_own_files():
    course = UNLISTED | {"title": "Kurs i vinsmaking"}
    asked = judging.judged(submitted(course=course))
    files = {each.judgement.fact: [paper.kind for paper in each.papers] for each in asked}
    assert files == {TOPIC: [], CERTIFICATE: ["certificate"], ABSENCE: ["absence"]}
    assert all(each.is_there for each in asked)
    without = judging.judged(submitted(papers=False, course=course))
    assert [each.judgement.fact for each in without if each.is_there] == [TOPIC]


@pytest.mark.django_db
@pytest.mark.today("2022-06-20T10:00")
def test_a_gp_declares_what_is_true_and_names_no_head_of_unit(client):
    scheme, gp = get("fastlege"), factories.person()
    draft = applications.start(scheme=scheme, applicant=gp, at=JUNE)
    for slug, typed in ANSWERS.items():
        said = {"step": scheme.step(slug), "typed": typed, "revision": draft.revision}
        draft = applications.save_step(application=draft, by=gp, at=JUNE, **said)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.force_login(gp)
    declared = {}
    for case in (draft, factories.draft(by=gp)):
        page = client.get(reverse("applications:check", args=[case.uuid]))
        declared[case.scheme] = str(page.context["form"]["true"].label)
    assert declared["fastlege"] == "What I have stated is true."
    assert "my head of unit knows" in declared["rfr"]


@pytest.mark.django_db
def test_l12_a_course_that_is_accepted_can_go_on_the_list():
    by, course = officer(), UNLISTED | {"title": "Kurs i trygg legemiddelbruk"}
    application = submitted(course=course)
    assert found(application).rules == ["L10", "L12"]
    judged(application, Word(TOPIC, True, listed=True), by=by)
    assert found(application).rules == ["L10"]
    assert ListedCourse.objects.filter(title=course["title"]).count() == 1


@pytest.mark.django_db
def test_l3_a_course_that_is_not_accepted_is_refused():
    by = officer()
    course = UNLISTED | {"title": "Kurs i vinsmaking"}
    word = Word(TOPIC, False, "Ikke kvalitet.", listed=True)
    application = judged(submitted(course=course), word, by=by)
    assert found(application).rules[0] == "L3"
    assert not ListedCourse.objects.filter(title=course["title"]).exists()
    said = {"outcome": "refuse", "reasons": ["L3"]}
    assert factories.signed(application, by=by, at=JUNE, **said).decision.outcome == "refuse"


@pytest.mark.django_db
@pytest.mark.parametrize(("left", "assessed"), [(42_999, 2), (43_000, 0), (43_001, 0)])
def test_l5_nobody_in_line_is_assessed_while_there_is_enough_for_the_most_of_all(
    monkeypatch, left, assessed
):
    # 4 000 of a fee and four half days of 4 375 each, the best rate that there is, for each of two.
    first, second = (judged(submitted(), by=officer()) for _ in range(2))
    pool = pools.pool_for(scheme=get("fastlege"), on=JUNE.date(), at=JUNE)
    factories.with_budget(pool, left)
    passed_by = []
    monkeypatch.setattr(InLine, "pass_by", lambda _line, part, _told: passed_by.extend(part))

    _circumstances, ahead = line.read_in_line([first, second], on=JUNE.date(), at=JUNE)
    assert ahead == {first.pk: 0, second.pk: 0}
    assert len(passed_by) == assessed


@pytest.mark.django_db
def test_l5_what_the_money_does_not_suffice_for_waits():
    by = officer()
    granted(judged(submitted(), by=by), by)
    pool = Pool.objects.get(scheme="fastlege")
    factories.with_budget(pool, pool.committed + 100)
    application = judged(submitted(), by=by)
    result = granted(application, by)
    assert [each.rule for each in result.obstacle.findings] == ["L5"]


@pytest.mark.django_db
@pytest.mark.today("2022-06-20T10:00")
def test_nobody_reports_back_after_a_course_that_is_refunded(client):
    by = officer()
    application = judged(submitted(), by=by)
    granted(application, by)
    said = {"text": "Ja.", "by": application.applicant, "at": JUNE}
    with pytest.raises(applications.NotAllowed, match="You need not report back"):
        applications.report(application=application, **said)
    client.force_login(application.applicant)
    page = client.get(reverse("applications:case", args=[application.uuid]))
    assert page.context["actions"] == {"copy", "cancel"}


@pytest.mark.django_db
@pytest.mark.today("2022-06-20T10:00")
@pytest.mark.parametrize("name", ["queue", "decided"])
def test_what_is_asked_stands_only_where_applications_say_it(client, name):
    by = officer()
    granted(judged(submitted(), by=by), by)
    submitted()
    factories.confirmed()
    factories.approved(number=factories.personal_number(1))
    for reader, stands in ((by, False), (factories.appointed("chair"), True)):
        client.force_login(reader)
        page = client.get(reverse(f"decisions:{name}"))
        assert len(page.context["page"].rows) == 1
        assert page.text.count('data-label="Sökt"') == stands
        assert ("Sökt" in page.text) == stands


@pytest.mark.django_db(transaction=True)
def test_l8_many_grants_of_one_gp_at_once_never_exceed_the_allowance():
    by = officer()
    cases = [judged(submitted(absence=["2022-06-07|whole|"]), by=by) for _nth in range(6)]
    all_at_once(lambda each: granted(each, by), cases)
    row = PersonalAllowance.objects.get()
    assert row.used == sum(row.entries.values_list("units", flat=True)) == 4
