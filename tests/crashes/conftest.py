"""An installation that can be killed; small for every run of the tests, as it is for the benchmark."""

import os

import dj_database_url
import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import TransactionTestCase, override_settings
from django.utils import translation

from database.rights import grant_rights
from tests.crashes.installation import Installation, point_here
from tests.role import ROLE, step_down, step_up
from tests.workers import nudge_to

# With the benchmark everything is as an office would have it; else nobody has the time to wait for it.
FULL = bool(os.environ.get("CRASHES_IN_FULL"))
HURRIED = {"SWEEP_SECONDS": "1", "LEASE_SECONDS": "3", "CANARY_SECONDS": "1"}


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture(scope="module")
def installation(django_db_setup, django_db_blocker, tmp_path_factory):
    """A Kursmedel of its own, on whose database and queue this process works as well.

    Ask for it in tests marked `django_db(transaction=True)`; what they write stays until the last.
    """
    folder = tmp_path_factory.mktemp("installation")
    made = Installation(folder, **({} if FULL else HURRIED))
    made.copy_tables(connection.settings_dict)
    address = dj_database_url.parse(made.postgres.url)
    before = point_here({key: address[key] for key in ("NAME", "USER", "HOST", "PORT")})
    with django_db_blocker.unblock():
        step_up()
        grant_rights(role=ROLE, password=None)
        step_down()
    nudge_to(made.redis.url)
    patch = pytest.MonkeyPatch()
    patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: None)
    here = {"MEDIA_ROOT": folder / "media"} | ({} if FULL else {"CANARY_SILENT_SECONDS": 5})
    with django_db_blocker.unblock(), override_settings(**here):
        yield made
        made.end()
        patch.undo()
        point_here(before)
    nudge_to(django_settings.REDIS_URL)
