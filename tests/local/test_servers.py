"""The servers of `make run` need no set-up, keep what they were told and never outlive who started them."""

import os
import signal
import smtplib
import subprocess
import sys
import time
from mailbox import Maildir
from threading import Timer

import psycopg
import pytest
import redis as redis_client

from local import guarded, mail, postgres, redis

PATIENCE = 20
STARTER = """
import sys, time
from pathlib import Path
from local import {kind}
server = {kind}.start(Path(sys.argv[1]))
print(server.url, flush=True)
time.sleep(1000)
"""


def wait_until(true):
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def killed_right_after_starting(kind, folder):
    """Start a server in a process of its own, kill that process and return the server's address."""
    command = [sys.executable, "-c", STARTER.format(kind=kind), str(folder)]
    starter = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    url = starter.stdout.readline().strip()
    starter.send_signal(signal.SIGKILL)
    starter.communicate()
    return url


def answers(url):
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


def test_postgres_keeps_its_data_from_one_run_to_the_next(tmp_path):
    first = postgres.start(tmp_path / "data")
    with psycopg.connect(first.url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    first.stop()

    second = postgres.start(tmp_path / "data")
    with psycopg.connect(second.url) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        for setting in ["fsync", "synchronous_commit", "full_page_writes"]:
            assert connection.execute(f"SHOW {setting}").fetchone() == ("on",)
    second.stop()


def test_postgres_ends_when_its_starter_is_killed_and_starts_again(tmp_path):
    url = killed_right_after_starting("postgres", tmp_path / "data")
    wait_until(lambda: not answers(url))

    again = postgres.start(tmp_path / "data")
    assert answers(again.url)
    again.stop()


def test_postgres_copes_with_the_mark_of_a_crash(tmp_path):
    postgres.start(tmp_path / "data").stop()
    (tmp_path / "data" / "postmaster.pid").write_text(f"{os.getppid()}\n/elsewhere\n")

    again = postgres.start(tmp_path / "data")
    assert answers(again.url)
    again.stop()


@pytest.fixture
def recovering(tmp_path):
    """Return the folder of a PostgreSQL that does not come out of its recovery before it is told to."""
    folder = tmp_path / "data"
    postgres.start(folder).stop()
    (folder / "standby.signal").touch()
    with (folder / "postgresql.auto.conf").open("a") as settings:
        settings.write("hot_standby = off\n")
    return folder


def later(folder, sign):
    """Send a sign to the server of a folder, some time after it has begun to start."""

    def send():
        (folder / "promote").touch()
        os.kill(int((folder / "postmaster.pid").read_text().split("\n", 1)[0]), sign)

    Timer(4, send).start()


def test_a_postgres_that_recovers_is_waited_for(recovering, monkeypatch):
    monkeypatch.setattr(postgres, "PATIENCE", 2)
    later(recovering, signal.SIGUSR1)
    server = postgres.start(recovering)
    assert answers(server.url)
    server.stop()


def test_a_postgres_that_ends_while_it_recovers_is_given_up(recovering):
    later(recovering, signal.SIGKILL)
    began = time.monotonic()
    with pytest.raises(guarded.CannotStart, match="did not come up"):
        postgres.start(recovering)
    assert time.monotonic() - began < postgres.PATIENCE


def test_a_second_postgres_on_the_same_data_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(postgres, "FOR_PREVIOUS", 0)
    first = postgres.start(tmp_path / "data")
    with pytest.raises(guarded.CannotStart, match="stop it first"):
        postgres.start(tmp_path / "data")
    first.stop()


def test_the_server_is_an_unprivileged_user_even_in_a_closed_folder(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    server = postgres.start(closed / "data")
    with psycopg.connect(server.url) as connection:
        pid = connection.info.backend_pid
        assert os.stat(f"/proc/{pid}").st_uid != 0
    server.stop()
    assert closed.stat().st_uid == os.geteuid()
    assert closed.stat().st_mode & 0o777 == 0o700


def test_programs_that_another_user_cannot_reach_are_copied(tmp_path):
    home = tmp_path / "home"
    for part in ["bin", "share"]:
        (home / part).mkdir(parents=True)
    program = home / "bin" / "tool"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o700)

    folders = [home / "bin", home / "share"]
    tool = guarded.copied(program, copy_to=tmp_path / "copy", folders=folders)

    assert tool == tmp_path / "copy" / "bin" / "tool"
    assert tool.stat().st_mode & 0o555 == 0o555
    assert (tmp_path / "copy" / "share").is_dir()
    assert guarded.reachable(program, user=None, copy_to=None, folders=folders) == program


def test_redis_keeps_its_data_and_ends_with_its_starter(tmp_path):
    first = redis.start(tmp_path / "data")
    with redis_client.Redis.from_url(first.url) as client:
        client.set("kept", "42")
    first.stop()

    url = killed_right_after_starting("redis", tmp_path / "data")
    wait_until(lambda: not os.path.exists(url.removeprefix("unix://")))

    again = redis.start(tmp_path / "data")
    with redis_client.Redis.from_url(again.url) as client:
        assert client.get("kept") == b"42"
    again.stop()


def test_mail_is_kept_in_a_folder(tmp_path):
    server = mail.start(tmp_path / "mail")
    host, port = server.url.removeprefix("smtp://").split(":")
    with smtplib.SMTP(host, int(port)) as client:
        client.sendmail("a@example.org", ["b@example.org"], "Subject: Kept\n\nText")
    server.stop()

    [letter] = Maildir(tmp_path / "mail")
    assert letter["Subject"] == "Kept"
