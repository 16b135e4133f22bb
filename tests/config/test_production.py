"""What production sends to browsers: cookies bound to this host, HTTPS only, nothing inline or stored."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.urls import reverse

from local.checks import PRODUCTION
from tests.factories import person
from tests.workers import database_url

ASKED = """
import django, json
django.setup()
from django.conf import settings
from django.test import Client
browser = Client(headers={"host": settings.ALLOWED_HOSTS[0]})
page = browser.get("/account/password/reset/done/", secure=True)
csrf = browser.get("/account/login/", secure=True)
chosen = browser.post("/language/", {"language": "en"}, secure=True)
told = browser.post("/account/2fa/webauthn/login/", {"credential": "{}"}, secure=True)
cookies = {c.key: dict(c) for each in (csrf, chosen, told) for c in each.cookies.values()}
plain = browser.get("/account/login/")
print(json.dumps({
    "session": settings.SESSION_COOKIE_NAME,
    "flags": [settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY,
              settings.SESSION_COOKIE_SAMESITE, settings.SESSION_COOKIE_DOMAIN,
              settings.SESSION_COOKIE_PATH],
    "cookies": cookies, "headers": dict(page.headers), "plain": [plain.status_code, plain.get("Location")],
    "proxies": settings.ALLAUTH_TRUSTED_PROXY_COUNT, "debug": settings.DEBUG,
}))
"""


@pytest.fixture(scope="module")
def production(django_db_setup, django_db_blocker):
    """What an installation with production's settings answers, in a process of its own."""
    with django_db_blocker.unblock():
        database = database_url(settings.DATABASES["default"])
    environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings"}
    environment |= PRODUCTION | {"DATABASE_URL": database, "STATIC_ROOT": "/nonexistent"}
    started = [sys.executable, "-c", PLAIN_FILES + ASKED]
    done = subprocess.run(started, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


# Pages are drawn without having collected the static files first.
PLAIN_FILES = """
import config.settings as chosen
chosen.STORAGES["staticfiles"] = chosen.PLAIN
"""


def test_every_cookie_is_bound_to_this_host_and_to_https(production):
    assert production["session"] == "__Host-sessionid"
    assert production["flags"] == [True, True, "Lax", None, "/"]
    names = {"__Host-csrftoken", "__Host-django_language", "__Host-messages"}
    assert set(production["cookies"]) == names
    for cookie in production["cookies"].values():
        assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")
        assert cookie["samesite"] == "Lax"
    assert production["cookies"]["__Host-django_language"]["httponly"]
    assert production["cookies"]["__Host-messages"]["httponly"]


def test_nobody_comes_in_without_https(production):
    code, address = production["plain"]
    assert code == 301
    assert address.startswith("https://")
    assert production["headers"]["Strict-Transport-Security"] == (
        "max-age=31536000; includeSubDomains; preload"
    )


def test_browsers_are_told_to_run_and_load_nothing_but_ours(production):
    headers = production["headers"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert production["debug"] is False


def test_one_proxy_of_ours_is_counted_on(production):
    assert production["proxies"] == 1


@pytest.mark.django_db
def test_a_page_about_a_person_is_stored_nowhere(client):
    client.force_login(person())
    for name in ("accounts:profile", "applications:overview", "account_email", "mfa_index"):
        assert "no-store" in client.get(reverse(name))["Cache-Control"], name
