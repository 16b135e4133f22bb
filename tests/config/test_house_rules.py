"""What holds on every page and in every log line: closed doors, a strict policy, no personal data."""

import time
from datetime import timedelta
from uuid import uuid4

import pytest
from celery import Celery
from django.conf import settings as django_settings
from kombu.exceptions import OperationalError

from applications import canary
from config.log import leave_out_personal_data
from oversight.models import Verification
from schemes import clock


def test_health_tells_that_database_redis_and_worker_answer(client, db):
    canary.finish(uuid4())
    response = client.get("/health/")
    assert response.status_code == 200
    found = {"database": True, "redis": True, "worker": True, "verified": None}
    assert response.json() == found


@pytest.mark.parametrize(
    ("days", "counts", "verified"), [(0, {}, True), (0, {"row_changed": 1}, False), (2, {}, False)]
)
def test_health_tells_whether_last_night_all_was_whole(client, db, days, counts, verified):
    at = clock.now() - timedelta(days=days)
    Verification.objects.create(at=at, seconds=1, checked=["row_changed"], counts=counts)
    assert client.get("/health/").json()["verified"] is verified


def test_without_redis_and_worker_kursmedel_can_be_used_and_health_names_them(client, db, settings):
    settings.REDIS_URL = "unix:///nowhere/redis.sock"
    response = client.get("/health/")
    assert response.status_code == 200
    assert response.json() == {"database": True, "redis": False, "worker": False, "verified": None}


def test_the_admin_sends_strangers_to_our_sign_in(client, db):
    response = client.get("/admin/login/?next=/admin/")
    assert response.status_code == 302
    assert response["Location"].startswith("/account/login/")


def test_scripts_and_styles_come_from_ourselves_only(client, db):
    policy = client.get("/account/login/")["Content-Security-Policy"]
    rules = {rule.strip() for rule in policy.split(";")}
    assert {"default-src 'none'", "script-src 'self'", "style-src 'self'"} <= rules
    assert {"base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"} <= rules
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("GET /decisions/?q=Ask+Demo", "GET /decisions/"),
        ("GET /head/eyJhIjoxfQ:1vXyZ0:abcdefghijklmnop/", "GET /head/…/"),
        ("Key\nDETAIL:  Key (email)=(a@example.org) exists.", "Key\nDETAIL: left out"),
        ("Null\nDETAIL:  Failing row contains (1, One\nTest Person).", "Null\nDETAIL: left out"),
        (
            "Key\nDETAIL:  (One\nTest Person)\n\nThe above exception was\nDETAIL: (a)\n\nDuring handling",
            "Key\nDETAIL: left out\n\nThe above exception was\nDETAIL: left out\n\nDuring handling",
        ),
    ],
)
def test_the_log_leaves_out_what_points_at_a_person(written, kept):
    event = {"event": written, "user_agent": "Browser 1.0"}
    assert leave_out_personal_data(None, "info", event) == {"event": kept}


def test_postgresql_quotes_no_refused_row_in_its_log_nor_the_statement_with_it():
    composed = (django_settings.BASE_DIR / "docker-compose.yml").read_text()
    database = composed.partition("image: postgres:")[2].partition("image:")[0]
    assert '"log_error_verbosity=terse"' in database
    assert '"log_min_error_statement=panic"' in database


@pytest.mark.parametrize("broker", ["redis://127.0.0.1:1/0", "redis+socket:///nowhere/redis.sock"])
def test_a_nudge_to_a_dead_broker_is_given_up_at_once(broker):
    app = Celery("tried", set_as_current=False)
    app.config_from_object(django_settings, namespace="CELERY")
    app.conf.broker_url = broker
    began = time.monotonic()
    with pytest.raises(OperationalError):
        app.send_task("anything")
    assert time.monotonic() - began < 2
