"""A scheme with an allowance, with judgements and with papers that come later, through the whole house."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from applications import services
from applications.assessment import assess
from applications.models import State, Verdict
from applications.papers import Unfit
from decisions import judging
from decisions import services as decisions
from decisions.judging import Word
from schemes.models import PersonalAllowance
from tests import factories
from tests.factories import APRIL, again
from tests.fourth import situations
from tests.fourth.situations import CERTIFICATE, TOPIC

pytestmark = pytest.mark.django_db
TODAY = APRIL.date()


def found(application):
    return assess(application, on=TODAY, at=APRIL)


# The allowance


def test_one_signature_decides_and_draws_the_units(evenings):
    application = situations.judged(situations.submitted(evenings))
    result = situations.granted(application)
    assert result.decision.amount == Decimal(200)
    assert again(application).state == State.APPROVED
    assert PersonalAllowance.objects.get().used == 2


def test_the_next_application_sees_what_the_first_used_whoever_applied(evenings):
    situations.granted(situations.judged(situations.submitted(evenings, evenings=3)))
    other = situations.judged(situations.submitted(evenings, evenings=3))
    assert found(other).details["units"] == {"2026": 1}
    situations.granted(other)
    assert PersonalAllowance.objects.get().used == 4
    assert "E1" in found(situations.submitted(evenings)).rules


def test_a_grant_does_not_count_against_itself(evenings):
    application = situations.judged(situations.submitted(evenings, evenings=4))
    situations.granted(application)
    assert found(again(application)).details["units"] == {"2026": 4}


def test_ending_a_grant_gives_the_units_back(evenings):
    application = situations.judged(situations.submitted(evenings))
    situations.granted(application)
    situations.ended(again(application))
    assert PersonalAllowance.objects.get().used == 0
    assert found(situations.submitted(evenings, evenings=4)).details["units"] == {"2026": 4}


# Judgements


def test_nothing_is_granted_before_it_is_judged(evenings):
    application = situations.submitted(evenings)
    assert found(application).rules == ["E2", "E3"]
    result = situations.granted(application)
    assert [each.rule for each in result.obstacle.findings] == ["E2", "E3"]
    assert found(situations.judged(application)).rules == []


def test_a_course_that_is_not_accepted_is_refused_and_says_why(evenings):
    application = situations.judged(situations.submitted(evenings), Word(TOPIC, False, "Knitting."))
    assert (application.state, found(application).outcome) == (State.SUBMITTED, "refuse")
    assert application.events.last().text == "The class: Knitting."


def test_an_accepted_course_goes_on_the_list_where_one_asks_for_it(evenings):
    situations.judged(situations.submitted(evenings), Word(TOPIC, True, listed=True))
    assert evenings.listed == ["A class"]
    assert found(situations.submitted(evenings)).rules == ["E2"]


def test_a_returned_paper_asks_the_applicant_for_another(evenings, mailoutbox):
    application = situations.judged(
        situations.submitted(evenings), Word(CERTIFICATE, False, "It is not readable.")
    )
    assert (application.state, application.awaited) == (State.RETURNED, ["certificate"])
    assert services.open_steps(application) == ["papers"]
    assert services.open_question(application).text == "Certificate: It is not readable."
    assert "It is not readable." in application.notices.last().text
    application.papers.get().delete()
    situations.attach(application, pages=2)
    services.submit(application=again(application), by=application.applicant, at=APRIL)
    assert again(application).awaited == []
    assert found(again(application)).rules == ["E2", "E3"]


def test_the_very_file_that_was_returned_is_no_answer(evenings):
    application = situations.judged(situations.submitted(evenings), Word(CERTIFICATE, False, "No."))
    with pytest.raises(Unfit, match=r"paper\.pdf is the same file that was returned"):
        situations.attach(application)
    with pytest.raises(services.Incomplete) as error:
        services.submit(application=again(application), by=application.applicant, at=APRIL)
    assert error.value.steps == {
        "papers": ["Certificate: this is still the file that was returned."]
    }
    services.detach(paper=application.papers.get(), step=evenings.step("papers"), at=APRIL)
    with pytest.raises(Unfit, match="same file"):
        situations.attach(application)
    assert application.papers.count() == 0
    services.submit(application=again(application), by=application.applicant, at=APRIL)
    assert again(application).awaited == ["certificate"]


def test_the_same_file_counts_where_what_was_written_about_it_has_changed(evenings):
    application = situations.judged(situations.submitted(evenings), Word(CERTIFICATE, False, "No."))
    application = situations.save(application, "papers", {"issued_on": "2026-03-21"})
    services.submit(application=application, by=application.applicant, at=APRIL)
    assert again(application).awaited == []


@pytest.mark.parametrize(
    ("word", "said"),
    [
        (Word(TOPIC, False), "say why"),
        (Word("class.title", True), "not to be judged"),
        (Word(CERTIFICATE, True), "nothing is attached"),
    ],
)
def test_what_cannot_be_judged_so_changes_nothing(evenings, word, said):
    application = situations.submitted(evenings, certificate=False)
    with pytest.raises(decisions.NotAllowed, match=said):
        situations.judged(application, word)
    assert Verdict.objects.count() == 0


def test_who_judges_says_something_of_at_least_one_thing(evenings):
    application = situations.submitted(evenings)
    with pytest.raises(decisions.NotAllowed, match="at least one thing"):
        judging.judge(
            application=application,
            words=[],
            revision=application.revision,
            by=situations.teacher(),
            at=APRIL,
        )


def test_only_an_unbiased_signatory_judges_what_was_read(evenings):
    teacher = situations.teacher()
    own, other = situations.submitted(evenings, by=teacher), situations.submitted(evenings)
    with pytest.raises(decisions.NotAllowed, match="own application"):
        situations.judged(own, by=teacher)
    with pytest.raises(decisions.NotAllowed, match="no mandate"):
        situations.judged(other, by=factories.signatory("chair"))
    with pytest.raises(decisions.Stale):
        judging.judge(
            application=other, words=[Word(TOPIC, True)], revision=0, by=teacher, at=APRIL
        )


def test_the_database_refuses_a_return_without_a_reason_and_any_change(evenings):
    application = situations.judged(situations.submitted(evenings))
    row = application.verdicts.first()
    for change in ({"accepted": False}, {"reason": "Another."}):
        with pytest.raises(Exception, match="verdict"), transaction.atomic():
            Verdict.objects.filter(pk=row.pk).update(**change)
    row.pk, row.accepted = None, False
    with pytest.raises(IntegrityError, match="verdict_against_has_reason"), transaction.atomic():
        row.save()


# Papers that come later


def test_an_application_without_papers_waits_for_them_and_takes_them(evenings):
    application = situations.submitted(evenings, certificate=False)
    assert application.awaited == ["certificate"]
    assert services.open_steps(application) == ["papers"]
    application = situations.save(application, "papers", {"issued_on": "2026-03-20"})
    situations.attach(application)
    application = again(application)
    assert (application.state, application.awaited) == (State.SUBMITTED, [])
    assert application.events.last().text == "Certificate: paper.pdf"


def test_once_accepted_a_paper_stays_as_it_is(evenings):
    application = situations.judged(situations.submitted(evenings))
    assert services.open_steps(application) == []
    step = evenings.step("papers")
    with pytest.raises(services.NotAllowed):
        services.detach(paper=application.papers.get(), step=step, at=APRIL)
    with pytest.raises(services.NotAllowed):
        situations.attach(application, pages=2)


def test_only_papers_that_may_come_later_can_be_added(evenings):
    application = situations.submitted(evenings, certificate=False)
    with pytest.raises(services.NotAllowed):
        situations.attach(application, kind="receipt")
    with pytest.raises(services.NotAllowed):
        situations.save(application, "class", {"title": "Another"})


def test_another_answer_about_a_paper_is_judged_anew(evenings):
    teacher = situations.teacher()
    application = situations.judged(situations.submitted(evenings), by=teacher)
    asked = {"steps": ["papers"], "text": "When?", "by": teacher, "at": APRIL}
    decisions.ask_back(application=application, **asked)
    application = situations.save(again(application), "papers", {"issued_on": "2026-03-21"})
    assert found(application).rules == ["E2"]


def test_an_original_stays_though_its_paper_was_read_while_it_was_a_draft(
    evenings, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.MEDIA_ROOT = tmp_path
    application = situations.draft(evenings)
    situations.attach(application)
    paper, step = application.papers.select_related("application").get(), evenings.step("papers")
    services.submit(application=again(application), by=application.applicant, at=APRIL)
    file = paper.original.file
    with django_capture_on_commit_callbacks(execute=True):
        services.detach(paper=paper, step=step, at=APRIL)
    assert application.papers.count() == 0
    assert file.storage.exists(file.name)
