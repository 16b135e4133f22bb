"""Where sign-ins are kept: in the database, each with whose it is, so that people see and end their own.

Django's own way to add a column to its sessions. The sign-in library has a list beside the sessions, which it
tidies while one looks at it, where looking must change nothing here.
"""

from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone

from schemes.prepared import Given, prepared


class Session(AbstractBaseSession):
    """What a browser is known by, and whose sign-in it is (None: a visitor's)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="sessions"
    )

    @classmethod
    def get_session_store_class(cls) -> type["SessionStore"]:
        """Return what reads and writes these rows."""
        return SessionStore


class SessionStore(DatabaseStore):
    """Django's sessions in the database, with whose they are."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Return the table."""
        return Session

    def _get_session_from_db(self) -> Session | None:
        row = _living.first(key=self.session_key, now=timezone.now())
        if row is None:
            self._session_key = None
        return row

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Return the row for what a session holds."""
        row = super().create_model_instance(data)
        row.user_id = data.get(SESSION_KEY)
        return row


@prepared
def _living(key: Given, now: Given) -> models.QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=now)
