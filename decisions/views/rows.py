"""The rows of the office's long lists, drawn at little cost for each."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from uuid import UUID

from django.utils.safestring import SafeString

from applications.models import Application
from decisions import queue
from schemes.base import Scheme
from schemes.looks import Row, addresses, drawn
from schemes.templatetags.kursmedel import figure, relative_days, rule_short, short_day


def drawn_queue(rows: Iterable[queue.Row], scheme: Scheme, on: date, *, tick: bool) -> SafeString:
    """Return the rows of the queue; with `tick` those can be ticked in which nothing needs eyes."""
    return drawn("decisions/queue_row.html", _of_queue(rows, scheme, on, tick))


def drawn_decided(applications: Iterable[Application]) -> SafeString:
    """Return the rows of what was decided."""
    return drawn("decisions/decided_row.html", _of_decided(applications))


def _of_queue(rows: Iterable[queue.Row], scheme: Scheme, on: date, tick: bool) -> Iterator[Row]:
    address = addresses("decisions:case")
    for row in rows:
        application = row.application
        alike, differing = _of_case(application, address)
        alike |= {
            "mine": application.place == "mine",
            "tick": tick,
            "simple": row.simple,
            "near": row.near.label if row.near else "",
            "near_tone": row.near.tone if row.near else "",
            "eyes": tuple((rule_short(scheme.rules, each.rule), tone) for each, tone in row.eyes),
            "place": row.place.label,
            "place_tone": row.place.tone,
        }
        differing |= {
            "key": application.pk,
            "came_in": short_day(application.submitted_at),
            "begins_in": relative_days(application.starts_on, on),
            "by_rules": figure(row.assessment.by_rules),
        }
        yield alike, differing


def _of_decided(applications: Iterable[Application]) -> Iterator[Row]:
    address = addresses("decisions:case")
    for application in applications:
        alike, differing = _of_case(application, address)
        alike |= {
            "state": application.get_state_display(),
            "tone": application.tone,
            "granted": bool(application.granted),
        }
        differing |= {
            "decided": short_day(application.decided_at),
            "sum": figure(application.granted),
        }
        yield alike, differing


def _of_case(application: Application, address: Callable[[UUID], str]) -> Row:
    """Return what both lists show of a case."""
    placed = application.workplace or str(application.organisation or "")
    return {"placed": bool(placed)}, {
        "address": address(application.uuid),
        "course": application.course_title,
        "participant": application.participant,
        "place_of": placed,
        "begins": short_day(application.starts_on),
        "asked": figure(application.asked),
    }
