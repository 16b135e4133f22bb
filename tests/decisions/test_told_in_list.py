"""What PostgreSQL writes into a row of the queue is what the house reads elsewhere, whatever has changed."""

from datetime import date, timedelta

import pytest

from applications import services as applications
from applications.assessment import Circumstances
from applications.models import Application, State
from decisions.judging import Word
from tests import factories
from tests.applications.files import pdf, upload
from tests.decisions import test_refund as refunds
from tests.decisions.in_queue import told_in_list
from tests.factories import APRIL, again, signatory, signed
from tests.role import as_owner

pytestmark = pytest.mark.django_db


def told(application, *, at):
    """Return what is told of an application of its row, once it is seen to be what the house reads."""
    application, on = again(application), application.rules.local_day(at)
    in_list = told_in_list([application], on=on, at=at)[application.pk]
    waiting_ahead = {"waiting_ahead": 0 if application.state == State.SUBMITTED else None}
    assert in_list == Circumstances([application], on=on, at=at).told(
        application, known=waiting_ahead
    )
    return in_list


def withdrawn(*, at):
    case = factories.confirmed(at=at)
    return applications.withdraw(application=case, by=case.applicant, at=at)


def become(case, **columns):
    """Have the owner of the database change what nobody else can; return the case."""
    with as_owner():
        Application.objects.filter(pk=case.pk).update(**columns)
    return again(case)


def test_r25_cases_of_the_same_person_and_year():
    case = factories.confirmed(at=APRIL)
    assert told(case, at=APRIL).applications_this_year == 0
    earlier = factories.confirmed(at=APRIL - timedelta(days=1))
    later = factories.confirmed(at=APRIL + timedelta(minutes=1))
    factories.confirmed(at=APRIL - timedelta(days=1), number=factories.personal_number(7))
    factories.confirmed(at=APRIL - timedelta(days=1), starts_on=date(2027, 2, 1))
    factories.draft()
    become(withdrawn(at=APRIL - timedelta(days=1)), scheme="fastlege")
    assert told(case, at=APRIL).applications_this_year == 1
    for each in ("chair", "representative"):
        signed(later, by=signatory(each))
    assert told(case, at=APRIL).live_grants_this_year == 1
    assert told(earlier, at=APRIL).applications_this_year == 0


def test_cases_of_nobody_known_are_not_those_of_one_person():
    first, second = (become(withdrawn(at=APRIL), person_key="") for _nth in range(2))
    house = Circumstances([first, second], on=APRIL.date(), at=APRIL)
    assert house.told(second).applications_this_year == 0
    assert house.others(second) == []


@pytest.mark.parametrize(("answer", "confirmed"), [("confirmed", True), ("declined", False)])
def test_r13_what_the_head_of_unit_said(answer, confirmed):
    case = factories.submitted()
    assert told(case, at=APRIL).unit_confirmed is False
    request = case.head_requests.last()
    reason = {} if confirmed else {"reason": "Nej."}
    applications.answer_as_head(request=request, answer=answer, at=APRIL, **reason)
    assert told(case, at=APRIL).unit_confirmed is confirmed


def test_l10_papers_and_what_was_judged_of_them():
    case, officer = refunds.submitted(papers=False), refunds.officer()
    assert told(case, at=refunds.JUNE).papers == ()
    step = case.rules.step("papers")
    for kind in case.awaited:
        for pages in (1, 2):
            said = {"step": step, "kind": kind, "upload": upload(pdf(pages=pages))}
            applications.attach(application=again(case), **said, at=refunds.JUNE)
    assert told(case, at=refunds.JUNE).papers == ("absence", "certificate")
    refunds.judged(again(case), Word(refunds.CERTIFICATE, True), by=officer)
    assert dict(told(case, at=refunds.JUNE).judged) == {
        refunds.CERTIFICATE: True,
        refunds.ABSENCE: None,
    }
    refunds.judged(again(case), Word(refunds.CERTIFICATE, False, "Dato mangler."), by=officer)
    assert dict(told(case, at=refunds.JUNE).judged)[refunds.CERTIFICATE] is False


def test_l8_units_that_the_person_has_drawn_by_other_cases():
    case, officer = refunds.submitted(), refunds.officer()
    assert told(case, at=refunds.JUNE).units_used == ()
    refunds.granted(refunds.judged(refunds.submitted(), by=officer), officer)
    assert told(case, at=refunds.JUNE).units_used == ((2022, 3),)
