"""Several packets in one ZIP, with an index that a spreadsheet opens."""

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from drawing import spreadsheet
from invoicing.models import Invoice

CHUNK = 64 * 1024


def stream(
    invoices: Iterable[Invoice], *, tell: Callable[[int], None] = lambda number: None
) -> Iterator[bytes]:
    """Yield a ZIP piece by piece: the packets, and an index of them as CSV.

    Takes invoices that stand in the register (with `label`, `due` and `signed`), packets made, which
    it goes through twice, and whom to tell how many lie in it after each of them.
    """
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(_("index") + ".csv", index(invoices))
        yield pipe.taken()
        for number, invoice in enumerate(invoices, 1):
            yield from _packet(archive, invoice, pipe)
            tell(number)
    yield pipe.taken()


def _packet(archive: zipfile.ZipFile, invoice: Invoice, pipe: "_Pipe") -> Iterator[bytes]:
    with invoice.packet.file.open() as file, archive.open(file_name(invoice), "w") as entry:
        while piece := file.read(CHUNK):
            entry.write(piece)
            yield pipe.taken()


def index(invoices: Iterable[Invoice]) -> bytes:
    """Return the index as CSV that a Swedish spreadsheet opens by a double click."""
    return spreadsheet.table(*listing(invoices))


def listing(invoices: Iterable[Invoice]) -> spreadsheet.Table:
    """Return the invoices as the titles and rows of a table."""
    titles = [_("Number"), _("Kind"), _("Administration"), _("Reference"), _("Participant")]
    titles += [_("Course"), _("Amount"), _("Currency"), _("Date"), _("Due"), _("File"), "SHA-256"]
    return titles, map(_row, invoices)


def file_name(invoice: Invoice) -> str:
    """Return what a packet is called when it is downloaded."""
    return f"{invoice.label}.pdf"


def _row(invoice: Invoice) -> list[Any]:
    application = invoice.application
    return [
        invoice.label,
        invoice.get_kind_display(),
        invoice.series.organisation or "",
        application.reference,
        application.participant,
        application.course_title,
        invoice.signed,
        application.rules.currency,
        invoice.issued_on,
        invoice.due or "",
        file_name(invoice),
        invoice.packet.sha256,
    ]


class _Pipe(io.RawIOBase):
    """Takes what is written and hands it on, so that nothing large is ever kept."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def taken(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)
