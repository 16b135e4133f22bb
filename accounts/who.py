"""Who is signed in, along with today's mandates: one query for what every page needs to know first.

The edition of the lists of administrators comes along: most pages read such a list (schemes.reads).
"""

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.db import connection
from django.db.models import Model

from accounts.models import FACTORS, Mandate, User
from schemes import clock
from schemes.models import Organisation
from schemes.prepared import prepared_by_postgresql
from schemes.reads import edition, known

JOINED: tuple[type[Model], ...] = (User, Mandate, Organisation)


class SignsIn(AuthenticationBackend):
    """The sign-in library's own way in; whoever comes, comes with their mandates."""

    def get_user(self, user_id: int) -> User | None:
        """Return the person of a session, or None where there is none or none any more."""
        user = with_mandates(user_id, clock.today(settings.TIME_ZONE))
        return user if user and self.user_can_authenticate(user) else None


def with_mandates(person: int, day: date) -> User | None:
    """Return a person with the mandates held on a day, each with `has_factor`; None if unknown."""
    with prepared_by_postgresql(), connection.cursor() as cursor:
        cursor.execute(_query(), {"person": person, "day": day, "factors": list(FACTORS)})
        rows = [[*_made(row)] for row in cursor.fetchall()]
    if not rows:
        return None
    user = rows[0][0]
    user.came_with = day, [_mandate(*row[1:-1]) for row in rows if row[1]]
    known(edition, found=rows[0][-1])
    return user


@cache
def _query() -> str:
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
        FROM accounts_user
        LEFT JOIN accounts_mandate ON user_id = accounts_user.id
            AND accounts_mandate.valid_from <= %(day)s
            AND coalesce(accounts_mandate.valid_to, 'infinity') >= %(day)s
        LEFT JOIN schemes_organisation ON schemes_organisation.id = organisation_id
        WHERE accounts_user.id = %(person)s
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
