"""Every list of the office as a file: the rows that the page shows, all of them, and nothing that runs."""

import csv
import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from drawing import spreadsheet
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.today("2026-04-20")]
FORMULA = "=HYPERLINK(1)"


@pytest.fixture
def office():
    """Return a function that fetches a list as a file, as the chair."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(factories.signatory("chair"))

    def office(name, **asked):
        response = client.get(reverse(f"decisions:{name}"), asked)
        assert response.status_code == 200
        return response

    return office


def rows(response):
    text = response.content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def test_what_waits_is_handed_out_row_by_row_with_what_it_waits_for(office):
    case = factories.confirmed(course={"title": FORMULA})
    titles, *found = rows(office("queue", file="csv"))
    assert titles[0], titles[-1] == ("Reference", "Waits for")
    assert found == [
        [
            case.reference,
            "2026-04-15",
            case.participant,
            case.workplace,
            str(case.organisation),
            f"'{FORMULA}",
            str(case.starts_on),
            str(case.ends_on),
            "6000,00",
            "6000,00",
            "SEK",
            "Your signature",
        ]
    ]


def test_a_file_keeps_the_filter_and_takes_all_pages(office):
    for _time in range(3):
        factories.confirmed(course={"title": "Hjärta"})
    factories.confirmed(course={"title": "Lunga"})
    assert len(rows(office("queue", file="csv", q="hjärta", page="2"))) == 1 + 3


def test_what_was_decided_and_every_movement_are_handed_out(office):
    grant = factories.approved(chair=factories.signatory("chair"))
    [decided] = rows(office("decided", file="csv"))[1:]
    assert (decided[0], decided[9]) == (grant.reference, "6000,00")
    movements = rows(office("funds", file="csv"))[1:]
    assert [row[2] for row in movements].count("Grant") == 1


def test_the_file_is_a_download_that_opens_as_no_page(office):
    response = office("queue", file="csv")
    assert response.headers["Content-Disposition"] == 'attachment; filename="rfr-waiting.csv"'
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_another_kind_of_file_is_the_page(office):
    assert office("queue", file="exe").headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("count", [1, 4])
def test_as_many_queries_for_one_row_as_for_many(office, django_assert_max_num_queries, count):
    for _time in range(count):
        factories.confirmed()
    office("queue", file="csv")
    with django_assert_max_num_queries(16):
        office("queue", file="csv")


def test_a_workbook_has_numbers_days_and_text_and_no_formula():
    made = spreadsheet.workbook(["A", "B", "C"], [[Decimal("12.50"), date(2026, 4, 20), FORMULA]])
    with zipfile.ZipFile(io.BytesIO(made)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        texts = book.read("xl/sharedStrings.xml").decode()
    assert "<v>12.50</v>" in sheet
    assert "<v>46132</v>" in sheet
    assert "<f>" not in sheet
    assert FORMULA in texts


def test_an_excel_file_of_a_list_is_a_workbook(office):
    factories.confirmed()
    assert zipfile.is_zipfile(io.BytesIO(office("queue", file="xlsx").content))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_of_a_table_is_a_formula(text):
    assert rows_of(spreadsheet.table(["T"], [[text]])) == [["T"], [f"'{text}"]]


def rows_of(made):
    return list(csv.reader(io.StringIO(made.decode("utf-8-sig"), newline=""), delimiter=";"))
