"""Who is signed in, along with today's mandates: one query for what every page needs to know first.

The edition comes along: most pages read a list that few change, and keep it until then (database.reads).
"""

from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db import connection
from django.db.models import Model

from accounts.models import FACTORS, Mandate, Session, User
from database.prepared import prepared_by_postgresql
from database.reads import edition, read_once, take_as_read
from schemes import clock
from schemes.models import Organisation

JOINED: tuple[type[Model], ...] = (Session, User, Mandate, Organisation)
# Of a session there may be no person; who is asked for as a person needs no session.
BY_SESSION = """
    accounts_session LEFT JOIN accounts_user ON accounts_user.id = accounts_session.user_id"""
BY_PERSON = "accounts_user LEFT JOIN accounts_session ON false"


class SignsIn(AuthenticationBackend):
    """The sign-in library's own way in; whoever comes, comes with their mandates."""

    def get_user(self, user_id: int) -> User | None:
        """Return the person of a session, or None where there is none or none any more."""
        user = with_mandates(user_id, clock.office_today())
        return user if user and self.user_can_authenticate(user) else None


def session(key: str, *, at: datetime) -> Session | None:
    """Return the session that a browser is known by, if it lasts at a moment."""
    day = clock.office_today()
    rows = _asked(BY_SESSION, "session_key = %(key)s AND expire_date > %(at)s", day, key=key, at=at)
    if not rows:
        return None
    if user := _person(rows, day):
        take_as_read(with_mandates, user.pk, day, found=user)
    return rows[0][0]


@read_once
def with_mandates(person: int, day: date) -> User | None:
    """Return a person with the mandates held on a day, each with `has_factor`; None if unknown."""
    rows = _asked(BY_PERSON, "accounts_user.id = %(person)s", day, person=person)
    return _person(rows, day) if rows else None


def _asked(source: str, which: str, day: date, **values: Any) -> list[list[Any]]:
    """Return a row for each mandate, at least one where there is a session or person at all."""
    values |= {"day": day, "factors": list(FACTORS)}
    with prepared_by_postgresql(), connection.cursor() as cursor:
        cursor.execute(_query(source, which), values)
        rows = [[*_made(row)] for row in cursor.fetchall()]
    if rows:
        take_as_read(edition, found=rows[0][-1])
    return rows


def _person(rows: list[list[Any]], day: date) -> User | None:
    user = rows[0][1]
    if user:
        user.came_with = day, [_mandate(*row[2:-1]) for row in rows if row[2]]
        user.edition = rows[0][-1]
    return user


@cache
def _query(source: str, which: str) -> str:
    columns = ", ".join(
        f"{model._meta.db_table}.{field.column}"
        for model in JOINED
        for field in model._meta.concrete_fields
    )
    return f"""
        SELECT {columns}, EXISTS (
            SELECT FROM mfa_authenticator
            WHERE user_id = accounts_user.id AND type = ANY(%(factors)s)
        ), (SELECT key FROM schemes_edition)
        FROM {source}
        LEFT JOIN accounts_mandate ON accounts_mandate.user_id = accounts_user.id
            AND accounts_mandate.valid_from <= %(day)s
            AND coalesce(accounts_mandate.valid_to, 'infinity') >= %(day)s
        LEFT JOIN schemes_organisation ON schemes_organisation.id = organisation_id
        WHERE {which}
        ORDER BY accounts_mandate.scheme, capacity, accounts_mandate.valid_from
    """  # noqa: S608, nothing in it comes from outside  # nosec B608


def _made(row: tuple[Any, ...]) -> Iterator[Any]:
    """Give the row of each table, None where nothing was joined, and what stands behind them."""
    for model in JOINED:
        names = [field.attname for field in model._meta.concrete_fields]
        values, row = row[: len(names)], row[len(names) :]
        yield model.from_db(connection.alias, names, values) if values[0] is not None else None
    yield from row


def _mandate(mandate: Mandate, organisation: Organisation | None, factor: bool) -> Mandate:
    mandate.organisation, mandate.has_factor = organisation, factor
    return mandate
