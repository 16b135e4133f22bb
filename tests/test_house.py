"""The house keeps its order: imports point down, and nobody but a scheme knows its name."""

import ast
import re
from pathlib import Path

import pytest

from schemes.registry import SCHEMES

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ["drawing", "database", "schemes", "accounts", "applications", "invoicing", "decisions"]
FLOORS += ["oversight", "config"]
SOURCES = (".py", ".html", ".txt", ".css", ".js")
# The registry and the settings are where a scheme is switched on: one line each.
SWITCHES = {"schemes/registry.py", "config/settings.py"}


def files(*folders, endings=(".py",)):
    return [
        path
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in endings and "vendor" not in path.parts
    ]


def imported(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            yield node.module or ""
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


@pytest.mark.parametrize("floor", FLOORS)
def test_imports_point_down(floor):
    above = {*FLOORS[FLOORS.index(floor) + 1 :], "tests", "local"}
    upward = [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in files(floor)
        for module in imported(path)
        if module.split(".")[0] in above and floor != "config"
    ]
    assert upward == []


def test_a_scheme_does_not_import_another():
    slugs = {scheme.slug for scheme in SCHEMES}
    crossing = [
        f"{path.relative_to(ROOT)} imports {module}"
        for slug in slugs
        for path in files(f"schemes/{slug}")
        for module in imported(path)
        if any(module.startswith(f"schemes.{other}") for other in slugs - {slug})
    ]
    assert crossing == []


def test_nobody_else_names_a_scheme_by_its_slug():
    named = [
        f"{path.relative_to(ROOT)}:{number}"
        for scheme in SCHEMES
        for path in files(*FLOORS, "templates", "static", endings=SOURCES)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(rf"\b{scheme.slug}\b", line, re.IGNORECASE)
        and not path.is_relative_to(ROOT / "schemes" / scheme.slug)
        and str(path.relative_to(ROOT)) not in SWITCHES
    ]
    assert named == []


def test_no_room_is_called_after_nothing():
    vague = {"utils", "common", "core", "helpers"}
    assert [path for path in files(*FLOORS) if vague & {path.stem, *path.parts[-2:-1]}] == []
