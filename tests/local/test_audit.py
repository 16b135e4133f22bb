"""A known vulnerability stops the checks unless it is accepted, with reason and day; no network does not."""

import json
import subprocess
from datetime import date

import pytest

from local import audit

SAFE = {"name": "django", "version": "5.2", "vulns": []}
UNKNOWN = {"name": "django", "skip_reason": "Dependency not found on PyPI"}
BAD = SAFE | {"vulns": [{"id": "PYSEC-1", "fix_versions": ["5.3"], "aliases": []}]}


@pytest.fixture
def says(monkeypatch):
    """Let pip-audit say something; returns a function that takes its packages or its text."""

    def says(found):
        text = found if isinstance(found, str) else json.dumps({"dependencies": found})
        done = subprocess.CompletedProcess([], 0, text, "")
        monkeypatch.setattr(subprocess, "run", lambda *args, **kwargs: done)

    return says


def test_where_nothing_is_known_all_is_well(says, capsys):
    says([SAFE])

    assert audit.main() == 0
    assert capsys.readouterr().out == ""


def test_a_known_vulnerability_stops_it_and_is_named(says, capsys):
    says([SAFE, BAD])

    assert audit.main() == 1
    assert capsys.readouterr().out == "django 5.2: PYSEC-1, mended in 5.3\n"


def test_one_that_is_accepted_does_not_until_its_day_has_gone(says, monkeypatch, tmp_path):
    says([BAD])
    pyproject = tmp_path / "pyproject.toml"
    pyproject.write_text(
        "[tool.kursmedel]\naccepted-vulnerabilities = "
        '[{ id = "PYSEC-1", reason = "not reached", until = 2999-12-31 }]'
    )
    monkeypatch.setattr(audit, "PYPROJECT", pyproject)

    assert audit.main() == 0
    assert audit._accepted(date(2999, 12, 31)) == {"PYSEC-1"}
    assert audit._accepted(date(3000, 1, 1)) == set()


@pytest.mark.parametrize(("answer", "words"), [([UNKNOWN], "0 of 1"), ("", "0 of 0")])
def test_without_advisories_it_says_so_and_goes_on(says, capsys, answer, words):
    says(answer)

    assert audit.main() == 0
    assert capsys.readouterr().out.startswith(f"{words} audited")


def test_what_was_found_counts_also_where_the_rest_is_unknown(says):
    says([UNKNOWN, BAD])

    assert audit.main() == 1
