"""Somebody is left to administer a scheme, also when two administrators end each other at once."""

from contextlib import suppress
from datetime import date
from threading import Barrier, BrokenBarrierError

import pytest
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from accounts import appointing, doors, mandates
from schemes.registry import SCHEMES
from tests.decisions.test_concurrency import all_at_once
from tests.factories import APRIL, appointed

pytestmark = pytest.mark.django_db(transaction=True)

RFR = SCHEMES[0]
TODAY = APRIL.date()


def ends(other, by):
    appointing.end(mandate=other.mandates.get(), on=TODAY, by=by, at=APRIL)


def closes(other, by):
    doors.close(user=other, scheme=RFR, why="Demo", by=by, at=APRIL)


def each_other(*verbs):
    """Let two administrators do it to each other at once; return how many could."""

    def tried(how):
        verb, other, by = how
        try:
            verb(other, by)
        except ValidationError:
            return False
        return True

    one, other = appointed("administrator"), appointed("administrator")
    pairs = [(one, other), (other, one)]
    todo = [(verb, *pair) for verb, pair in zip(verbs, pairs, strict=True)]
    return sum(all_at_once(tried, todo))


@pytest.fixture(autouse=True)
def meeting(monkeypatch):
    """Let who has looked wait a moment for the other before anything is written."""
    meet = Barrier(2)
    for module, name in ((appointing.services, "end_mandate"), (doors, "_set_open")):
        monkeypatch.setattr(module, name, after(meet, getattr(module, name)))


def after(meet, write):
    def writes(*args, **said):
        with suppress(BrokenBarrierError):  # the other waits for our lock
            meet.wait(timeout=1)
        return write(*args, **said)

    return writes


def left():
    held = mandates.holders("administrator", scheme=RFR.slug, on=date(2026, 12, 1))
    return held.filter(user__is_active=True).count()


@pytest.mark.parametrize("verbs", [(ends, ends), (closes, closes), (ends, closes)])
def test_of_two_administrators_who_end_each_other_at_once_one_stays(verbs):
    assert each_other(*verbs) == 1
    assert left() == 1


def test_the_control_without_the_lock_nobody_is_left(monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **how: rows)
    assert each_other(ends, ends) == 2
    assert left() == 0


def test_the_account_of_who_alone_administers_tomorrow_stays_open():
    last = appointed("administrator")
    by = appointed("administrator", valid_to=TODAY)
    with pytest.raises(ValidationError):
        closes(last, by)
    assert left() == 1
