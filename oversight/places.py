"""What is taken away of a case when its terms of retention have run out: the columns, rows and files.

What is not named here stays: numbers, sums, dates, states, outcomes, and who of the office did what.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import models

from applications.models import (
    Application,
    Document,
    Event,
    HeadRequest,
    Hold,
    Question,
    Reading,
    Verdict,
)
from decisions.models import Decision, Lowering, Recusal, Signature
from invoicing.models import Handling, Invoice, Payment, PaymentFile, Postponement
from schemes.models import AllowanceEntry, LedgerEntry
from schemes.secrets import REMOVED

# Stands where a text was that may not be empty.
GONE = "–"
# Whose the cases are of which nobody should know any more whose they were.
NOBODY = "nobody@anonymised.invalid"
# House-made words about sums and numbers stay in the history.
FIGURES = ("approved", "invoiced", "credited", "stated", "unstated", "paid", "settled")

EMPTY, DASH, NO_ANSWERS = "''", f"'{GONE}'", "'{}'::jsonb"
IF_WRITTEN = "CASE WHEN {0} = '' THEN '' ELSE " + DASH + " END"
NOT_THE_APPLICANTS = "CASE WHEN by_id = case_.applicant_id THEN NULL ELSE by_id END"


@dataclass(frozen=True)
class Place:
    """Columns of a table, each with the SQL of what it says afterwards, and whose rows are meant."""

    model: type[models.Model]
    columns: Mapping[str, str]
    where: str = "t.application_id = case_.id"


def _all_in(figures: str, *names: str) -> str:
    """Return the SQL of a document with only those of its fields."""
    listed = ", ".join(f"'{name}'" for name in names)
    kept = f"SELECT jsonb_object_agg(e.key, e.value) FROM jsonb_each({figures}) e"
    return f"coalesce(({kept} WHERE e.key IN ({listed})), {NO_ANSWERS})"


DECIDED = _all_in(
    "t.snapshot->'decision'",
    *("terms", "amount", "outcome", "decided_on", "pool", "reference", "scheme"),
)
# The figures of a voucher stay; who took part, was paid and confirmed goes.
SNAPSHOT = f"""
(t.snapshot - ARRAY['confirmation', 'papers', 'reason'])
|| jsonb_build_object('course', (t.snapshot->'course')
    || '{{"title": "{GONE}", "participant": "{GONE}"}}'::jsonb)
|| CASE WHEN t.snapshot ? 'seller' THEN jsonb_build_object('seller', (t.snapshot->'seller')
    || '{{"unit": ""}}'::jsonb) ELSE {NO_ANSWERS} END
|| CASE WHEN t.snapshot ? 'payee' THEN jsonb_build_object('payee',
    '{{"name": "{GONE}", "account": "", "organisation_number": "", "reference": ""}}'::jsonb)
    ELSE {NO_ANSWERS} END
|| CASE WHEN t.snapshot ? 'decision' THEN jsonb_build_object('decision', {DECIDED})
    ELSE {NO_ANSWERS} END
"""
OF_INVOICES = "t.invoice_id IN (SELECT id FROM invoicing_invoice WHERE application_id = case_.id)"
OF_SUBJECT = "t.subject = case_.uuid"
# Files of payments hold many people: they go with the last of them.
OF_LAST_IN_BATCH = """
t.batch_id IN (SELECT p.batch_id FROM invoicing_payment p
    JOIN invoicing_invoice i ON i.id = p.invoice_id WHERE i.application_id = case_.id)
AND NOT EXISTS (SELECT 1 FROM invoicing_payment p
    JOIN invoicing_invoice i ON i.id = p.invoice_id
    JOIN applications_application a ON a.id = i.application_id
    WHERE p.batch_id = t.batch_id AND a.id <> case_.id AND a.vouchers_anonymised_at IS NULL)
"""

# What goes first: what was answered, attached and written about the person.
CONTENT = [
    Place(
        Event,
        {
            "text": f"CASE WHEN t.kind IN {FIGURES} THEN t.text ELSE '' END",
            "by_name": "CASE WHEN t.by_id IS NULL OR t.by_id = case_.applicant_id THEN '' "
            "ELSE t.by_name END",
        },
    ),
    Place(Verdict, {"reason": IF_WRITTEN.format("t.reason"), "digest": EMPTY}),
    Place(Signature, {"text": EMPTY, "void_reason": IF_WRITTEN.format("t.void_reason")}),
    Place(Recusal, {"reason": DASH}),
    Place(Lowering, {"reason": DASH}),
    Place(
        Decision,
        {
            "text": EMPTY,
            "assessment": _all_in("t.assessment", "outcome", "amount", "by_rules"),
        },
    ),
    Place(LedgerEntry, {"note": EMPTY}, OF_SUBJECT),
    Place(
        Document,
        {
            "content": NO_ANSWERS,
            "file": EMPTY,
            "rendered_at": "coalesce(t.rendered_at, now())",
        },
    ),
    Place(
        HeadRequest,
        {
            "name": EMPTY,
            "email": EMPTY,
            "reason": IF_WRITTEN.format("t.reason"),
            "plan": EMPTY,
        },
    ),
    Place(Question, {"text": DASH}),
    Place(
        Application,
        {
            "answers": NO_ANSWERS,
            "facts": NO_ANSWERS,
            # Unlike every other: nothing is found by it, and no rule of uniqueness is broken.
            "person_key": f"'{GONE}' || t.id",
            "head_name": EMPTY,
            "head_email": EMPTY,
            "report": EMPTY,
            "awaited": "'{}'",
            "anonymised_at": "now()",
        },
        "t.id = case_.id",
    ),
]
# What goes last, with the vouchers: names, and whose it was.
WHOSE = [
    Place(Event, {"by_id": NOT_THE_APPLICANTS}),
    Place(LedgerEntry, {"by_id": NOT_THE_APPLICANTS}, OF_SUBJECT),
    Place(AllowanceEntry, {"by_id": NOT_THE_APPLICANTS}, OF_SUBJECT),
    Place(Reading, {"person_id": "nobody", "reason": EMPTY}),
    Place(Hold, {"person_id": "nobody", "reason": DASH}),
    Place(Invoice, {"snapshot": SNAPSHOT}),
    Place(Handling, {"note": EMPTY}, OF_INVOICES),
    Place(Postponement, {"reason": DASH}, OF_INVOICES),
    Place(Payment, {"account": f"'{REMOVED}'"}, OF_INVOICES),
    Place(PaymentFile, {"content": f"'{REMOVED}'"}, OF_LAST_IN_BATCH),
    Place(
        Application,
        {
            "participant": DASH,
            "workplace": EMPTY,
            "course_title": DASH,
            "applicant_id": "nobody",
            "vouchers_anonymised_at": "now()",
        },
        "t.id = case_.id",
    ),
]
# A draft that nobody else has seen goes wholly; who looked at it stays, without saying at what.
OF_DRAFT = [
    Place(Reading, {"person_id": "nobody", "application_id": "NULL::bigint", "reason": EMPTY})
]
DELETED = [
    *("applications_paper", "applications_notice"),
]
DELETED_OF_DRAFT = [
    *("applications_event", "applications_hold", "applications_verdict"),
    *("applications_question", "applications_headrequest", "applications_document"),
    "applications_original",
]
FILES = ["applications_paper", "applications_original", "applications_document"]
