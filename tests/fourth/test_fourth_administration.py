"""A scheme without terms of its own is administered all the same, and its allowance is walked through."""

import pytest
from django.urls import reverse

from applications.effect import effect
from tests.factories import APRIL, appointed, person
from tests.fourth.scheme import Evenings
from tests.fourth.situations import TODAY, granted, judged, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.today(TODAY)]


def at(name, *args):
    return reverse(f"administration:{name}", args=["evenings", *args])


def test_its_pages_are_there_without_a_line_of_its_own(client, evenings):
    client.force_login(appointed("administrator", scheme=evenings.slug))
    assert client.get(at("start")).status_code == 200
    assert client.get(at("people")).status_code == 200
    assert client.get(at("list", "organisations")).status_code == 200


@pytest.mark.parametrize("name", ["begin", "list"])
def test_what_it_does_not_have_is_not_there(client, evenings, name):
    client.force_login(appointed("administrator", scheme=evenings.slug))
    assert client.get(at(name, *(["breaks"] if name == "list" else []))).status_code == 404


def test_under_fewer_units_a_persons_later_class_gets_less(evenings, monkeypatch):
    """Two evenings each, four a year: with three the second class has one left."""
    student = person()
    first, second = (judged(submitted(evenings, by=student, title=t)) for t in ("One", "Two"))
    granted(first)
    granted(second)
    assert effect(evenings, [], year=2026, at=APRIL).changes == []
    monkeypatch.setattr(
        Evenings, "terms_with", lambda self, terms, rows: {"most": 3} if rows else terms
    )
    found = effect(evenings, ["a row"], year=2026, at=APRIL)
    assert [change.application for change in found.changes] == [second]
    assert (found.before.granted, found.after.granted) == (400, 300)
