"""`manage.py` works in a working copy without any set-up, and never by itself in an installation."""

import json
import os
import subprocess
import sys

import psycopg
import pytest

from local import command


@pytest.fixture
def bare(monkeypatch, tmp_path):
    """An environment that says nothing, and a data folder of its own."""
    for name in command.SAID:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(command, "DATA", tmp_path)
    monkeypatch.setattr(command, "RUNNING", tmp_path / "running.json")
    monkeypatch.setattr(os, "environ", dict(os.environ))
    return tmp_path


def told(url):
    return dict.fromkeys(command.TOLD, "") | {"DATABASE_URL": url}


def test_a_command_joins_the_servers_of_a_running_make_run(bare):
    running = os.environ.get("DATABASE_URL") or "postgres://nowhere/none"
    command.tell(told(running))
    assert json.loads((bare / "running.json").read_text())["DATABASE_URL"] == running
    command.forget()
    assert not (bare / "running.json").exists()


def test_a_command_that_says_what_it_is_for_is_left_alone(bare, monkeypatch):
    os.environ["DATABASE_URL"] = "postgres://elsewhere/db"
    monkeypatch.setattr(command, "_alone", lambda: pytest.fail("started a server"))
    command.join()
    assert os.environ.get("KURSMEDEL_ENV") is None


def test_a_command_alone_has_a_database_with_tables(bare, monkeypatch):
    started = []
    monkeypatch.setattr(command.atexit, "register", started.append)
    command.join()
    try:
        with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
            (number,) = connection.execute("SELECT count(*) FROM schemes_organisation").fetchone()
        assert number > 0
    finally:
        for stop in started:
            stop()


def test_an_installation_without_its_secrets_does_not_start():
    environment = {"PATH": os.environ["PATH"], "KURSMEDEL_ENV": "production"}
    done = subprocess.run(
        [sys.executable, "manage.py", "check"], env=environment, capture_output=True, text=True
    )
    assert done.returncode != 0
    assert "ImproperlyConfigured" in done.stderr
