"""Tables as files for a spreadsheet, CSV or Excel, which a double click opens and nothing can run."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

Titles, Rows = Sequence[str], Iterable[Sequence[Any]]
Table = tuple[Titles, Rows]

# A spreadsheet takes a cell that begins like this for a formula and runs it; some also the wide forms.
FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r", "\n")
WIDTH = 18  # of a column, in characters
# The most that an Excel cell holds.
LONGEST = 32_767


def table(titles: Titles, rows: Rows) -> bytes:
    """Return a table as CSV; amounts have a decimal comma, what looks like a formula is text."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(titles)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _cell(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value:.2f}".replace(".", ",")
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def workbook(titles: Titles, rows: Rows) -> bytes:
    """Return a table as an Excel workbook: amounts and counts are numbers, days days, all else text."""
    import xlsxwriter  # heavy, and needed here alone

    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        looks = {
            Decimal: book.add_format({"num_format": "#,##0.00"}),
            date: book.add_format({"num_format": "yyyy-mm-dd"}),
        }
        sheet.set_column(0, len(titles) - 1, WIDTH)
        sheet.write_row(0, 0, titles, book.add_format({"bold": True}))
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                _write(sheet, number, column, value, looks)
    return file.getvalue()


def _write(sheet: Any, row: int, column: int, value: Any, looks: dict[type, Any]) -> None:
    if isinstance(value, Decimal):
        sheet.write_number(row, column, value, looks[Decimal])
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, looks[date])
    elif type(value) is int:  # a yes or no is one as well
        sheet.write_number(row, column, value)
    elif value not in (None, ""):
        sheet.write_string(row, column, str(value)[:LONGEST])


EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Ending of the file: what it is to a browser, and how it is written
KINDS: dict[str, tuple[str, Callable[[Titles, Rows], bytes]]] = {
    "csv": ("text/csv; charset=utf-8", table),
    "xlsx": (EXCEL, workbook),
}
