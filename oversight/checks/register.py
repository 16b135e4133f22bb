"""Does the register stand as it is reckoned: every entry, and their sums by month?"""

from django.utils.translation import gettext_lazy as _

from invoicing.keeping import ALIKE, RECKONED, REST, TALLIED
from oversight.checks.base import REFERENCE, Check

# Compared row by row, below OFFSET: as a difference of two sets, or while they are joined, PostgreSQL
# might hold all of them in memory.
WANTED, KEPT = (", ".join(f"{row}.{name}" for name in REST) for row in "re")

CHECKS = [
    Check(
        "entry_kept",
        _("Register of invoices"),
        _(
            "%(reference)s: the register does not say where the paper with number %(number)s stands."
        ),
        f"""
        SELECT a.scheme, {REFERENCE} AS reference, i.number FROM (
            SELECT r.invoice_id, ({WANTED}) IS DISTINCT FROM ({KEPT}) AS differs
            FROM ({RECKONED}) r LEFT JOIN invoicing_entry e ON e.invoice_id = r.invoice_id OFFSET 0
        ) w
        JOIN invoicing_invoice i ON i.id = w.invoice_id
        JOIN applications_application a ON a.id = i.application_id
        WHERE w.differs
        """,
    ),
    Check(
        "tally_kept",
        _("Sums of the register"),
        _(
            "The sums of %(month)s count %(counted)s invoices of %(sum)s alike; "
            "in the register there are %(number)s of %(amount)s."
        ),
        f"""
        SELECT coalesce(e.scheme, t.scheme) AS scheme, coalesce(e.month, t.month)::text AS month,
            coalesce(t.number, 0) AS counted, coalesce(t.amount, 0) AS sum,
            coalesce(e.number, 0) AS number, coalesce(e.amount, 0) AS amount
        FROM (SELECT {ALIKE}, sum(number) AS number, sum(amount) AS amount
            FROM invoicing_tally GROUP BY {ALIKE}) t
        FULL JOIN (SELECT {TALLIED} AS day, count(*) AS number, sum(e.signed) AS amount
            FROM invoicing_entry e GROUP BY 1, 2, 3, 4, 5, 6) e ({ALIKE}, number, amount)
        ON (e.scheme, coalesce(e.organisation_id, 0), e.month, e.stage, e.made,
                coalesce(e.day, 'infinity'))
            = (t.scheme, coalesce(t.organisation_id, 0), t.month, t.stage, t.made,
                coalesce(t.day, 'infinity'))
        WHERE coalesce(e.number, 0) <> coalesce(t.number, 0)
            OR coalesce(e.amount, 0) <> coalesce(t.amount, 0)
        """,
    ),
    Check(
        "entry_of_nothing",
        _("Register without invoices"),
        _("The register has the paper %(label)s, which does not exist."),
        """
        SELECT e.scheme, e.label FROM invoicing_entry e
        LEFT JOIN invoicing_invoice i ON i.id = e.invoice_id WHERE i.id IS NULL
        """,
    ),
]
