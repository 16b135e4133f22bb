"""Anonymises what has outlived its term of retention, in small steps, and keeps a report of the night."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

import structlog
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction

from accounts.models import User
from oversight import leaving
from oversight.models import FileToRemove, RemovalReport
from oversight.places import NOBODY

log = structlog.get_logger()
# So many cases a night: the rest waits for the next one. Each is a transaction of its own.
A_NIGHT = 5_000
DUE = "SELECT of_case, scheme, kind, last_day, held FROM oversight_due(%s, NULL) ORDER BY 4, 1"
KINDS = ("draft", "closed", "paid", "voucher", "account")


@dataclass(frozen=True)
class Due:
    """A case of which something has outlived its term; of a held one nothing is removed."""

    case: int
    scheme: str
    kind: str
    last_day: date
    held: bool


def due(*, on: date) -> list[Due]:
    """Return everything of which something would go on a day, what has waited longest first."""
    with connection.cursor() as cursor:
        cursor.execute(DUE, [on])
        return [Due(*row) for row in cursor.fetchall()]


def outlook(*, on: date) -> list[dict]:
    """Return what would be anonymised on a day and what is held, by scheme and kind; changes nothing.

    Of a case whose answers and vouchers have both run out the answers are told.
    """
    found = due(on=on)
    people = Counter({("", "account"): len(leaving.due(on=on))})
    return _lines(Counter(_kinds(found, held=False)) + people, _kinds(found, held=True))


def anonymise(*, on: date, at: datetime, most: int = A_NIGHT) -> RemovalReport:
    """Anonymise what may go on a day, and return the report, which is kept.

    Each case is a transaction of its own, in which PostgreSQL looks again; what fails is logged,
    counted and tried again the next night, and so are files that could not be removed. Doing it
    twice changes nothing more.
    """
    _make_nobody()
    removed, failed = _cases(on, most)
    people = leaving.anonymise_people(on=on, most=most - sum(removed.values()))
    if people:
        removed["", "account"] = people
    files = remove_files()
    rest = due(on=on)
    return RemovalReport.objects.create(
        at=at,
        on=on,
        lines=_lines(removed, _kinds(rest, held=True)),
        files=files,
        failed=failed,
        waiting=sum(not each.held for each in rest),
    )


def _cases(on: date, most: int) -> tuple[Counter, int]:
    removed, failed = Counter(), set()
    # Twice where both answers and vouchers have run out.
    for _round in range(2):
        for each in due(on=on):
            if each.held or each.case in failed or sum(removed.values()) >= most:
                continue
            if _removed(each, on):
                removed[each.scheme, each.kind] += 1
            else:
                failed.add(each.case)
    return removed, len(failed)


def _removed(each: Due, on: date) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT oversight_remove(%s, %s)", [each.case, on])
    except DatabaseError as error:
        # The words of the database may quote a row.
        log.error("not anonymised", case=each.case, kind=each.kind, error=type(error).__name__)
        return False
    return True


def _make_nobody() -> None:
    User.objects.get_or_create(
        email=NOBODY, defaults={"name": "", "password": "!", "is_active": False}
    )


def remove_files() -> int:
    """Remove the files of what was anonymised, also of earlier nights, and return how many."""
    return sum(_file_removed(each) for each in FileToRemove.objects.iterator())


def _file_removed(row: FileToRemove) -> bool:
    try:
        default_storage.delete(row.name)
    except OSError as error:
        log.error("file not removed", row=row.pk, error=type(error).__name__)
        return False
    row.delete()
    return True


def _kinds(found: Iterable[Due], *, held: bool) -> Iterator[tuple[str, str]]:
    return ((each.scheme, each.kind) for each in found if each.held is held)


def _lines(removed: Counter, held: Iterable[tuple[str, str]]) -> list[dict]:
    held = Counter(held)
    return [
        {
            "scheme": scheme,
            "kind": kind,
            "removed": removed[scheme, kind],
            "held": held[scheme, kind],
        }
        for scheme, kind in sorted(removed.keys() | held.keys(), key=_place)
        if removed[scheme, kind] or held[scheme, kind]
    ]


def _place(key: tuple[str, str]) -> tuple[str, int]:
    return key[0], KINDS.index(key[1])
