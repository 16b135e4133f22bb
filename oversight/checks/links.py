"""Is the chain of hashes whole, up to the published head?"""

from django.utils.translation import gettext_lazy as _

from oversight.chain import content_of
from oversight.checks.base import REFERENCE, Check
from oversight.models import CHAINED
from oversight.sealing import COVERED

# Whose chain it is, in words: `l` is anything with chain and key.
WHOSE = f"""
CASE l.chain
    WHEN 'case' THEN (SELECT {REFERENCE} FROM applications_application a WHERE a.id = l.key)
    WHEN 'pool' THEN (SELECT p.scheme || ' ' || p.key FROM schemes_pool p WHERE p.id = l.key)
    WHEN 'batch' THEN (SELECT b.message_id FROM invoicing_paymentbatch b WHERE b.id = l.key)
END
"""
WHOSE = f"coalesce({WHOSE}, l.chain || ' ' || l.key)"
SCHEME = """
coalesce(CASE l.chain
    WHEN 'case' THEN (SELECT a.scheme FROM applications_application a WHERE a.id = l.key)
    WHEN 'pool' THEN (SELECT p.scheme FROM schemes_pool p WHERE p.id = l.key)
    WHEN 'batch' THEN (SELECT b.scheme FROM invoicing_paymentbatch b WHERE b.id = l.key)
    WHEN 'allowance' THEN (SELECT w.scheme FROM schemes_personalallowance w WHERE w.id = l.key)
    WHEN 'series' THEN (SELECT s.scheme FROM invoicing_series s WHERE s.id = l.key)
END, '')
"""
TABLES = {model._meta.db_table: (model, chained) for model, chained in CHAINED.items()}


def _of_each_table(sql: str) -> list[str]:
    """Return the question for every chained table, one by one: together they would take all memory."""
    return [
        f"WITH redacted AS MATERIALIZED ({REDACTED}) "
        + sql.format(table=table, content=content_of(model, chained))
        for table, (model, chained) in TABLES.items()
    ]


# Rows that read otherwise since a term of retention ran out, as the last removal left them, or since they
# were encrypted: `link` is the hash of the link, which still holds the chain together, `hash` that of what
# the row says now (null: gone).
REDACTED = """
(SELECT DISTINCT ON (e.of, e.row) e.of, e.row, decode(e.link, 'hex') AS link,
    decode(e.hash, 'hex') AS hash
FROM oversight_removal r
CROSS JOIN LATERAL ROWS FROM (
    jsonb_to_recordset(r.rows) AS (of text, row bigint, link text, hash text)
) WITH ORDINALITY AS e(of, row, link, hash, place)
ORDER BY e.of, e.row, r.id DESC, e.place DESC)
UNION ALL SELECT 'invoicing_paymentbatch', c.batch_id, c.link, c.hash FROM oversight_encryption c
"""
# Each row is hashed below OFFSET and compared above it: a join that compares, and gives nothing back, would
# keep all that it has hashed in memory until it ends.
CHANGED = f"""
SELECT {SCHEME} AS scheme, {WHOSE} AS whose, l.of, l.row FROM (
    SELECT l.chain, l.key, l.of, l.row, CASE WHEN r.row IS NULL
        THEN l.hash <> sha256(coalesce(before.hash, '') || convert_to(l.of || {{content}}, 'UTF8'))
        ELSE l.hash <> r.link OR r.hash IS DISTINCT FROM
            sha256(convert_to(l.of || {{content}}, 'UTF8')) END AS changed
    FROM oversight_link l
    JOIN {{table}} t ON t.id = l.row
    LEFT JOIN oversight_link before
        ON before.chain = l.chain AND before.key = l.key AND before.number = l.number - 1
    LEFT JOIN redacted r ON r.of = l.of AND r.row = l.row
    WHERE l.of = '{{table}}' AND (before.id IS NOT NULL OR l.number = 1) OFFSET 0
) l WHERE l.changed
"""
GONE = f"""
SELECT {SCHEME} AS scheme, {WHOSE} AS whose, l.of, l.row FROM oversight_link l
LEFT JOIN {{table}} t ON t.id = l.row WHERE l.of = '{{table}}' AND t.id IS NULL
    AND NOT EXISTS (SELECT 1 FROM redacted r
        WHERE r.of = l.of AND r.row = l.row AND r.hash IS NULL AND r.link = l.hash)
"""
UNLINKED = """
SELECT '' AS scheme, '{table}' AS of, t.id AS row FROM {table} t
LEFT JOIN oversight_link l ON l.of = '{table}' AND l.row = t.id WHERE l.id IS NULL
"""
BROKEN = f"""
SELECT {SCHEME} AS scheme, {WHOSE} AS whose, l.before + 1 AS first, l.number - 1 AS last FROM (
    SELECT chain, key, number,
        lag(number, 1, 0) OVER (PARTITION BY chain, key ORDER BY number) AS before
    FROM oversight_link
) l WHERE l.number <> l.before + 1
"""
CUT = f"""
SELECT {SCHEME} AS scheme, {WHOSE} AS whose, l.number, s.number AS seal, s.at::date::text AS day
FROM oversight_end l JOIN oversight_seal s ON s.id = l.seal_id
LEFT JOIN oversight_link k
    ON k.chain = l.chain AND k.key = l.key AND k.number = l.number AND k.hash = l.hash
WHERE k.id IS NULL
"""
RESEALED = f"""
SELECT '' AS scheme, s.number AS seal, s.at::date::text AS day
FROM oversight_seal s LEFT JOIN oversight_seal before ON before.number = s.number - 1
WHERE s.hash <> {COVERED} OR (s.number > 1 AND before.id IS NULL)
    OR s.ends <> (SELECT count(*) FROM oversight_end e WHERE e.seal_id = s.id)
UNION ALL
SELECT '', e.seal_id, '?' FROM oversight_end e LEFT JOIN oversight_seal s ON s.id = e.seal_id
WHERE s.id IS NULL GROUP BY e.seal_id
"""
HEAD = """
SELECT '' AS scheme, %(head)s AS head
WHERE NOT EXISTS (
    SELECT 1 FROM oversight_seal s WHERE s.number || ':' || encode(s.hash, 'hex') = %(head)s
)
"""

CHECKS = [
    Check(
        "row_changed",
        _("Rows changed afterwards"),
        _("%(whose)s: row %(row)s of “%(of)s” is not as it was written."),
        _of_each_table(CHANGED),
    ),
    Check(
        "row_gone",
        _("Rows removed"),
        _("%(whose)s: row %(row)s of “%(of)s” was removed."),
        _of_each_table(GONE),
    ),
    Check(
        "row_unlinked",
        _("Rows slipped in"),
        _("Row %(row)s of “%(of)s” was written past the chain."),
        _of_each_table(UNLINKED),
    ),
    Check(
        "chain_broken",
        _("Links missing"),
        _("%(whose)s: links %(first)s to %(last)s of its chain were removed from the middle."),
        BROKEN,
    ),
    Check(
        "chain_cut",
        _("Chains cut short"),
        _(
            "%(whose)s: link %(number)s of its chain, sealed on %(day)s (seal %(seal)s), "
            "is cut off or another one."
        ),
        CUT,
    ),
    Check(
        "seal_changed",
        _("Seals"),
        _("Seal %(seal)s of %(day)s no longer covers what it covered."),
        RESEALED,
    ),
]


def head_check(head: str) -> Check:
    """Return the check that a head which was written down outside is still among the seals."""
    return Check(
        "head_unknown",
        _("Published head"),
        _("The published head %(head)s is not among the seals: they were rewritten or cut off."),
        HEAD,
        {"head": head},
    )
