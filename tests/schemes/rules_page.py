"""Writes the pages of the rules: each with its sentence, where it is enforced, the tests that name it.

uv run python -m tests.schemes.rules_page
"""

import ast
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from schemes.fastlege.page import SENTENCES as FASTLEGE
from schemes.rfr.letter import SENTENCES as RFR
from tests.schemes import rules_of_fastlege, rules_of_rfr

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Page:
    """The page of one scheme: its sentences by number, and what each means and where its code is."""

    slug: str
    letter: str
    path: Path
    introduction: str
    sentences: Mapping[str, str]
    rules: Mapping[str, tuple[str, list[str]]]

    def text(self) -> str:
        """Return the whole page."""
        tests = self.naming_tests()
        sections = [self.section(number, tests[number]) for number in self.rules]
        return "\n".join([self.introduction, "\n\n".join(sections), ""])

    def section(self, number: str, tests: list[str]) -> str:
        """Return the part of the page about one rule."""
        meaning, places = self.rules[number]
        lines = [f"## {number}", "", f"> {self.sentences[number]}", "", meaning, "", "Code:"]
        lines += [f"- `{place}`" for place in places]
        lines += ["", "Tests:", *(f"- `{test}`" for test in tests)]
        return "\n".join(lines)

    def naming_tests(self) -> dict[str, list[str]]:
        """Return the tests whose names hold a rule's number (`test_r9_…`), by rule."""
        found = defaultdict(list)
        for path, name in all_tests():
            for digits in re.findall(rf"(?<=_){self.letter.lower()}(\d+)(?=_|$)", name):
                found[f"{self.letter}{digits}"].append(f"{path}:{name}")
        return found


@cache
def all_tests() -> list[tuple[str, str]]:
    """Return (path, name) of every test there is."""
    return [
        (str(path.relative_to(ROOT)), node.name)
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]


PAGES = [
    Page(
        "rfr", "R", ROOT / "docs" / "rules.md", rules_of_rfr.INTRODUCTION, RFR, rules_of_rfr.RULES
    ),
    Page(
        "fastlege",
        "L",
        ROOT / "docs" / "rules-fastlege.md",
        rules_of_fastlege.INTRODUCTION,
        FASTLEGE,
        rules_of_fastlege.RULES,
    ),
]


if __name__ == "__main__":
    for page in PAGES:
        page.path.write_text(page.text())
