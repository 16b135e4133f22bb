"""Tables as CSV that a Nordic spreadsheet opens by a double click, and that cannot run anything."""

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

# A spreadsheet takes a cell that begins like this for a formula and runs it.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def table(titles: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Return a table with its titles; amounts have a decimal comma, what looks like a formula is text."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(titles)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _cell(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value:.2f}".replace(".", ",")
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
