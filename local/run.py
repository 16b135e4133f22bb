"""What `make run` does: servers, tables, demo, web, worker and beat, until Ctrl-C ends all of it."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import psycopg

from local import command, guarded, mail, messages, postgres, redis, system

ROOT = Path(__file__).resolve().parent.parent
DATA = command.DATA
LOGS = DATA / "log"
UNFINISHED = DATA / "demo.unfinished"
APP_ROLE = "kursmedel_app"
PATIENCE = 60
SET_PARENT_DEATH_SIGNAL = 1

servers = []
programs = []


def main():
    """Run Kursmedel on this machine; every server that is given by the environment is used instead."""
    _end_with_make()
    LOGS.mkdir(parents=True, exist_ok=True)
    system.need_libraries()
    system.need_redis()
    messages.compile_all()
    try:
        _serve()
    except guarded.CannotStart as reason:
        sys.exit(str(reason))
    except KeyboardInterrupt:
        print("\nStopping …", flush=True)
    finally:
        _stop_all()


def _serve():
    port = _free_port(int(os.environ.get("PORT") or 8000))
    os.environ |= _environment(port)
    _prepare()
    command.tell(os.environ)
    _start_people(port)
    _wait_for_health(port)
    _welcome()
    _watch()


def _environment(port):
    given = os.environ
    return {
        "KURSMEDEL_ENV": "development",
        "KURSMEDEL_DEMO": given.get("KURSMEDEL_DEMO", "1"),
        "KURSMEDEL_URL": given.get("KURSMEDEL_URL") or f"http://localhost:{port}",
        "LOG_LEVEL": given.get("LOG_LEVEL", "WARNING"),
        "DATABASE_URL": given.get("DATABASE_URL") or _start_server(postgres, "postgres"),
        "REDIS_URL": given.get("REDIS_URL") or _start_server(redis, "redis"),
        "EMAIL_URL": given.get("EMAIL_URL") or _start_server(mail, "mail"),
        "MEDIA_ROOT": given.get("MEDIA_ROOT") or str(DATA / "media"),
        "MAILDIR": given.get("MAILDIR") or str(DATA / "mail"),
    }


def _start_server(kind, name):
    with _log(name) as log:
        server = kind.start(DATA / name, log=log)
    servers.append(server.server)
    return server.url


def _prepare():
    print("Preparing the database …", flush=True)
    _manage("migrate", "--no-input", "--verbosity=0")
    _manage("createcachetable", "--verbosity=0")
    _step_down()
    if os.environ["KURSMEDEL_DEMO"] == "1" and _has_demo() and (_is_empty() or UNFINISHED.exists()):
        _load_demo()


def _load_demo():
    """Load the demo; one that was broken off is taken up again by the next run."""
    print("Loading the demo …", flush=True)
    UNFINISHED.touch()
    _manage("demo")
    UNFINISHED.unlink()


def _step_down():
    """From here on work with a role that cannot rewrite what is written for good; the owner has migrated."""
    own = f"postgres://{postgres.NAME}@"
    if os.environ["DATABASE_URL"].startswith(own):
        _manage("grant_rights", APP_ROLE)
        os.environ["DATABASE_URL"] = os.environ["DATABASE_URL"].replace(
            own, f"postgres://{APP_ROLE}@"
        )


def _manage(*words):
    done = subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT)
    if done.returncode:
        raise guarded.CannotStart(f"This did not work: manage.py {' '.join(words)}")


def _is_empty():
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        return connection.execute("SELECT NOT EXISTS (SELECT FROM accounts_user)").fetchone()[0]


def _has_demo():
    known = subprocess.run(
        [sys.executable, "manage.py", "help", "--commands"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    return "demo" in known.stdout.split()


def _start_people(port):
    """Start those who do the work: web, worker and beat."""
    web = ["gunicorn", "config.wsgi", f"--bind=127.0.0.1:{port}", "--workers=2", "--threads=4"]
    _start_program("web", [*web, "--no-control-socket", "--log-level=warning"], log=None)
    celery = ["celery", "-A", "config"]
    with _log("worker") as log:
        _start_program("worker", [*celery, "worker", "--concurrency=2"], log=log)
    with _log("beat") as log:
        schedule = f"--schedule={DATA / 'beat'}"
        _start_program("beat", [*celery, "beat", schedule, "--pidfile="], log=log)


def _start_program(name, words, *, log):
    programs.append(guarded.start(name, [sys.executable, "-m", *words], cwd=ROOT, log=log))


def _wait_for_health(port):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        _fail_if_one_ended()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise guarded.CannotStart("The web server does not answer: see .data/log.")


def _welcome():
    print(f"\nKursmedel runs at {os.environ['KURSMEDEL_URL']}\n", flush=True)
    if os.environ["KURSMEDEL_DEMO"] == "1" and _has_demo():
        subprocess.run([sys.executable, "manage.py", "demo", "--people"], cwd=ROOT)
    print("\nLogs are in .data/log. Ctrl-C ends all of it; the data stays in .data.", flush=True)


def _watch():
    while True:
        time.sleep(0.5)
        _fail_if_one_ended()


def _fail_if_one_ended():
    ended = [each.name for each in [*servers, *programs] if not each.running]
    if ended:
        raise guarded.CannotStart(f"Ended by itself: {', '.join(ended)}. See .data/log.")


def _stop_all():
    """Stop the programs together, then the servers they work with; a second Ctrl-C changes nothing."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    command.forget()
    for together in (programs, servers):
        for each in together:
            each.ask_to_stop()
        for each in together:
            each.stop()


def _free_port(wanted):
    for port in range(wanted, wanted + 100):
        with socket.socket() as door:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if _can_take(door, port):
                return port
    raise guarded.CannotStart(f"No free port from {wanted} on: set PORT.")


def _can_take(door, port):
    try:
        door.bind(("127.0.0.1", port))
    except OSError:
        return False
    return True


def _log(name):
    return (LOGS / f"{name}.log").open("w")


def _end_with_make():
    """Take Ctrl-C and kill alike, and end as well when `make` is killed without a word."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)
    make = os.environ.get("KURSMEDEL_MAKE")
    if make and int(make) != os.getppid():
        sys.exit("make was killed before we could start.")


if __name__ == "__main__":
    main()
