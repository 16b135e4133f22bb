"""docs/rules.md tells the truth: each rule has its sentence, its code and a test that names it."""

import re

import pytest

from schemes.registry import get
from schemes.rfr.letter import SENTENCES
from tests.schemes.rules_page import PAGE, ROOT, RULES, naming_tests

NUMBERS = [f"R{number}" for number in range(1, 37)]
every_rule = pytest.mark.parametrize("number", NUMBERS)


def sections():
    parts = re.split(r"^## (R\d+)\n", PAGE.read_text(), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def listed(number, heading):
    """Return the `path:name` entries under a heading of a rule's section."""
    _before, _heading, after = sections()[number].partition(f"\n{heading}:\n")
    return re.findall(r"^- `([^:`]+):([^`]+)`$", after.split("\n\n")[0], flags=re.MULTILINE)


def test_the_letter_has_36_rules_and_each_is_described():
    assert list(SENTENCES) == NUMBERS
    assert list(RULES) == NUMBERS
    assert list(get("rfr").rules) == NUMBERS
    assert list(sections()) == NUMBERS


@every_rule
def test_a_rule_stands_there_with_the_letters_sentence(number):
    assert f"\n> {SENTENCES[number]}\n" in sections()[number]


@every_rule
def test_a_rule_has_code(number):
    places = listed(number, "Code")

    assert places
    for path, name in places:
        code = (ROOT / path).read_text()
        assert re.search(rf"^\s*(def |class )?{name}\b", code, re.MULTILINE), f"{path}:{name}"


@every_rule
def test_the_code_of_a_rule_names_it(number):
    spoken = [(ROOT / path).read_text() for path, _name in listed(number, "Code")]

    # R12–R15 in a docstring names R13 and R14 too.
    assert any(re.search(rf"\b{number}\b", code) or _in_a_span(number, code) for code in spoken)


@every_rule
def test_a_rule_has_a_test_that_names_it(number):
    assert naming_tests()[number]


@every_rule
def test_the_page_lists_tests_that_exist(number):
    there = listed(number, "Tests")

    assert there
    assert {f"{path}:{name}" for path, name in there} <= set(naming_tests()[number])


def _in_a_span(number, code):
    spans = re.findall(r"\bR(\d+)–R(\d+)\b", code)
    return any(int(first) <= int(number[1:]) <= int(last) for first, last in spans)
