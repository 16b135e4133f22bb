"""A process that is killed between the last signature and the papers costs nothing, wherever it is."""

import multiprocessing
import os
import signal
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.db import connections
from django.db.models.functions import Now

from applications import crash_points, outbox
from applications.crash_points import Point
from applications.models import Document, Notice
from applications.tasks import send_notice
from invoicing import packet
from invoicing.models import Invoice, Packet
from invoicing.tasks import render_packet
from tests.crashes.counting import count
from tests.crashes.grants import Grants

pytestmark = pytest.mark.django_db(transaction=True)
MAIL = [Point.MAIL_SENT_NOT_MARKED, Point.MAIL_MARKED_NOT_ACKNOWLEDGED]
PACKET = [each for each in Point if each not in [*MAIL, Point.COMMITTED_NOT_NUDGED]]


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def killed_at(point, work):
    """Do the work in a process that is killed at the point; fail if it never comes there."""
    connections.close_all()
    process = multiprocessing.get_context("fork").Process(target=_die_at, args=(point, work))
    process.start()
    process.join()
    return process.exitcode == -signal.SIGKILL


def _die_at(point, work):
    os.setsid()  # it takes its whole group with it
    _leave_the_parents_connection()
    django_settings.KURSMEDEL_CRASH_AT = str(point)
    work()


def _leave_the_parents_connection():
    """Let the process open a connection of its own.

    Beside a running browser the parent works with another connection than the one from before it,
    which only the child sees again (asgiref keeps them apart). Both would hold its other end, and
    PostgreSQL would wait for ever for what the killed one had begun.
    """
    for each in connections.all(initialized_only=True):
        each.connection = None


def time_passes():
    """Let the leases end, which a killed process left behind."""
    for rows in (Notice, Document, Packet):
        undone = rows.objects.exclude(leased_until=None)
        undone = undone.filter(**{"sent_at" if rows is Notice else "rendered_at": None})
        undone.update(leased_until=Now() - timedelta(seconds=1))


def sweep():
    """Do what the sweeps find, as a worker would."""
    for pk in list(outbox.free(outbox.unsent()).values_list("pk", flat=True)):
        send_notice(pk)
    for pk in list(outbox.free(packet.unrendered()).values_list("pk", flat=True)):
        render_packet(pk)


def approved():
    grants = Grants()
    [application] = grants.ready(1)
    grants.approve(application)
    return application


def test_killed_between_commit_and_nudge_the_grant_stands_and_its_packet_follows(mailbox):
    grants = Grants()
    [application] = grants.ready(1)
    assert killed_at(Point.COMMITTED_NOT_NUDGED, lambda: grants.approve(application))
    assert Invoice.objects.filter(application=application).count() == 1
    sweep()
    assert (found := count(mailbox.folder)).lost() == {"papers_missing": 2}  # not swept for here
    assert (found.approved, found.letters_doubled) == (1, 0)


@pytest.mark.parametrize("point", PACKET)
def test_killed_while_a_packet_is_made_it_is_made_once(point, mailbox):
    made = Packet.objects.get(invoice__application=approved())
    assert killed_at(point, lambda: render_packet(made.pk))
    time_passes()
    sweep()
    found = count(mailbox.folder)
    assert (found.approved, found.without_packet, found.doubled_packets) == (1, 0, 0)


@pytest.mark.parametrize(("point", "doubled"), [(MAIL[0], 1), (MAIL[1], 0)])
def test_killed_while_a_letter_is_sent_it_arrives_and_twice_only_under_one_id(
    point, doubled, mailbox
):
    first = Notice.objects.filter(application=approved()).last()
    assert killed_at(point, lambda: send_notice(first.pk))
    time_passes()
    sweep()
    found = count(mailbox.folder)
    assert (found.letters_lost, found.letters_doubled) == (0, doubled)


def test_every_point_is_tried_here_and_passed_by_the_product():
    assert {Point.COMMITTED_NOT_NUDGED, *PACKET, *MAIL} == set(Point)


def test_a_point_that_is_not_armed_kills_nobody():
    assert django_settings.KURSMEDEL_CRASH_AT == ""
    for point in Point:
        crash_points.reached(point)
