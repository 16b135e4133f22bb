"""Who read whose data: noted as the page is handed out, and shown to the auditor."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from functools import cache
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.mandates import AUDITOR, current_schemes
from accounts.models import User
from accounts.read_only import note
from applications.models import READER, Application, Reading, State, holds
from database import finding, paging, spans
from database.meanwhile import Addition
from schemes import clock
from schemes.registry import SCHEMES

LONGEST = Reading._meta.get_field("asked").max_length
PERSON = ("person__name", "person__email")
# Whose list it is is known already, and the address of a page tells nobody anything.
PLAIN = {"scheme", "page"}
# Personal and account numbers, however they are grouped: a search box takes whatever is pasted.
NUMBER = re.compile(r"\d(?:[\s.+-]?\d){9,}")
# A parameter of an address, as it is noted.
PARAMETER = re.compile(r"(?:^|, )(\w+): ")
# How a list was turned and where one came from tells nobody anything either.
NO_SEARCH = {"sort", "clear", "all", "page"}
# What stands on the tabs of the lists; a test says that none is missing.
TOLD = {
    "place": {
        "mine": gettext_lazy("Their own signature"),
        "other": gettext_lazy("Another signatory"),
        "documents": gettext_lazy("Papers"),
        "head": gettext_lazy("The head of unit"),
        "applicant": gettext_lazy("The applicant's answer"),
        "funds": gettext_lazy("Funds"),
        "next_year": gettext_lazy("Next year"),
    },
    "tab": {
        "unsent": gettext_lazy("To send"),
        "due": gettext_lazy("Due within a week"),
        "overdue": gettext_lazy("Overdue"),
        "sent": gettext_lazy("Sent"),
        "settled": gettext_lazy("Settled"),
        "credited": gettext_lazy("Credited"),
        "all": gettext_lazy("All"),
        "released": gettext_lazy("Released"),
    },
    "state": dict(State.choices),
}


# Noting it


def of_case(request: HttpRequest, application: Application, what: str, **more: Any) -> None:
    """Note that whoever is signed in reads something of a case. One's own is nobody's business."""
    of_cases(request, [application], what, **more)


def of_cases(
    request: HttpRequest, applications: Iterable[Application], what: str, *, reason: str = ""
) -> None:
    """Note that whoever is signed in reads something of several cases.

    Written after the page is made and before it is sent: where it cannot be written, nobody gets
    to see the page (`accounts.read_only.note`).
    """
    by, at = request.user, clock.now()
    rows = [
        _row(by, what, scheme=each.scheme, person=each.applicant_id, case=each.pk, reason=reason)
        for each in applications
        if each.applicant_id != by.pk
    ]
    _write(request, rows, at)


def of_person(request: HttpRequest, person: Any, what: str, *, reason: str = "") -> None:
    """Note that whoever is signed in reads a person's entry, once for each scheme they work for."""
    by, at = request.user, clock.now()
    rows = [_row(by, what, scheme=each, person=person.pk, reason=reason) for each in _of(by)]
    _write(request, rows if person.pk != by.pk else [], at)


def of_list(request: HttpRequest, what: str, rows: Sequence[Any], *, scheme: str = "") -> None:
    """Note that whoever is signed in looks at a page of a list: which, what was asked for, how many.

    One row however long the page is. Without *scheme* it is noted for each scheme they work for.
    """
    by, at = request.user, clock.now()
    of_page = {"asked": _asked(request), "listed": len(rows)}
    schemes = [scheme] if scheme else _of(by)
    found = [Reading(by=by, by_name=str(by), what=what, scheme=each, **of_page) for each in schemes]
    _write(request, found if rows else [], at)


def _of(by: Any) -> list[str]:
    """Return the schemes whose auditors hear of it: those they work for, or all where it is none."""
    return sorted(current_schemes(by)) or [each.slug for each in SCHEMES]


def _asked(request: HttpRequest) -> str:
    """Return what was asked for, as in the address; a number of a person stays out of it."""
    said = [f"{name}: {text}" for name, text in request.GET.items() if text and name not in PLAIN]
    return NUMBER.sub("…", ", ".join(said).replace("\0", ""))[:LONGEST]


def _row(
    by: Any, what: str, *, scheme: str, person: int, reason: str, case: int | None = None
) -> Reading:
    return Reading(
        by=by,
        by_name=str(by),
        what=what,
        scheme=scheme,
        application_id=case,
        person_id=person,
        reason=reason,
    )


def _write(request: HttpRequest, rows: list[Reading], at: datetime) -> None:
    for row in rows:
        row.at = at
    if len(rows) > 1:
        note(request, lambda: Reading.objects.bulk_create(rows))
    elif rows:  # with every page: PostgreSQL can write one while it is drawn
        row = {column: getattr(rows[0], column) for column in _columns()}
        note(request, Addition(Reading._meta.db_table, row))


@cache
def _columns() -> list[str]:
    """Return the names of a reading's values."""
    return [each.column for each in Reading._meta.concrete_fields if not each.primary_key]


# Showing it


def seen_by(user: Any) -> QuerySet[Reading]:
    """Return the readings of the schemes in which a person is auditor today."""
    return Reading.objects.filter(scheme__in=current_schemes(user, AUDITOR))


def narrowed(
    readings: QuerySet[Reading],
    *,
    who: str = "",
    whose: str = "",
    what: str = "",
    since: date | None = None,
    until: date | None = None,
) -> QuerySet[Reading]:
    """Return those by a reader, of a person or course, of a kind, and of a period of days."""
    if who:
        readings = readings.filter(_who(who))
    if whose:
        readings = readings.filter(_whose(whose))
    if what:
        readings = readings.filter(what=what)
    if since:
        readings = readings.filter(at__gte=_on(since, time.min))
    return readings.filter(at__lte=_on(until, time.max)) if until else readings


def _on(day: date, hour: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, hour))


def _who(words: str) -> Q:
    """Return the condition that the reader's name holds every word, or that this is their address."""
    readers = User.objects.filter(email=words.lower()).values_list("pk", flat=True)
    return finding.holds(READER, words) | finding.among("by_id", list(readers))


def _whose(words: str) -> Q:
    """Return the condition that a reading is of a case or a person that holds every word.

    Few of them lead to their readings through an index. Of many, one comes upon some soon by walking
    from the newest.
    """
    cases = spans.keys(Application.objects.holding(words))
    people = spans.keys(User.objects.holding(words))
    if cases is None or people is None:
        return holds(words, at="application__") | finding.holds(PERSON, words)
    return finding.among("application_id", cases) | finding.among("person_id", people)


def with_whose(readings: QuerySet[Reading]) -> QuerySet[Reading]:
    """Return the same with what is shown of their cases and persons, and nothing more of these."""
    case = [f"application__{each}" for each in ("uuid", "scheme", "created_at", "participant")]
    person = ["person__name", "person__email"]
    own = [each.name for each in Reading._meta.concrete_fields]
    return readings.select_related("application", "person").only(*own, *case, *person)


def page(
    readings: QuerySet[Reading], asked: str | None = None, *, size: int, most: int | None = None
) -> paging.Page:
    """Return one page of readings, the latest first, with whose and of what they are.

    Each has in `looked_for` what was asked for, in words.
    """
    found = paging.page(with_whose(readings), ["-at", "-pk"], asked, size=size, most=most)
    for each in found.rows:
        each.looked_for = looked_for(each)
    return found


def looked_for(reading: Reading) -> str:
    """Return in words what was asked for of a list, which is kept as it stood in the address.

    Words that look like a parameter hide nothing: nobody's row holds them, and a list on which nobody
    stands is not noted.
    """
    _before, *parts = PARAMETER.split(reading.asked or "")
    said = (_told(*each) for each in zip(parts[::2], parts[1::2], strict=True))
    return "; ".join(each for each in said if each)


def _told(name: str, text: str) -> str:
    if name in NO_SEARCH:
        return ""
    if name == "q":
        return _("searched for “%(words)s”") % {"words": text}
    if name == "organisation":
        return _("one administration")
    return str(TOLD.get(name, {}).get(text, f"{name}: {text}"))
