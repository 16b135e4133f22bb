"""Links rows that came to be without their triggers: of before the chain, or of a benchmark."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

# Running over the rows of a chain in order, this hashes each with all before it, as the triggers do.
NEXT = """
CREATE OR REPLACE FUNCTION pg_temp.next_hash(bytea, text) RETURNS bytea LANGUAGE plpgsql IMMUTABLE
AS $$ BEGIN RETURN sha256(coalesce($1, '') || convert_to($2, 'UTF8')); END $$
"""
ALL = "CREATE AGGREGATE pg_temp.chain_hash(text) (SFUNC = pg_temp.next_hash, STYPE = bytea)"
KNOWN = "SELECT 1 FROM pg_aggregate WHERE aggfnoid::text LIKE '%chain_hash'"
# Only keys are put in order; what a row says is read when its turn comes, for it may be long.
LINK = """
INSERT INTO oversight_link (chain, key, number, of, row, hash)
SELECT chain, key, row_number() OVER w, of, row, pg_temp.chain_hash(of || content) OVER w
FROM (
    SELECT chain, key, place, of, row, CASE place {contents} END AS content
    FROM ({rows} ORDER BY chain, key, place, row) ordered
) unlinked
WINDOW w AS (PARTITION BY chain, key ORDER BY place, row ROWS UNBOUNDED PRECEDING)
"""
ROWS = """
SELECT '{chain}' AS chain, ({key})::bigint AS key, {place} AS place, '{table}' AS of,
    {table}.id AS row FROM {table}
"""
CONTENT = "WHEN {place} THEN (SELECT {content} FROM {table} WHERE {table}.id = ordered.row)"


@dataclass(frozen=True)
class Unlinked:
    """A table without links: its chain, and the SQL of each row's key and content."""

    table: str
    chain: str
    key: str
    content: str


def link_all(cursor: Any, tables: Iterable[Unlinked]) -> None:
    """Write the links of every row of tables that have none at all, in one statement.

    Needs the right to make temporary functions; never used on rows of a running installation, where a
    row without a link is a finding.
    """
    placed = [{"place": place, **vars(each)} for place, each in enumerate(tables)]
    rows = " UNION ALL ".join(ROWS.format(**each) for each in placed)
    contents = " ".join(CONTENT.format(**each) for each in placed)
    cursor.execute("SET LOCAL TimeZone TO 'UTC'")
    cursor.execute(NEXT)
    cursor.execute(KNOWN)
    if not cursor.fetchone():
        cursor.execute(ALL)
    cursor.execute(LINK.format(rows=rows, contents=contents))
