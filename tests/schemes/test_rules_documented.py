"""The pages of the rules tell the truth: each rule has its sentence, its code and a test that names it."""

import re

import pytest

from schemes.registry import SCHEMES, get
from tests.schemes.rules_page import PAGES, ROOT

every_rule = pytest.mark.parametrize(
    ("page", "number"),
    [pytest.param(page, number, id=number) for page in PAGES for number in page.rules],
)


def sections(page):
    parts = re.split(rf"^## ({page.letter}\d+)\n", page.path.read_text(), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def listed(page, number, heading):
    """Return the `path:name` entries under a heading of a rule's section."""
    _before, _heading, after = sections(page)[number].partition(f"\n{heading}:\n")
    return re.findall(r"^- `([^:`]+):([^`]+)`$", after.split("\n\n")[0], flags=re.MULTILINE)


def test_every_scheme_has_a_page_of_its_rules():
    assert [page.slug for page in PAGES] == [scheme.slug for scheme in SCHEMES]


@pytest.mark.parametrize(("place", "count"), [(0, 36), (1, 14)])
def test_the_source_has_so_many_rules_and_each_is_described(place, count):
    page = PAGES[place]
    numbers = [f"{page.letter}{number}" for number in range(1, count + 1)]

    assert list(page.sentences) == numbers
    assert list(page.rules) == numbers
    assert list(get(page.slug).rules) == numbers
    assert list(sections(page)) == numbers


@every_rule
def test_a_rule_stands_there_with_the_sources_sentence(page, number):
    assert f"\n> {page.sentences[number]}\n" in sections(page)[number]


@every_rule
def test_a_rule_has_code(page, number):
    places = listed(page, number, "Code")

    assert places
    for path, name in places:
        code = (ROOT / path).read_text()
        assert re.search(rf"^\s*(def |class )?{name}\b", code, re.MULTILINE), f"{path}:{name}"


@every_rule
def test_the_code_of_a_rule_names_it(page, number):
    spoken = [(ROOT / path).read_text() for path, _name in listed(page, number, "Code")]

    # R12–R15 in a docstring names R13 and R14 too.
    assert any(
        re.search(rf"\b{number}\b", code) or _in_a_span(page, number, code) for code in spoken
    )


@every_rule
def test_a_rule_has_a_test_that_names_it(page, number):
    assert page.naming_tests()[number]


@every_rule
def test_the_page_lists_tests_that_exist(page, number):
    there = listed(page, number, "Tests")

    assert there
    assert {f"{path}:{name}" for path, name in there} <= set(page.naming_tests()[number])


def _in_a_span(page, number, code):
    spans = re.findall(rf"\b{page.letter}(\d+)–{page.letter}(\d+)\b", code)
    return any(int(first) <= int(number[1:]) <= int(last) for first, last in spans)
