"""Starts a server under its guard, as whom it should run, and stops it again."""

import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

GUARD = Path(__file__).with_name("guard.py")
UNPRIVILEGED = "nobody"
LONGEST_SOCKET_PATH = 107


class CannotStart(Exception):
    """A server did not come up; the text says why and what to do."""


@dataclass
class Guarded:
    """A server that runs until `stop` is called or this process is gone."""

    name: str
    process: subprocess.Popen

    @property
    def running(self):
        return self.process.poll() is None

    def ask_to_stop(self):
        """Let the guard end the server gently, without waiting for it."""
        self.process.stdin.close()

    def stop(self):
        """End the server gently and wait for it; a second call does nothing."""
        self.ask_to_stop()
        self.process.wait()


def start(
    name,
    command,
    *,
    stop=signal.SIGTERM,
    grace=10,
    user=None,
    cwd=None,
    env=None,
    log=None,
    remove=None,
    keep=(),
):
    """Start *command* under a guard and return it as `Guarded`.

    *stop* is the signal that ends it gently within *grace* seconds, *user* a (uid, gid) to become, *log* a
    file that takes its output, *remove* a folder to delete afterwards, *keep* open files to hand on.
    """
    order = {
        "command": [str(part) for part in command],
        "stop": int(stop),
        "grace": grace,
        "user": user,
        "cwd": str(cwd) if cwd else None,
        "remove": str(remove) if remove else None,
        "keep": list(keep),
    }
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", str(GUARD), json.dumps(order)],
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=log,
        env=env,
        pass_fds=keep,
        start_new_session=True,
    )
    return Guarded(name, process)


def server_user(folder):
    """Return the (uid, gid) that a server with data in *folder* runs as, or None for ourselves.

    Only root must step down: to whoever owns the data already, else to an unprivileged user that every
    system has. No user is created.
    """
    if os.geteuid() != 0:
        return None
    owner = folder.stat()
    if owner.st_uid != 0:
        return owner.st_uid, owner.st_gid
    nobody = pwd.getpwnam(UNPRIVILEGED)
    return nobody.pw_uid, nobody.pw_gid


def own_folder(folder):
    """Make *folder* and give it, alone, to the user that `server_user` names; return that user."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    user = server_user(folder)
    if user and folder.stat().st_uid != user[0]:
        os.chown(folder, *user)
    if not user and folder.stat().st_uid != os.geteuid():
        raise CannotStart(f"{folder} belongs to another user: run as that user, or remove it.")
    return user


def short_folder(user):
    """Return a new private folder for sockets, owned by *user*: a socket's path has 107 bytes at most."""
    base = "/tmp" if os.access("/tmp", os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="km-", dir=base))
    if len(str(folder)) + len("/.s.PGSQL.5432") > LONGEST_SOCKET_PATH:
        raise CannotStart(f"{folder} is too long for a socket: set TMPDIR to a short folder.")
    if user:
        os.chown(folder, *user)
    return folder


def reachable(program, *, user, copy_to, folders):
    """Return *program* as *user* can run it: where it is, or a copy below *copy_to*."""
    if not user or _can_run(program, user):
        return program
    return copied(program, copy_to=copy_to, folders=folders)


def copied(program, *, copy_to, folders):
    """Copy the *folders* that *program* needs below *copy_to*; return the copy, which anyone can run.

    A project below /root cannot be entered by anyone else, and its permissions are not ours to change.
    The folders keep their places to each other, because programs find their libraries by them.
    """
    root = Path(os.path.commonpath(folders)) if len(folders) > 1 else folders[0].parent
    for folder in folders:
        shutil.copytree(folder, copy_to / folder.relative_to(root), symlinks=True)
    _open_to_read(copy_to)
    return copy_to / program.relative_to(root)


def _can_run(program, user):
    uid, gid = user
    try:
        done = subprocess.run(
            [program, "--version"],
            user=uid,
            group=gid,
            extra_groups=[],
            cwd="/",
            capture_output=True,
        )
    except PermissionError:
        return False
    return done.returncode == 0


def _open_to_read(copy):
    for path in [copy, *copy.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
            if os.access(path, os.X_OK):
                path.chmod(path.stat().st_mode | 0o111)
