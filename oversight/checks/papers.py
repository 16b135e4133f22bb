"""Do the papers of the money agree: numbers, invoices, settlements, payments?"""

from django.utils.translation import gettext_lazy as _

from oversight.checks.base import REFERENCE, Check
from oversight.checks.money import BINDS

# A series is called as it is printed before its numbers.
NAMED = """
SELECT s.id, s.scheme, max(i.number) AS last,
    coalesce(max(regexp_replace(i.snapshot->>'number', '-[0-9]+$', '')), s.id::text) AS series
FROM invoicing_series s JOIN invoicing_invoice i ON i.series_id = s.id GROUP BY s.id
"""

CHECKS = [
    Check(
        "number_missing",
        _("Gaps in the numbers"),
        _("The series %(series)s has no number %(number)s."),
        f"""
        SELECT s.scheme, s.series, n.number
        FROM ({NAMED}) s CROSS JOIN LATERAL generate_series(1, s.last) n(number)
        LEFT JOIN invoicing_invoice i ON i.series_id = s.id AND i.number = n.number
        WHERE i.id IS NULL
        """,
    ),
    Check(
        "number_twice",
        _("Numbers used twice"),
        _("The series %(series)s has number %(number)s %(times)s times."),
        f"""
        SELECT s.scheme, s.series, i.number, i.times
        FROM (SELECT series_id, number, count(*) AS times FROM invoicing_invoice
            GROUP BY 1, 2 HAVING count(*) > 1) i
        JOIN ({NAMED}) s ON s.id = i.series_id
        """,
    ),
    Check(
        "invoice_states",
        _("What invoices state"),
        _("%(reference)s: the paper with number %(number)s states another number or amount."),
        f"""
        SELECT a.scheme, {REFERENCE} AS reference, i.number
        FROM invoicing_invoice i JOIN applications_application a ON a.id = i.application_id
        WHERE i.snapshot->>'number' NOT LIKE '%-' || lpad(i.number::text, 5, '0')
            AND i.snapshot->>'number' NOT LIKE '%-' || i.number
            OR (i.snapshot->>'amount')::numeric <> i.amount
        """,
    ),
    Check(
        "decision_invoiced",
        _("Decisions and invoices"),
        _(
            "%(reference)s: a grant of %(granted)s has %(papers)s invoices or statements, of %(amount)s."
        ),
        f"""
        SELECT a.scheme, {REFERENCE} AS reference, coalesce(d.amount, 0) AS granted,
            coalesce(i.papers, 0) AS papers, coalesce(i.amount, 0) AS amount
        FROM applications_application a
        LEFT JOIN decisions_decision d ON d.application_id = a.id AND d.outcome = 'grant'
        LEFT JOIN (
            SELECT application_id, count(*) AS papers, sum(amount) AS amount
            FROM invoicing_invoice WHERE kind <> 'credit' AND replaces_id IS NULL GROUP BY 1
        ) i ON i.application_id = a.id
        WHERE (d.id IS NOT NULL OR i.papers > 0)
            AND (d.id IS NULL OR i.papers IS DISTINCT FROM 1 OR i.amount <> d.amount)
        """,
    ),
    Check(
        "invoice_claims",
        _("Invoices and grants"),
        _("%(reference)s: its invoices claim %(claimed)s, the grant is %(expected)s."),
        f"""
        SELECT a.scheme, {REFERENCE} AS reference, i.claimed, a.expected
        FROM ({BINDS}) a JOIN (
            SELECT application_id,
                sum(CASE kind WHEN 'credit' THEN -amount ELSE amount END) AS claimed
            FROM invoicing_invoice GROUP BY 1
        ) i ON i.application_id = a.id
        WHERE i.claimed <> a.expected
        """,
    ),
    Check(
        "credit_too_large",
        _("Credits"),
        _("%(reference)s: more is credited of number %(number)s than it claimed."),
        f"""
        SELECT a.scheme, {REFERENCE} AS reference, o.number
        FROM (SELECT credits_id, sum(amount) AS credited FROM invoicing_invoice
            WHERE kind = 'credit' GROUP BY 1) c
        JOIN invoicing_invoice o ON o.id = c.credits_id
        JOIN applications_application a ON a.id = o.application_id
        WHERE c.credited > o.amount
        """,
    ),
    Check(
        "settled_whole",
        _("Settlements"),
        _("%(reference)s: state, settlement and payment do not belong together."),
        f"""
        SELECT a.scheme, {REFERENCE} AS reference
        FROM applications_application a
        LEFT JOIN invoicing_settlement t ON t.application_id = a.id
        LEFT JOIN (
            SELECT i.application_id, count(*) AS payments FROM invoicing_payment p
            JOIN invoicing_invoice i ON i.id = p.invoice_id GROUP BY 1
        ) p ON p.application_id = a.id
        WHERE coalesce(p.payments, 0) + (t.id IS NOT NULL)::int <> (a.state = 'settled')::int
            OR t.payable > t.granted OR t.granted <> a.granted
        """,
    ),
    Check(
        "payment_of_statement",
        _("Payments"),
        _("%(reference)s: the payment of %(amount)s is not that of its statement."),
        f"""
        SELECT a.scheme, {REFERENCE} AS reference, p.amount
        FROM invoicing_payment p JOIN invoicing_invoice i ON i.id = p.invoice_id
        JOIN applications_application a ON a.id = i.application_id
        JOIN invoicing_paymentbatch b ON b.id = p.batch_id
        WHERE p.amount <> i.amount OR i.kind <> 'statement' OR b.scheme <> a.scheme
            OR p.amount > a.granted
            OR EXISTS (SELECT 1 FROM invoicing_invoice c WHERE c.credits_id = i.id)
            OR EXISTS (SELECT 1 FROM decisions_signature s
                WHERE s.application_id = a.id AND s.signatory_id = b.by_id)
        """,
    ),
    Check(
        "batch_adds_up",
        _("Batches of payments"),
        _(
            "The batch %(message)s says %(number)s payments of %(total)s; there are %(paid)s of %(sum)s."
        ),
        """
        SELECT b.scheme, b.message_id AS message, b.number, b.total,
            count(p.id) AS paid, coalesce(sum(p.amount), 0) AS sum
        FROM invoicing_paymentbatch b LEFT JOIN invoicing_payment p ON p.batch_id = b.id
        GROUP BY b.id
        HAVING b.number <> count(p.id) OR b.total <> coalesce(sum(p.amount), 0)
        """,
    ),
]
