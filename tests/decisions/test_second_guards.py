"""What stands behind the first guard of a decision: each test fails when its second guard is taken away."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from applications.models import State
from decisions.models import Decision
from decisions.services import offer
from schemes import services as pools
from schemes.models import PersonalAllowance
from schemes.rfr.models import DatedTerms
from tests import factories
from tests.decisions import test_refund as refunds
from tests.factories import APRIL, SCHEME, again, signatory, signed

AMOUNT = 6000
FIRST_TABLE = r"(?s)(?:INSERT INTO|UPDATE|FROM)\W+(\w+)"


def while_held(first, second):
    """Do the first in a transaction that is open until the second waits for it; return the second's."""
    return while_held_between(first, second, lambda: None)


def while_held_between(first, second, then):
    """Do first and then in one transaction, and between them begin the second, until it waits."""

    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            first()
            result = other.submit(apart, second)
            wait_until_somebody_waits(result)
            then()
        return result.result()


def apart(work):
    """Do something with a connection of its own, as another process would."""
    try:
        with translation.override("en"):
            return work()
    finally:
        connections.close_all()


def wait_until_somebody_waits(result):
    with connection.cursor() as cursor:
        waits = False
        while not waits and not result.done():
            cursor.execute("SELECT bool_or(NOT granted), pg_sleep(0.01) FROM pg_locks")
            waits = cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_r27_the_line_is_read_when_the_pool_is_locked_so_nobody_overtakes():
    pool = pools.pool_for(scheme=SCHEME, on=APRIL.date(), at=APRIL)
    clerk, representative = factories.person(), signatory("representative")

    def leave(budget):
        pools.set_budget(pool=pool, budget=budget, at=APRIL, by=clerk, note="Beslut")

    leave(2 * AMOUNT)
    factories.confirmed()
    number = factories.personal_number(7)
    later = factories.confirmed(at=APRIL + timedelta(hours=1), number=number)
    signed(later, by=signatory("chair"))
    # The money for the second in line is taken away while its last signature is on the way.
    result = while_held(lambda: leave(AMOUNT), lambda: signed(later, by=representative))
    assert [each.rule for each in result.obstacle.findings] == ["R27"]
    assert Decision.objects.count() == again(pool).committed == 0


@pytest.mark.django_db
def test_r27_the_pool_is_held_for_nothing_but_what_follows_from_it():
    representative = signatory("representative")
    factories.approved(chair=(chair := signatory("chair")), representative=representative)
    application = factories.confirmed(number=factories.personal_number(7))
    signed(application, by=chair)
    with CaptureQueriesContext(connection) as sent:
        signed(application, by=representative)
    said = [each["sql"] for each in sent]
    (bound,) = [nth for nth, each in enumerate(said) if "UPDATE schemes_pool" in each]
    afterwards = [re.search(FIRST_TABLE, each) for each in said[bound + 1 :]]
    assert [each[1] for each in afterwards if each] == [
        *("applications_application", "invoicing_series", "invoicing_invoice"),
        *("invoicing_packet", "applications_event"),
    ]


@pytest.mark.django_db(transaction=True)
def test_r27_who_does_not_decide_never_waits_for_the_pool():
    pool = pools.pool_for(scheme=SCHEME, on=APRIL.date(), at=APRIL)
    granted = factories.approved()
    twin, other = factories.confirmed(), factories.confirmed(number=factories.personal_number(7))
    signed(twin, by=(chair := signatory("chair")), amount=None)
    representative = signatory("representative")
    with transaction.atomic(), ThreadPoolExecutor(1) as aside:
        pools.locked(pool)
        first = aside.submit(apart, lambda: signed(other, by=chair)).result(timeout=20)
        second = aside.submit(apart, lambda: signed(twin, by=representative)).result(timeout=20)
    assert granted.person_key == twin.person_key
    assert first.decision is None
    assert [each.rule for each in second.obstacle.findings] == ["R23"]


@pytest.mark.django_db(transaction=True)
def test_l8_an_amount_that_fell_while_it_was_signed_is_signed_again():
    by = refunds.officer()
    one, other = (
        refunds.judged(refunds.submitted(absence=["2022-06-07|whole|", "2022-06-08|half|"]), by=by)
        for _nth in range(2)
    )
    shown = offer(other, on=refunds.JUNE.date(), at=refunds.JUNE).amount
    # Three of four half days go to the first while the second is signed for three as well.
    result = while_held(
        lambda: refunds.granted(one, by),
        lambda: signed(other, by=by, at=refunds.JUNE, amount=shown),
    )
    assert "It must be signed again" in result.obstacle.sentence
    assert not other.signatures.live().exists()
    assert again(other).state == State.SUBMITTED
    assert PersonalAllowance.objects.get().used == 3
    assert refunds.granted(other, by).decision


@pytest.mark.django_db
def test_r29_on_a_day_that_the_scheme_keeps_free_nothing_is_granted_whatever_its_rules_find(
    monkeypatch,
):
    application = factories.confirmed()
    signed(application, by=signatory("chair"))
    monkeypatch.setattr(type(SCHEME), "may_decide_on", lambda *_args: False)
    result = signed(application, by=signatory("representative"))
    assert "decision break" in result.obstacle.sentence
    assert again(application).state == State.SUBMITTED


@pytest.mark.django_db
def test_r29_a_refusal_in_a_later_year_waits_for_the_breaks_of_that_year():
    november, july = APRIL.replace(month=11), datetime(2027, 7, 1, 9, tzinfo=UTC)
    application = factories.confirmed(at=november, starts_on=date(2026, 12, 1))
    longer_break = DatedTerms.objects.latest("valid_from")
    longer_break.pk, longer_break.valid_from = None, date(2027, 1, 1)
    longer_break.summer_break_first_week, earlier = 20, {"summer_break_first_week": 30}
    longer_break.save(force_insert=True)
    DatedTerms.objects.exclude(pk=longer_break.pk).update(**earlier)
    refusal = {"outcome": "refuse", "reasons": ["R31"], "at": july}
    signed(application, by=signatory("chair"), **refusal)
    result = signed(application, by=signatory("representative"), **refusal)
    assert "decision break" in result.obstacle.sentence
    assert again(application).state == State.SUBMITTED
