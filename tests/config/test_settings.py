"""An installation that is set up wrongly does not start, and says why."""

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings

from local.checks import PRODUCTION


def start(**changes):
    """Read the settings in a process of their own and return what it said, empty when all is well."""
    return _started("import config.settings", changes).stderr.strip().rpartition("\n")[2]


def _started(command, changes):
    environment = {"PATH": os.environ["PATH"]} | PRODUCTION | changes
    return subprocess.run(
        [sys.executable, "-c", command], env=environment, capture_output=True, text=True
    )


def test_production_starts_with_all_it_needs():
    assert start() == ""


@pytest.mark.parametrize("name", sorted(name for name, value in PRODUCTION.items() if value))
def test_production_names_what_is_missing(name):
    if name == "KURSMEDEL_ENV":
        assert start(KURSMEDEL_ENV="").endswith("is either development or production.")
    else:
        assert start(**{name: ""}).endswith(f"Set {name}: Kursmedel does not start without it.")


@pytest.mark.parametrize("name", ["SECRET_KEY", "PERSON_KEY"])
def test_a_short_secret_is_refused(name):
    assert f"{name} is too short" in start(**{name: "short"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KURSMEDEL_URL", "kursmedel.example"),
        ("DATABASE_URL", "mysql://database/kursmedel"),
        ("DATABASE_URL", "postgres://kursmedel:with#mark@database/kursmedel"),
        ("REDIS_URL", "redis:6379"),
        ("EMAIL_URL", "smtps+tls://mail.example"),
        ("EMAIL_URL", "mail.example:587"),
        ("EMAIL_URL", "smtp://mail.example:port"),
        ("CLAMD_URL", "clamd:3310"),
        ("OIDC_ISSUER", "idp.example"),
        ("S3_ENDPOINT", "minio:9000"),
        ("SIGN_IN_HOURS", "twelve"),
        ("SIGN_IN_IDLE_MINUTES", "0"),
        ("SIGN_AGAIN_HOURS", "-4"),
        ("TRUSTED_PROXIES", "1.5"),
        ("DATABASE_POOL", "²"),
        ("APPLICANTS_NEED_SECOND_FACTOR", "maybe"),
        ("LOG_LEVEL", "loud"),
    ],
)
def test_a_value_that_cannot_be_read_is_named_and_not_shown(name, value):
    said = start(**{name: value})
    assert said.partition(": ")[2].startswith(f"{name} ")
    assert value not in said


@pytest.mark.parametrize(
    "setting",
    [
        {"SIGN_IN_HOURS": "", "DATABASE_POOL": "0", "LOG_LEVEL": "info"},
        {"REDIS_URL": "unix:///run/redis.sock", "CLAMD_URL": "unix:///run/clamd.ctl"},
        {"DATABASE_URL": "postgres://kursmedel@%2Frun%2Fpostgres/kursmedel"},
        {"EMAIL_URL": "smtp+tls://user:pass%40word@mail.example"},
        {"APPLICANTS_NEED_SECOND_FACTOR": "Yes", "TRUSTED_PROXIES": "2"},
    ],
)
def test_every_way_to_write_a_value_is_read(setting):
    assert start(**setting) == ""


def test_a_changed_secret_key_knows_those_before_it():
    known = "import config.settings as ours; print(ours.SECRET_KEY_FALLBACKS)"
    assert _started(known, {"SECRET_KEYS_OLD": "b, a"}).stdout == "['b', 'a']\n"
    assert _started(known, {}).stdout == "[]\n"


def test_a_changed_person_key_needs_to_know_the_key_of_the_hash():
    old, other = {"PERSON_KEYS_OLD": "old" * 20}, {"PERSON_HASH_KEY": "hash" * 20}

    assert "Set PERSON_HASH_KEY" in start(**old)
    assert start(**old, **other) == ""


@pytest.mark.parametrize(
    "setting",
    [
        {"KURSMEDEL_DEMO": "1"},
        {"KURSMEDEL_TODAY": "2026-01-01"},
        {"KURSMEDEL_CRASH_AT": "task-taken"},
    ],
)
def test_production_has_neither_demo_nor_held_clock_nor_crash_points(setting):
    assert start(**setting).endswith("are for development only.")


def test_development_needs_nothing():
    assert start(**dict.fromkeys(PRODUCTION, "") | {"KURSMEDEL_ENV": "development"}) == ""


# What the image sets, and what is for development only.
NOT_THE_OPERATORS = {"KURSMEDEL_ENV", "MEDIA_ROOT", "STATIC_ROOT", "DATABASE_URL", "REDIS_URL"}
NOT_THE_OPERATORS |= {"KURSMEDEL_DEBUG", "KURSMEDEL_DEMO", "KURSMEDEL_TODAY", "KURSMEDEL_CRASH_AT"}
NOT_THE_OPERATORS |= {"MAILDIR", "PATH", "PG_PROGRAMS"}
# Read by compose and by programs of others.
READ_ELSEWHERE = {"DATABASE_PASSWORD", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}


def test_the_example_of_env_names_every_variable_that_is_read_and_no_other():
    code = [*settings.BASE_DIR.glob("config/*.py"), *settings.BASE_DIR.glob("*/management/**/*.py")]
    code += settings.BASE_DIR.glob("oversight/*.py")
    read = "".join(file.read_text() for file in code)
    asked = set(
        re.findall(r'(?:env\w*|required|secret|environ\.get)\(\s*"([A-Z][A-Z0-9_]+)"', read)
    )
    example = (settings.BASE_DIR / ".env.example").read_text()
    named = set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", example, re.MULTILINE))
    assert named == asked - NOT_THE_OPERATORS | READ_ELSEWHERE
