"""Reads what the environment says about this installation; what is missing is said loudly."""

import logging
import os
from collections.abc import Collection
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured


def env(name: str, default: str = "") -> str:
    """Return the variable without the blanks around it; the default where it is missing."""
    return os.environ.get(name, default).strip()


def env_flag(name: str) -> bool:
    """Return whether the variable says yes; one that says neither yes nor no would be taken for no."""
    said = env(name).lower()
    if said not in {*YES, *NO}:
        raise ImproperlyConfigured(f"{name} is either 1 or 0.")
    return said in YES


def env_number(name: str, default: int | str, *, least: int = 0) -> int:
    """Return the variable as a whole number, or the default where it is empty or missing."""
    said = env(name) or str(default)
    if not (said.isascii() and said.isdecimal() and int(said) >= least):
        raise ImproperlyConfigured(f"{name} must be a whole number, {least} or more.")
    return int(said)


def env_list(name: str, default: str = "") -> list[str]:
    """Return the parts of the variable between its commas."""
    return [part.strip() for part in env(name, default).split(",") if part.strip()]


# Addresses that may lead to a socket of this machine, and so name no host.
HERE = ("unix", "postgres", "postgresql")
YES, NO = ("1", "true", "yes", "on"), ("", "0", "false", "no", "off")
ENVIRONMENT = env("KURSMEDEL_ENV", "production")
if ENVIRONMENT not in {"development", "production"}:
    raise ImproperlyConfigured("KURSMEDEL_ENV is either development or production.")
DEVELOPMENT = ENVIRONMENT == "development"


def required(name: str, *, in_development: str) -> str:
    """Return the variable; only development may do without it."""
    value = env(name) or (in_development if DEVELOPMENT else "")
    if not value:
        raise ImproperlyConfigured(f"Set {name}: Kursmedel does not start without it.")
    return value


def secret(name: str) -> str:
    """Return a secret of at least 50 characters; only development has one of its own."""
    value = required(name, in_development=f"development-only-{name.lower()}-".ljust(64, "0"))
    if len(value) < 50:
        raise ImproperlyConfigured(f"{name} is too short: use at least 50 random characters.")
    return value


def address(name: str, text: str, *schemes: str) -> str:
    """Return the text of a variable if it is an address of one of these schemes, or empty."""
    if text and not _is_address(text, schemes):
        kinds = " or ".join(f"{scheme}://" for scheme in schemes)
        raise ImproperlyConfigured(f"{name} must be an address that begins with {kinds}.")
    return text


def _is_address(text: str, schemes: Collection[str]) -> bool:
    try:
        url = urlsplit(text)
        here = url.scheme in HERE or url.hostname
        return url.scheme in schemes and bool(here) and url.port != 0
    except ValueError:  # no number for a port
        return False


def log_level() -> str:
    """Return from which level on the log is written."""
    level = (env("LOG_LEVEL") or "INFO").upper()
    if level not in (levels := logging.getLevelNamesMapping()):
        raise ImproperlyConfigured(f"LOG_LEVEL must be one of {', '.join(levels)}.")
    return level
