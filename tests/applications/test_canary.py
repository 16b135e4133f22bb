"""The worker is known to work by what it has finished in the database, and by nothing else."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db.models.functions import Now

from applications import canary
from applications.models import Canary
from config.celery import app

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def finished(ago):
    """Let the worker have finished a job some time ago."""
    Canary.objects.create(uuid=uuid4(), queued_at=Now() - ago, finished_at=Now() - ago)


def minutes(age):
    return round(age / MINUTE)


def test_a_worker_that_never_finished_anything_has_no_age_and_does_not_work():
    canary.queued(uuid4())
    assert canary.age() is None
    assert not canary.worker_works()


def test_the_age_is_that_of_the_last_proof(settings):
    finished(9 * MINUTE)
    finished(4 * MINUTE)
    canary.queued(uuid4())
    assert minutes(canary.age()) == 4
    assert canary.worker_works()


def test_five_rounds_without_proof_are_too_many(settings):
    finished(timedelta(seconds=settings.CANARY_SILENT_SECONDS + 5))
    assert not canary.worker_works()
    with pytest.raises(CommandError, match="deaf"):
        call_command("check_worker")


def test_the_health_check_of_the_worker_succeeds_after_a_proof(capsys):
    key = uuid4()
    canary.queued(key)
    canary.finish(key)
    call_command("check_worker")
    assert "works" in capsys.readouterr().out
    assert Canary.objects.get().finished_at >= Canary.objects.get().queued_at


def test_a_proof_counts_even_if_the_database_was_gone_when_it_was_queued():
    canary.finish(uuid4())
    assert canary.worker_works()


def test_proofs_of_yesterday_are_forgotten():
    finished(canary.KEPT_FOR + MINUTE)
    canary.finish(uuid4())
    assert Canary.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_is_queued_is_written_down_and_nothing_else_is():
    sent = app.send_task("applications.canary", ignore_result=True)
    app.send_task("applications.sweep", ignore_result=True)
    assert [str(each.uuid) for each in Canary.objects.all()] == [sent.id]
