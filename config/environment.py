"""Reads what the environment says about this installation; what is missing is said loudly."""

import os

from django.core.exceptions import ImproperlyConfigured


def env(name, default=""):
    return os.environ.get(name, default).strip()


def env_flag(name):
    return env(name).lower() in {"1", "true", "yes", "on"}


def env_list(name, default=""):
    return [part.strip() for part in env(name, default).split(",") if part.strip()]


ENVIRONMENT = env("KURSMEDEL_ENV", "production")
if ENVIRONMENT not in {"development", "production"}:
    raise ImproperlyConfigured("KURSMEDEL_ENV is either development or production.")
DEVELOPMENT = ENVIRONMENT == "development"


def required(name, *, in_development):
    """Return the variable; only development may do without it."""
    value = env(name) or (in_development if DEVELOPMENT else "")
    if not value:
        raise ImproperlyConfigured(f"Set {name}: Kursmedel does not start without it.")
    return value


def secret(name):
    """Return a secret of at least 50 characters; only development has one of its own."""
    value = required(name, in_development=f"development-only-{name.lower()}-".ljust(64, "0"))
    if len(value) < 50:
        raise ImproperlyConfigured(f"{name} is too short: use at least 50 random characters.")
    return value
