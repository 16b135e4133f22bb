"""Where sign-ins are kept: in the database, each with whose it is, so that people see and end their own.

Django's own way to add a column to its sessions. The sign-in library has a list beside the sessions, which it
tidies while one looks at it, where looking must change nothing here.
"""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import OperationalError
from django.utils import timezone

from accounts import who
from accounts.models import Session


class SessionStore(DatabaseStore):
    """Django's sessions in the database, with whose they are."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Return the table."""
        return Session

    def _validate_session_key(self, key: str) -> bool:
        # A cookie may hold what no name of ours does, and PostgreSQL is never asked for NUL.
        return super()._validate_session_key(key) and key.isalnum()

    def _get_session_from_db(self) -> Session | None:
        row = who.session(self.session_key, at=timezone.now())
        if row is None:
            self._session_key = None
        return row

    def save(self, must_create: bool = False) -> None:
        """Keep what a session holds. Raises UpdateError where it has ended, OperationalError in an outage."""
        try:
            super().save(must_create)
        except UpdateError as error:
            if isinstance(error.__context__, OperationalError):
                raise error.__context__ from None
            raise

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Return the row for what a session holds."""
        row = super().create_model_instance(data)
        row.user_id = data.get(SESSION_KEY)
        return row
