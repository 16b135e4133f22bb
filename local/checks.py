"""Everything that CI runs, in one place and in order; the first stage that fails ends it."""

import os
import subprocess
import sys
import time

from local import messages, system

PRODUCTION = {
    "KURSMEDEL_ENV": "production",
    "KURSMEDEL_URL": "https://kursmedel.example",
    "SECRET_KEY": "only-for-the-check-" + "0123456789" * 5,
    "PERSON_KEY": "only-for-the-check-" + "9876543210" * 5,
    "DATABASE_URL": "postgres:///not-used",
    "REDIS_URL": "redis://not-used",
    "EMAIL_URL": "smtp://not-used",
    "KURSMEDEL_DEMO": "",
    "KURSMEDEL_TODAY": "",
    "KURSMEDEL_CRASH_AT": "",
}
# Migrations are compared with the models, not with a database.
DEVELOPMENT = {"KURSMEDEL_ENV": "development", "DATABASE_POOL": "0"}
PYTHON = [sys.executable, "-W", "ignore::RuntimeWarning"]
MANAGE = [*PYTHON, "manage.py"]

# What a real installation runs, from medium severity and confidence on; pyproject.toml says what is accepted.
HOUSE = [
    "accounts",
    "applications",
    "config",
    "database",
    "decisions",
    "drawing",
    "invoicing",
    "oversight",
]
HOUSE += ["schemes"]
SUSPICIOUS = ["-q", "-ll", "-ii", "-c", "pyproject.toml", "-x", "*/migrations/*", "-r", *HOUSE]
# Stages whose words are of use also when all is well.
TELLING = {"vulnerabilities"}

QUICK = [
    ("code", [*PYTHON, "-m", "ruff", "check", "--quiet", "."], {}),
    ("security", [*PYTHON, "-m", "bandit", *SUSPICIOUS], {}),
    ("vulnerabilities", [*PYTHON, "-m", "local.audit"], {}),
    ("format", [*PYTHON, "-m", "ruff", "format", "--check", "--quiet", "."], {}),
    ("templates", [*PYTHON, "-m", "djlint", "--lint", "--quiet", "templates"], {}),
    ("translations", [*PYTHON, "-m", "local.messages", "check"], {}),
    ("migrations", [*MANAGE, "makemigrations", "--check", "--dry-run"], DEVELOPMENT),
    ("production settings", [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION),
]


def main(arguments):
    """Run the stages, then the tests; exit with the first failure. `--quick` leaves out the tests."""
    messages.compile_all()
    for name, command, environment in QUICK:
        _stage(name, command, environment)
    if "--quick" in arguments:
        return
    system.need_libraries()
    system.need_redis()
    system.need_chromium()
    print("tests", flush=True)
    sys.exit(subprocess.run([*PYTHON, "-m", "pytest"]).returncode)


def _stage(name, command, environment):
    began = time.monotonic()
    print(f"{name:<20}", end=" ", flush=True)
    done = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True)
    if done.returncode:
        print("failed\n")
        sys.exit(f"{done.stdout}{done.stderr}\n`make test` stopped at: {name}".lstrip())
    told = done.stdout.strip() if name in TELLING else ""
    print(f"ok  {time.monotonic() - began:4.1f} s  {told}".rstrip(), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
