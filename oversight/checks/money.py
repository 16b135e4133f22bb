"""Does the money agree: ledger, pools, grants, allowances?"""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from invoicing.guards import COMES_TO
from oversight.checks.base import REFERENCE, Check

WRITTEN = """
SELECT p.*, p.scheme || ' ' || p.key AS pool,
    coalesce(s.budget, 0) AS ledger_budget, coalesce(s.committed, 0) AS ledger_committed
FROM schemes_pool p LEFT JOIN (
    SELECT pool_id, sum(amount) FILTER (WHERE kind IN ('budget', 'transfer')) AS budget,
        sum(amount) FILTER (WHERE kind IN ('grant', 'release')) AS committed
    FROM schemes_ledgerentry GROUP BY pool_id
) s ON s.pool_id = p.id
"""
# What an application binds today, whatever the ledger says.
BINDS = f"SELECT case_.*, {COMES_TO} AS expected FROM applications_application case_"

CHECKS = [
    Check(
        "pool_adds_up",
        _("Pools and ledger"),
        _(
            "The pool %(pool)s says %(committed)s of %(budget)s; "
            "by its ledger it is %(ledger_committed)s of %(ledger_budget)s."
        ),
        f"""
        SELECT scheme, pool, budget, committed, ledger_budget, ledger_committed
        FROM ({WRITTEN}) p
        WHERE budget <> ledger_budget OR committed <> ledger_committed
        """,
    ),
    Check(
        "balance_kept",
        _("Balances"),
        _(
            "The pool %(pool)s: PostgreSQL has kept a balance of %(kept)s; its ledger says %(written)s."
        ),
        f"""
        SELECT p.scheme, p.pool, coalesce(b.committed, 0) AS kept, p.ledger_committed AS written
        FROM ({WRITTEN}) p LEFT JOIN oversight_balance b ON b.pool_id = p.id
        WHERE coalesce(b.committed, 0) <> p.ledger_committed
        UNION ALL
        SELECT p.scheme, p.pool, coalesce(b.budget, 0), p.ledger_budget
        FROM ({WRITTEN}) p LEFT JOIN oversight_balance b ON b.pool_id = p.id
        WHERE coalesce(b.budget, 0) <> p.ledger_budget
        """,
    ),
    Check(
        "month_kept",
        _("Months of the pools"),
        _("The pool %(pool)s: for %(month)s %(kept)s is kept; its ledger says %(written)s."),
        """
        SELECT p.scheme, p.scheme || ' ' || p.key AS pool, coalesce(w.month, k.month)::text AS month,
            coalesce(k.amount, 0) AS kept, coalesce(w.amount, 0) AS written
        FROM (
            SELECT l.pool_id, date_trunc('month', l.at AT TIME ZONE
                coalesce(nullif(c.time_zone, ''), %(zone)s))::date AS month, sum(l.amount) AS amount
            FROM schemes_ledgerentry l JOIN schemes_pool o ON o.id = l.pool_id
            LEFT JOIN schemes_charter c ON c.scheme = o.scheme
            WHERE l.kind IN ('grant', 'release') GROUP BY 1, 2
        ) w FULL JOIN schemes_spent k ON k.pool_id = w.pool_id AND k.month = w.month
        JOIN schemes_pool p ON p.id = coalesce(w.pool_id, k.pool_id)
        WHERE coalesce(k.amount, 0) <> coalesce(w.amount, 0)
        """,
        {"zone": settings.TIME_ZONE},
    ),
    Check(
        "transfers_even",
        _("Transfers between pools"),
        _("Transfers between the pools of %(scheme_)s do not balance: %(amount)s."),
        """
        SELECT p.scheme, p.scheme AS scheme_, sum(l.amount) AS amount
        FROM schemes_ledgerentry l JOIN schemes_pool p ON p.id = l.pool_id
        WHERE l.kind = 'transfer' GROUP BY p.scheme HAVING sum(l.amount) <> 0
        """,
    ),
    Check(
        "pool_overspent",
        _("Budgets"),
        _("The pool %(pool)s is overspent: %(committed)s of %(budget)s is granted."),
        f"""
        SELECT scheme, pool, greatest(committed, ledger_committed) AS committed, budget
        FROM ({WRITTEN}) p
        WHERE committed > budget OR committed < 0 OR ledger_committed > ledger_budget
        """,
    ),
    Check(
        "grant_bound",
        _("Grants and ledger"),
        _("%(reference)s: %(expected)s should be bound in its pool, the ledger says %(bound)s."),
        f"""
        SELECT a.scheme, {REFERENCE} AS reference, a.expected, coalesce(l.bound, 0) AS bound
        FROM ({BINDS}) a LEFT JOIN (
            SELECT subject, sum(amount) AS bound, min(pool_id) AS low, max(pool_id) AS high
            FROM schemes_ledgerentry WHERE subject IS NOT NULL GROUP BY subject
        ) l ON l.subject = a.uuid
        WHERE a.expected <> coalesce(l.bound, 0) OR l.low <> a.pool_id OR l.high <> a.pool_id
        """,
    ),
    Check(
        "ledger_subject",
        _("Ledger rows without an application"),
        _("Row %(row)s of the ledger moves %(amount)s in the pool %(pool)s for no application."),
        """
        SELECT p.scheme, l.id AS row, l.amount, p.scheme || ' ' || p.key AS pool
        FROM schemes_ledgerentry l JOIN schemes_pool p ON p.id = l.pool_id
        LEFT JOIN applications_application a ON a.uuid = l.subject
        WHERE l.kind IN ('grant', 'release') AND a.id IS NULL
        """,
    ),
    Check(
        "grant_doubled",
        _("Grants per person and year"),
        _("One person holds more than one live grant: %(references)s."),
        f"""
        SELECT a.scheme, string_agg({REFERENCE}, ', ' ORDER BY a.id) AS references
        FROM applications_application a
        WHERE a.state IN ('approved', 'settled') AND a.exclusive_key IS NOT NULL
        GROUP BY a.scheme, a.person_key, a.exclusive_key HAVING count(*) > 1
        """,
    ),
    Check(
        "grant_keyed",
        _("Grants and their year"),
        _("%(reference)s is a live grant, and does not take the person's year."),
        f"""
        SELECT a.scheme, {REFERENCE} AS reference
        FROM applications_application a JOIN schemes_charter c ON c.scheme = a.scheme
        WHERE a.state IN ('approved', 'settled') AND a.exclusive_key IS DISTINCT FROM
            nullif(replace(c.exclusive, '9999', extract(year FROM a.starts_on)::text), '')
        """,
    ),
    Check(
        "allowance_overspent",
        _("Allowances"),
        _(
            "An allowance of %(year)s says %(used)s of %(most)s units, by its entries it is "
            "%(written)s: %(references)s."
        ),
        f"""
        SELECT p.scheme, p.year, p.used, p."limit" AS most, coalesce(sum(e.units), 0) AS written,
            coalesce(string_agg(DISTINCT {REFERENCE}, ', '), '–') AS references
        FROM schemes_personalallowance p
        LEFT JOIN schemes_allowanceentry e ON e.allowance_id = p.id
        LEFT JOIN applications_application a ON a.uuid = e.subject
        GROUP BY p.id
        HAVING p.used <> coalesce(sum(e.units), 0) OR p.used > p."limit"
        """,
    ),
    Check(
        "allowance_of_live_grant",
        _("Allowances and grants"),
        _("%(reference)s is no live grant, and still uses %(units)s units of an allowance."),
        f"""
        SELECT a.scheme, {REFERENCE} AS reference, e.units
        FROM (SELECT subject, sum(units) AS units FROM schemes_allowanceentry GROUP BY 1) e
        JOIN applications_application a ON a.uuid = e.subject
        WHERE e.units <> 0 AND a.state NOT IN ('approved', 'settled')
        """,
    ),
]
