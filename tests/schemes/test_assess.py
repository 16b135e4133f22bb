"""The command that others call: JSON Lines in, one answer a line out, whatever a line holds."""

import io
import json
import os
from contextlib import redirect_stdout
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from schemes.models import Break
from schemes.rfr.models import DatedTerms
from tests.schemes import fastlege
from tests.schemes.situations import GOOD, said, without

pytestmark = pytest.mark.django_db
LONG = "9" * 4301  # more digits than Python makes an int of


@pytest.fixture
def tell(monkeypatch):
    """Give the command lines (facts, or texts as they are) and return its answers."""

    def run(*lines, **options):
        text = "".join(each if isinstance(each, str) else json.dumps(each) + "\n" for each in lines)
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        out = io.StringIO()
        try:
            call_command("assess", stdout=out, **options)
            status = 0
        except CommandError as error:
            status = error.returncode
        return [json.loads(line) for line in out.getvalue().splitlines()], status

    return run


def test_an_answer_has_the_outcome_the_amount_the_findings_and_the_schemes_own(tell):
    (answer,), status = tell(GOOD)

    assert status == 0
    assert list(answer) == [
        "outcome",
        "amount",
        "findings",
        "zone",
        "cap",
        "course_year",
        "pool",
        "invoice_due_on",
    ]
    assert (answer["outcome"], answer["amount"], answer["cap"]) == ("grant", "5000", "5000")
    assert all(set(finding) == {"rule", "level", "text"} for finding in answer["findings"])


def test_the_amount_is_0_unless_granted(tell):
    (answer,), _status = tell(said(course__external=False))

    assert (answer["outcome"], answer["amount"]) == ("refuse", "0")


def test_answers_keep_the_order_of_the_lines_and_blank_ones_are_skipped(tell):
    answers, status = tell(
        said(requested="1"), "\n", "   \n", said(requested="2"), said(requested="3")
    )

    assert [answer["amount"] for answer in answers] == ["1", "2", "3"]
    assert status == 0


def test_a_last_line_without_its_end_counts(tell):
    answers, _status = tell(GOOD, json.dumps(GOOD))

    assert len(answers) == 2


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("not json\n", "line"),
        ("[1, 2]\n", "line"),
        ("null\n", "line"),
        ("[" * 100_000 + "\n", "line"),
        ("{}\n", "scheme"),
        ({**GOOD, "scheme": "unheard-of"}, "scheme"),
        ({**GOOD, "scheme": ["rfr"]}, "scheme"),
        (said(course__country="XX"), "course.country"),
        (said(course__attendance="hybrid"), "course.attendance"),
        (said(course__ends_on="2024-05-01"), "course.ends_on"),
        (said(costs__fee=float("nan")), "costs.fee"),
        (said(costs__fee=-5), "costs.fee"),
        (said(submitted_at="yesterday"), "submitted_at"),
        (without("pool_remaining"), "pool_remaining"),
        (without("history.live_grants_this_year"), "history.live_grants_this_year"),
    ],
)
def test_a_line_that_cannot_be_read_is_named_and_the_rest_goes_on(tell, line, field):
    answers, status = tell(GOOD, line, GOOD)

    assert answers[1]["error"].startswith(f"{field}: ")
    assert list(answers[1]) == ["error"]
    assert [answers[0]["outcome"], answers[2]["outcome"]] == ["grant", "grant"]
    assert status == 1


@pytest.mark.parametrize("wrong", [b"\xff\xfe", b"\xed\xa0\x80", "å".encode("latin-1")])
def test_bytes_that_are_no_text_are_named(monkeypatch, wrong):
    lines = b'{"remark": "%b"}\n' % wrong + json.dumps(GOOD).encode() + b"\n"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(lines)))
    out = io.StringIO()

    with pytest.raises(CommandError):
        call_command("assess", stdout=out)

    first, second = map(json.loads, out.getvalue().splitlines())
    assert first["error"].startswith("line: ")
    assert second["outcome"] == "grant"


def with_fee(number):
    """Return a line with the number for a fee, as it is written."""
    return json.dumps(said(costs__fee="HERE")).replace('"HERE"', number) + "\n"


@pytest.mark.parametrize(
    ("number", "amount"),
    [
        ("4000.00", "2000"),
        ("4e3", "2000"),
        ("4.0000000000E+3", "2000"),
        ("3999.999999", "1999"),
        ("-0.0", None),
        ("3999.9999999999999999", None),  # no more exact than an amount can be
        ("1e-7", None),
        ("1e13", None),
        ("1e999999999", None),
        ("1e-999999999", None),
        ("1e99999999999999999999", None),
        ("NaN", None),
        ("-Infinity", None),
        (LONG, None),
        (f"-{LONG}", None),
        (f"0.{LONG}", None),
    ],
)
def test_a_number_counts_as_it_is_written_or_is_named(tell, number, amount):
    line = with_fee(number)

    (answer,), _status = tell(line.replace('"3500"', "0").replace('"1500"', "0"))

    assert answer.get("amount") == amount
    assert answer.get("error", "costs.fee").startswith("costs.fee")


def test_the_mark_that_some_programs_begin_a_text_with_is_passed_over(monkeypatch):
    line = json.dumps(GOOD).encode("utf-8-sig")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(line)))
    out = io.StringIO()

    call_command("assess", stdout=out)

    assert json.loads(out.getvalue())["outcome"] == "grant"


@pytest.mark.parametrize("number", ["3.0", "1e2", "-1", LONG, "true", "NaN"])
@pytest.mark.parametrize("field", ["waiting_ahead", "history.applications_this_year"])
def test_a_count_is_a_whole_number_and_no_other(tell, field, number):
    line = json.dumps(said(**{field.replace(".", "__"): "HERE"})).replace('"HERE"', number)

    (answer,), _status = tell(line)

    assert answer == {"error": f"{field}: must be a whole number, 0 or more"}


def test_a_number_of_any_length_in_a_field_that_nobody_asks_for_is_let_be(tell):
    (answer,), status = tell(json.dumps(said(remark="HERE")).replace('"HERE"', LONG))

    assert (answer["outcome"], status) == ("grant", 0)


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_half_a_character_is_named_by_its_escape_and_the_rest_goes_on(monkeypatch, encoding):
    halved = fastlege.said(history={"units_used": {"\ud800": 1}})
    lines = "".join(json.dumps(each) + "\n" for each in (halved, GOOD)).encode()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(lines)))
    out = io.TextIOWrapper(io.BytesIO(), encoding=encoding)

    with pytest.raises(CommandError):
        call_command("assess", stdout=out)

    first, second = out.buffer.getvalue().decode("utf-8").splitlines()
    assert r"history.units_used.\ud800: " in first
    assert json.loads(first)["error"].startswith("history.units_used.\ud800: ")
    assert json.loads(second)["outcome"] == "grant"


def test_a_field_named_by_what_ends_a_line_elsewhere_is_answered_in_one_line(monkeypatch):
    line = json.dumps(fastlege.said(history={"units_used": {"20\u2028\x8522": 1}}))
    monkeypatch.setattr("sys.stdin", io.StringIO(line))
    out = io.StringIO()

    with pytest.raises(CommandError):
        call_command("assess", stdout=out)

    (answer,) = out.getvalue().splitlines()
    assert json.loads(answer)["error"].startswith("history.units_used.20\u2028\x8522: ")


def test_it_writes_to_whatever_stands_for_standard_output(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(GOOD)))

    with redirect_stdout(io.StringIO()) as out:
        call_command("assess")

    assert json.loads(out.getvalue())["outcome"] == "grant"


def test_it_ends_quietly_when_nobody_reads_on(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(GOOD)))
    read, write = os.pipe()
    os.close(read)

    with open(write, "w") as out:
        call_command("assess", stdout=out)


def test_sentences_are_in_the_schemes_language_or_the_one_asked_for(tell):
    def sentence(**options):
        (answer,), _status = tell(GOOD, **options)
        return next(each["text"] for each in answer["findings"] if each["rule"] == "R9")

    assert "maj" in sentence()
    assert "May" in sentence(language="en")


def test_an_unknown_language_is_refused(tell):
    with pytest.raises(CommandError):
        call_command("assess", "--language", "xx")


def test_it_uses_todays_tables(tell):
    row = DatedTerms.objects.get()
    row.pk, row.valid_from, row.cap_sweden = None, date(2024, 1, 1), 3000
    DatedTerms.objects.all().delete()
    row.save()
    Break.objects.create(scheme="rfr", starts_on=date(2024, 5, 2), ends_on=date(2024, 5, 3))

    answers, _status = tell(GOOD, said(decided_on="2024-05-03"), said(decided_on="2024-07-10"))

    assert [answer["amount"] for answer in answers] == ["3000", "0", "3000"]


def test_it_asks_once_whether_the_terms_were_changed_and_writes_nothing(tell):
    tell(GOOD)
    with CaptureQueriesContext(connection) as captured:
        answers, _status = tell(*[GOOD] * 200)

    assert len(answers) == 200
    assert len(captured) == 1
    assert all(query["sql"].startswith("SELECT") for query in captured)
