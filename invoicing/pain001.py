"""Writes a payment file that a bank takes: ISO 20022, customer credit transfer (pain.001.001.09)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from xml.etree import ElementTree

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{8,30}")
# XML 1.0 cannot carry these, whatever is done to them.
UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# What banks of the Nordic countries take, where the schema would take more.
NAME, TEXT, ORGANISATION = 70, 140, 35


@dataclass(frozen=True)
class Payer:
    """Whose account pays, and at which bank."""

    name: str
    account: str
    bic: str


@dataclass(frozen=True)
class Transfer:
    """One payment; `reference` comes back on statements of account, `text` reaches the payee."""

    reference: str
    amount: Decimal
    name: str
    account: str
    organisation_number: str = ""
    text: str = ""


@dataclass(frozen=True)
class Order:
    """What the bank is asked to do on a day. `message_id` must never be used again."""

    message_id: str
    made_at: datetime
    execute_on: date
    currency: str
    payer: Payer
    transfers: Sequence[Transfer]

    @property
    def total(self) -> Decimal:
        """The sum of all transfers, in the order's currency."""
        return sum((each.amount for each in self.transfers), Decimal(0))


def written(order: Order) -> bytes:
    """Return the payment file of an order; the same bytes every time."""
    document = ElementTree.Element("Document", xmlns=NAMESPACE)
    initiation = _in(document, "CstmrCdtTrfInitn")
    _header(_in(initiation, "GrpHdr"), order)
    _instruction(_in(initiation, "PmtInf"), order)
    ElementTree.indent(document)
    return ElementTree.tostring(document, encoding="UTF-8", xml_declaration=True)


def _header(header: ElementTree.Element, order: Order) -> None:
    _in(header, "MsgId", order.message_id)
    _in(header, "CreDtTm", order.made_at.isoformat(timespec="seconds"))
    _sums(header, order)
    _in(_in(header, "InitgPty"), "Nm", order.payer.name, at_most=NAME)


def _instruction(instruction: ElementTree.Element, order: Order) -> None:
    _in(instruction, "PmtInfId", order.message_id)
    _in(instruction, "PmtMtd", "TRF")
    _sums(instruction, order)
    _in(instruction, "PmtTpInf", "SvcLvl", "Cd", "NURG")
    _in(instruction, "ReqdExctnDt", "Dt", order.execute_on.isoformat())
    _in(_in(instruction, "Dbtr"), "Nm", order.payer.name, at_most=NAME)
    _account(_in(instruction, "DbtrAcct"), order.payer.account)
    _in(instruction, "DbtrAgt", "FinInstnId", "BICFI", _compact(order.payer.bic))
    for transfer in order.transfers:
        _transfer(_in(instruction, "CdtTrfTxInf"), transfer, order.currency)


def _sums(parent: ElementTree.Element, order: Order) -> None:
    _in(parent, "NbOfTxs", str(len(order.transfers)))
    _in(parent, "CtrlSum", f"{order.total:.2f}")


def _transfer(parent: ElementTree.Element, transfer: Transfer, currency: str) -> None:
    _in(parent, "PmtId", "EndToEndId", transfer.reference)
    _in(parent, "Amt", "InstdAmt", f"{transfer.amount:.2f}").set("Ccy", currency)
    payee = _in(parent, "Cdtr")
    _in(payee, "Nm", transfer.name, at_most=NAME)
    if number := _compact(transfer.organisation_number):
        _in(payee, "Id", "OrgId", "Othr", "Id", number, at_most=ORGANISATION)
    _account(_in(parent, "CdtrAcct"), transfer.account)
    if transfer.text:
        _in(parent, "RmtInf", "Ustrd", transfer.text, at_most=TEXT)


def _account(parent: ElementTree.Element, account: str) -> None:
    number, identified = _compact(account), _in(parent, "Id")
    if IBAN.fullmatch(number):
        _in(identified, "IBAN", number)
        return
    other = _in(identified, "Othr")
    _in(other, "Id", number)
    _in(other, "SchmeNm", "Cd", "BBAN")


def _in(parent: ElementTree.Element, *words: str, at_most: int = 0) -> ElementTree.Element:
    """Add elements, each inside the one before, and return the innermost; the last word may be text.

    One word is an element; of several, the last is the text.
    """
    *names, text = words if len(words) > 1 else (*words, "")
    for name in names:
        parent = ElementTree.SubElement(parent, name)
    if text:
        parent.text = _clean(text)[: at_most or None].strip()
    return parent


def _clean(text: str) -> str:
    return " ".join(UNWRITABLE.sub("", text).split())


def _compact(number: str) -> str:
    return re.sub(r"[\s.\-]", "", number).upper()
