"""Looks up whether a known vulnerability is in what we are made of; what we accept has a reason and a day.

Needs PyPI's advisories. Where they cannot be reached (no network, or a mirror that has none) it says so
and stops nobody: the same check runs wherever they can.
"""

import json
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path

PYPROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"
LONGEST_SECONDS = 120
COMMAND = ["-m", "pip_audit", "--local", "--format", "json", "--progress-spinner", "off"]


def main():
    """Print what was looked at; return 1 when something vulnerable is in use that is not accepted."""
    found = _audited()
    accepted = _accepted(date.today())  # noqa: DTZ011 (the day on this machine, to be reminded)
    bad = [words for key, words in _known(found) if key not in accepted]
    skipped = sum("skip_reason" in each for each in found)
    if skipped or not found:
        print(f"{len(found) - skipped} of {len(found)} audited: no advisories for the rest here")
    print("\n".join(bad), end="")
    return 1 if bad else 0


def _audited():
    """Return what pip-audit says of each package, [] where it could ask nobody."""
    try:
        done = subprocess.run(
            [sys.executable, *COMMAND], capture_output=True, text=True, timeout=LONGEST_SECONDS
        )
        return json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, json.JSONDecodeError, KeyError):
        return []


def _known(found):
    """Return (id, words) of every known vulnerability."""
    return [
        (known["id"], f"{each['name']} {each['version']}: {known['id']}, {_mended(known)}\n")
        for each in found
        for known in each.get("vulns", [])
    ]


def _mended(known):
    return (
        f"mended in {', '.join(known['fix_versions'])}" if known["fix_versions"] else "not mended"
    )


def _accepted(today):
    """Return the ids that are accepted today. Raises KeyError for one without reason or day."""
    listed = tomllib.loads(PYPROJECT.read_text())["tool"]["kursmedel"]["accepted-vulnerabilities"]
    return {each["id"] for each in listed if each["reason"] and each["until"] >= today}


if __name__ == "__main__":
    sys.exit(main())
