"""Watches over one server and ends it when whoever asked for it is gone, even by kill -9.

Runs as a small process of its own, between the asker and the server. The asker holds the other end of our
standard input: when that closes, for whatever reason, the server is stopped in its own gentle way, after
a while by force, and its temporary folder is removed. Only the standard library, so that it starts at once.
"""

import contextlib
import ctypes
import json
import os
import select
import shutil
import signal
import subprocess
import sys

SET_PARENT_DEATH_SIGNAL = 1
WAKE_UPS = (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def main():
    """Run the order given as JSON in the first argument; exit with the server's status."""
    order = json.loads(sys.argv[1])
    waker = _wake_up_pipe()
    server = _start(order)
    _wait_for_an_end(server, waker)
    _end(server, order)
    if order["remove"]:
        shutil.rmtree(order["remove"], ignore_errors=True)
    sys.exit(abs(server.returncode))


def _wake_up_pipe():
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    for each in WAKE_UPS:
        signal.signal(each, lambda *_: None)
    signal.set_wakeup_fd(writing)
    return reading


def _start(order):
    who = {}
    if order["user"]:
        uid, gid = order["user"]
        who = {"user": uid, "group": gid, "extra_groups": []}
    return subprocess.Popen(
        order["command"],
        cwd=order["cwd"],
        pass_fds=order["keep"],
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=lambda: _die_with_the_guard(order["stop"]),
        **who,
    )


def _die_with_the_guard(stop):
    # Linux only, and after the change of user, which would clear it: should the guard itself be killed.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SET_PARENT_DEATH_SIGNAL, stop)


def _wait_for_an_end(server, waker):
    while server.poll() is None:
        ready, _, _ = select.select([0, waker], [], [])
        if 0 in ready:
            return
        if any(number != signal.SIGCHLD for number in os.read(waker, 64)):
            return


def _end(server, order):
    if server.poll() is None:
        server.send_signal(order["stop"])
    try:
        server.wait(order["grace"])
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
    with contextlib.suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
