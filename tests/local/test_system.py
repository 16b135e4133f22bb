"""What Python packages cannot bring is installed where that is allowed, else the exact line is said."""

import pytest

from local import system


@pytest.fixture
def debian(monkeypatch):
    """A Debian on which a library is missing; return what was asked of apt-get."""
    asked = []
    monkeypatch.setattr(system.sys, "platform", "linux")
    monkeypatch.setattr(system.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(system, "_loads", lambda name: "pangoft2" not in name or bool(asked))
    monkeypatch.setattr(system.subprocess, "run", lambda words, **_: asked.append(words) or DONE)
    return asked


class DONE:
    returncode = 0


def test_root_installs_the_missing_library(debian, monkeypatch):
    monkeypatch.setattr(system.os, "geteuid", lambda: 0)
    system.need_libraries()
    [words] = debian
    assert words[:2] == ["apt-get", "install"]
    assert words[-1] == "libpangoft2-1.0-0"


def test_root_installs_what_drives_the_browser_before_it_is_asked_for_one(debian, monkeypatch):
    monkeypatch.setattr(system.os, "geteuid", lambda: 0)
    monkeypatch.setattr(system, "_loads", lambda name: bool(debian))
    monkeypatch.setattr(system.chromium, "path", lambda: debian and "/usr/bin/chromium")
    system.need_chromium()
    assert [words[-1] for words in debian] == ["libatomic1"]


@pytest.fixture
def no_redis(debian, monkeypatch):
    """A Debian on which there is no Redis, nor is one given."""
    monkeypatch.delenv("REDIS_URL", raising=False)
    monkeypatch.setattr(system.redis, "at_hand", lambda: bool(debian))
    return debian


def test_root_installs_redis_where_no_wheel_brings_it(no_redis, monkeypatch):
    monkeypatch.setattr(system.os, "geteuid", lambda: 0)
    system.need_redis()
    assert [words[-1] for words in no_redis] == ["redis-server"]


def test_a_redis_that_is_given_is_enough(no_redis, monkeypatch):
    monkeypatch.setenv("REDIS_URL", "redis://localhost:6379/0")
    system.need_redis()
    assert no_redis == []


def test_others_are_told_the_line(debian, monkeypatch):
    monkeypatch.setattr(system.os, "geteuid", lambda: 1000)
    with pytest.raises(SystemExit, match=r"sudo apt-get install -y libpangoft2-1.0-0"):
        system.need_libraries()
    assert debian == []


def test_without_a_browser_the_tests_do_not_go_on(debian, monkeypatch):
    monkeypatch.setattr(system.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(system.chromium, "path", lambda: None)
    with pytest.raises(SystemExit, match=r"sudo apt-get install -y chromium"):
        system.need_chromium()
    assert debian == [[system.sys.executable, "-m", "playwright", "install", "chromium"]]
