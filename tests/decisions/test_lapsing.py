"""Who follows somebody whose mandate has ended can sign where they had signed."""

from datetime import timedelta

import pytest

from applications.models import Event
from applications.services import NotAllowed
from decisions.lapsing import void_lapsed
from decisions.tasks import sweep
from schemes import clock
from tests import factories
from tests.factories import APRIL, again, signatory, signed

pytestmark = pytest.mark.django_db
MAY = APRIL + timedelta(days=30)


def left_behind():
    """Return a case that two who disagree have signed, both in the last days of their mandates."""
    application = factories.confirmed()
    until = {"valid_to": APRIL.date() + timedelta(days=7)}
    signed(application, by=signatory("chair", **until))
    refuses = {"outcome": "refuse", "reasons": ["R8"]}
    signed(application, by=signatory("representative", **until), **refuses)
    return again(application)


def test_successors_decide_what_those_before_them_had_signed():
    application = left_behind()
    chair, representative = signatory("chair"), signatory("representative")
    with pytest.raises(NotAllowed, match="already signed in your capacity"):
        signed(application, by=chair, at=MAY)
    assert void_lapsed(at=MAY) == 2
    signed(application, by=chair, at=MAY)
    assert signed(application, by=representative, at=MAY).decision.outcome == "grant"


def test_the_history_says_why_a_signature_lapsed_and_that_nobody_did_it():
    application = left_behind()
    void_lapsed(at=MAY)
    voided = application.events.filter(kind=Event.Kind.SIGNATURE_VOIDED)
    assert {(each.by, each.internal) for each in voided} == {(None, True)}
    said = {f"{each.name}: {each.void_reason}" for each in application.signatures.all()}
    assert {each.text for each in voided} == said
    assert void_lapsed(at=MAY) == 0


def test_signatures_stand_as_long_as_their_mandates():
    application = left_behind()
    assert void_lapsed(at=APRIL + timedelta(days=7)) == 0
    assert application.signatures.live().count() == 2


def test_what_is_decided_keeps_its_signatures():
    application = factories.approved()
    application.signatures.first().signatory.mandates.update(valid_to=APRIL.date())
    assert void_lapsed(at=MAY) == 0
    assert application.signatures.live().count() == 2


def test_the_worker_looks_for_them(monkeypatch):
    left_behind()
    monkeypatch.setattr(clock, "now", lambda: MAY)
    sweep()
    assert void_lapsed(at=MAY) == 0
