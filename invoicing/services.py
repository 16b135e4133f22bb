"""The verbs of the money: open an invoice, credit, correct, hand over, settle, pay out."""

from invoicing.handing import Handed, is_sent, is_taken, mail, mark_sent, record_download
from invoicing.issuing import (
    Draft,
    correct,
    credit,
    credit_rest,
    current,
    draw_up,
    due_date,
    left_of,
    open_invoice,
    postpone,
)
from invoicing.paying import payer, release
from invoicing.settling import payable, settle

__all__ = ["correct", "credit", "credit_rest", "current", "due_date", "left_of", "open_invoice"]
__all__ += ["Handed", "is_sent", "is_taken", "mail", "mark_sent", "postpone", "record_download"]
__all__ += ["Draft", "draw_up", "payable", "payer", "release", "settle"]
