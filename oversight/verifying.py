"""Verifying: every check is asked of one and the same moment, and says in sentences what it found."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import connection, transaction

from applications.models import State
from oversight.checks import Check, all_checks
from oversight.models import Verification
from oversight.sealing import published_head

# So many findings of one check are kept in words; how many there are is always told.
IN_WORDS = 50


@dataclass(frozen=True)
class Answer:
    """What one check found: how many, the first of them, and in how many seconds."""

    check: Check
    count: int
    findings: list[dict[str, Any]]
    seconds: float


def verify(*, head: str = "") -> list[Answer]:
    """Ask every check and return the answers; nothing is written.

    Takes a head that was written down outside, to be found among the seals. All checks see the
    database as it is at one moment.
    """
    outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if outermost:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SET LOCAL TimeZone TO 'UTC'")
        return [_ask(cursor, check) for check in all_checks(head=head)]


def _ask(cursor: Any, check: Check) -> Answer:
    began, count, findings = time.perf_counter(), 0, []
    for question in check.questions:
        number, rows = _answered(cursor, question, check.values)
        count += number
        findings += [_finding(check, row) for row in rows[: IN_WORDS - len(findings)]]
    return Answer(check, count, findings, time.perf_counter() - began)


def _answered(
    cursor: Any, question: str, values: Mapping[str, Any] | None
) -> tuple[int, list[dict[str, Any]]]:
    """Return how many rows answer, and the first. PostgreSQL counts: a million takes no more memory."""
    asked = f"SELECT count(*) OVER (), q.* FROM ({question}) q LIMIT {IN_WORDS}"  # noqa: S608  # nosec B608
    cursor.execute(asked, values)
    names, rows = [column.name for column in cursor.description], cursor.fetchall()
    found = [dict(zip(names[1:], row[1:], strict=True)) for row in rows]
    return (rows[0][0] if rows else 0), found


def _finding(check: Check, row: dict[str, Any]) -> dict[str, Any]:
    scheme = row.pop("scheme")
    plain = {name: _plain(value) for name, value in row.items()}
    return {"check": check.slug, "scheme": scheme, "values": plain}


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal | date) else value


def sentence(finding: dict[str, Any]) -> str:
    """Return a finding as a sentence in the language that is active now."""
    known = {check.slug: check for check in all_checks(head="known")}
    check = known.get(finding["check"])
    if check is None:  # written by another version of the house
        return f"{finding['check']}: {finding['values']}"
    return str(check.sentence) % {name: _worded(name, v) for name, v in finding["values"].items()}


def _worded(name: str, value: Any) -> Any:
    if name in ("state", "last", "before"):
        return dict(State.choices).get(value, value)
    return _table(value) if name in ("of", "table") else value


def _table(name: str) -> str:
    names = {model._meta.db_table: model._meta.verbose_name_plural for model in apps.get_models()}
    return str(names.get(name.strip('"'), name))


def verify_and_keep(*, at: datetime) -> Verification:
    """Verify, and keep what was found as a row for the status page; return the row."""
    began = time.perf_counter()
    answers = verify()
    return Verification.objects.create(
        at=at,
        seconds=time.perf_counter() - began,
        head=published_head(),
        checked=[each.check.slug for each in answers],
        findings=[finding for each in answers for finding in each.findings],
        counts={each.check.slug: each.count for each in answers if each.count},
    )
