"""The rows of the office's long lists, drawn at little cost for each."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from django.utils.safestring import SafeString, mark_safe

from applications.assessment import Around
from applications.models import Application
from database.reads import made_once
from decisions.places import Place
from decisions.queue import Listed, row
from drawing.looks import Row, addresses, drawn, filled
from schemes.templatetags.kursmedel import listed, relative_days, rule_short, short_day

ROWS_KEPT = 100  # of the queue, as they were drawn: 5 KB each


def drawn_queue(cases: Iterable[Listed], around: Mapping[int, Around], *, tick: bool) -> SafeString:
    """Return the rows of the queue; with `tick` those can be ticked in which nothing needs eyes.

    Takes what lies `around` each, by its key.
    """
    rows = _drawn.many((each, around[each.pk], tick) for each in cases)
    return mark_safe("".join(rows))  # noqa: S308, each was drawn by its template  # nosec B308 B703


@made_once(ROWS_KEPT)
def _drawn(case: Listed, around: Around, tick: bool) -> SafeString:
    alike, differing = _waiting(case, around, tick)
    return filled("decisions/queue_row.html", alike, differing)


def drawn_decided(applications: Iterable[Application]) -> SafeString:
    """Return the rows of what was decided."""
    return drawn("decisions/decided_row.html", _of_decided(applications))


def _waiting(case: Listed, around: Around, tick: bool) -> Row:
    found = row(case, around)
    rules = case.rules.rules
    alike, differing = _of_case(case, case.organisation, addresses("decisions:case"))
    alike |= {
        "mine": case.place == Place.MINE,
        "tick": tick,
        "simple": found.simple,
        "near": found.near.label if found.near else "",
        "near_tone": found.near.tone if found.near else "",
        "eyes": tuple((rule_short(rules, each.rule), tone) for each, tone in found.eyes),
        "place": found.place.label,
        "place_tone": found.place.tone,
    }
    differing |= {
        "key": case.pk,
        "came_in": short_day(case.submitted_at),
        "begins_in": relative_days(case.starts_on, around.decided_on),
        "by_rules": listed(found.assessment.by_rules),
    }
    return alike, differing


def _of_decided(applications: Iterable[Application]) -> Iterator[Row]:
    address = addresses("decisions:case")
    for application in applications:
        alike, differing = _of_case(application, application.organisation, address)
        alike |= {
            "state": application.get_state_display(),
            "tone": application.tone,
            "granted": bool(application.granted),
        }
        differing |= {
            "decided": short_day(application.decided_at),
            "sum": listed(application.granted),
        }
        yield alike, differing


def _of_case(
    application: Application | Listed, organisation: Any, address: Callable[[UUID], str]
) -> Row:
    """Return what both lists show of a case."""
    placed = application.workplace or str(organisation or "")
    return {"placed": bool(placed), "asks": application.rules.asks_amount}, {
        "address": address(application.uuid),
        "course": application.course_title,
        "participant": application.participant,
        "place_of": placed,
        "begins": short_day(application.starts_on),
        "asked": listed(application.asked),
    }
