"""The rows of finance's lists, drawn at little cost for each."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.safestring import SafeString

from drawing.looks import Row, addresses, drawn
from invoicing.entries import Entry
from invoicing.models import Invoice, PaymentBatch
from invoicing.register import TONES, UNSENT
from schemes.base import Scheme
from schemes.templatetags.kursmedel import listed, moment, relative_days, short_day


def standing_of(entry: Entry, on: date) -> dict[str, Any]:
    """Return how an invoice stands on a day, in words and a tone, and what can be done with it."""
    standing = entry.standing(on)
    return {
        "state": str(standing.label),
        "tone": TONES.get(standing, "neutral"),
        "credit": entry.kind == Invoice.Kind.CREDIT,
        "unsent": standing in UNSENT,
        "made": entry.made,
    }


def drawn_lines(entries: Sequence[Entry], scheme: Scheme, on: date) -> SafeString:
    """Return the rows of the list of invoices. Each entry is fetched with its administration's name."""
    return drawn("invoicing/row.html", _of_lines(entries, scheme, on))


def _of_lines(entries: Sequence[Entry], scheme: Scheme, on: date) -> Iterator[Row]:
    """Give of each row what its look depends on, and what only stands in it."""
    address = addresses("invoicing:invoice")
    for entry in entries:
        yield (
            standing_of(entry, on) | {"due": entry.due is not None},
            _of_entry(entry, scheme, on, address) | {"organisation": entry.named or ""},
        )


def drawn_payouts(
    lines: Sequence[dict[str, Any]], scheme: Scheme, on: date, *, handles: bool, ticked: bool
) -> SafeString:
    """Return the rows of the list of payments; who handles them may tick them, or they are ticked."""
    alike = {"handles": handles, "ticked": ticked}
    return drawn("invoicing/payout_row.html", _of_payouts(lines, scheme, on, alike))


def _of_payouts(
    lines: Sequence[dict[str, Any]], scheme: Scheme, on: date, alike: dict[str, Any]
) -> Iterator[Row]:
    address = addresses("invoicing:invoice")
    for row in lines:
        entry = row["entry"]
        reference = entry.payee.get("reference", "")
        yield (
            {name: row[name] for name in ("made", "decided", "late")}
            | alike
            | {"referred": bool(reference)},
            _of_entry(entry, scheme, on, address)
            | {
                "payee": entry.payee["name"],
                "account": entry.payee["account"],
                "reference": reference,
            },
        )


def _of_entry(
    entry: Entry, scheme: Scheme, on: date, address: Callable[[UUID], str]
) -> dict[str, Any]:
    """Return what both lists show of an entry of the register."""
    return {
        "key": entry.pk,
        "address": address(entry.uuid),
        "number": entry.label,
        "course": entry.course_title,
        "participant": entry.participant,
        "starts_on": short_day(entry.starts_on),
        "amount": listed(entry.signed, scheme.currency),
        "due_on": short_day(entry.due),
        "due_in": relative_days(entry.due, on),
    }


def drawn_batches(batches: Sequence[PaymentBatch]) -> SafeString:
    """Return the rows of the list of batches."""
    address = addresses("invoicing:batch")
    return drawn("invoicing/batch_row.html", (({}, _of_batch(each, address)) for each in batches))


def _of_batch(batch: PaymentBatch, address: Callable[[UUID], str]) -> dict[str, Any]:
    return {
        "address": address(batch.uuid),
        "batch": str(batch),
        "released": moment(batch.at),
        "who": batch.by_name,
        "number": batch.number,
        "total": listed(batch.total, batch.currency),
    }
