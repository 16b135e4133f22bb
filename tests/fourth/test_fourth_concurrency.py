"""Grants of one person decided at the same moment: real threads on a real PostgreSQL."""

import pytest
from django.db.models import Sum

from decisions import deciding, services, signing
from schemes.models import AllowanceEntry, PersonalAllowance
from tests.decisions.test_concurrency import all_at_once
from tests.factories import again
from tests.fourth import situations

pytestmark = pytest.mark.django_db(transaction=True)


def several(evenings, teacher, *, count=8, units=1):
    """Return applications of one person that wait for nothing but a signature."""
    made = [situations.submitted(evenings, evenings=units) for _nth in range(count)]
    return [situations.judged(each, by=teacher) for each in made]


def drawn():
    entries = AllowanceEntry.objects.aggregate(sum=Sum("units"))["sum"]
    return PersonalAllowance.objects.get().used, entries


def granted_or_why_not(case, *, by):
    try:
        return situations.granted(case, by=by)
    except services.NotAllowed as obstacle:
        return obstacle


def test_l8_grants_at_once_never_exceed_the_allowance(evenings):
    teacher = situations.teacher()
    cases = several(evenings, teacher)
    results = all_at_once(lambda each: granted_or_why_not(each, by=teacher), cases)
    decided = [each for each in results if getattr(each, "decision", None)]
    others = [each for each in results if each not in decided]
    assert len(decided) == len(others) == 4
    assert all(isinstance(each, services.NotAllowed) or each.obstacle for each in others)
    assert drawn() == (4, 4)


def test_l8_the_database_alone_stops_what_was_read_too_early(evenings, monkeypatch):
    # As if the other grant were committed only after everything here had been read.
    teacher = situations.teacher()
    first, second = several(evenings, teacher, count=2, units=3)
    early = signing.offer(again(second), on=situations.TODAY, at=situations.APRIL)
    situations.granted(first, by=teacher)
    monkeypatch.setattr(signing, "offer", lambda *_args, **_rest: early)
    monkeypatch.setattr(deciding, "as_held", lambda *_args, **_rest: early)
    result = situations.granted(second, by=teacher)
    assert result.decision is None
    assert drawn() == (3, 3)
    assert again(second).granted is None


def test_l8_granting_and_ending_at_once_keep_the_sum(evenings):
    teacher = situations.teacher()
    cases = several(evenings, teacher, count=4, units=2)
    for each in cases[:2]:
        situations.granted(each, by=teacher)

    def either(nth_and_case):
        nth, case = nth_and_case
        try:
            return (
                situations.ended(again(case)) if nth < 2 else situations.granted(case, by=teacher)
            )
        except services.NotAllowed as obstacle:
            return obstacle

    all_at_once(either, enumerate(cases))
    used, written = drawn()
    live = sum(2 for each in cases if again(each).state == "approved")
    assert used == written == live <= 4
