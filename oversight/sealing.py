"""The seal: once a night the ends of all chains that grew come under one hash, the published head."""

from datetime import datetime

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from oversight.models import Seal

ONE_AT_A_TIME = 0x5EA1

# One statement sees one moment: what is committed later is sealed the next time.
ENDS = """
INSERT INTO oversight_end (seal_id, chain, key, number, hash)
SELECT %s, l.chain, l.key, l.number, l.hash
FROM (SELECT chain, key, max(number) AS number FROM oversight_link GROUP BY chain, key) grown
JOIN oversight_link l USING (chain, key, number)
LEFT JOIN oversight_end e USING (chain, key, number)
WHERE e.id IS NULL
"""
# What a seal covers: the head before, its own number and moment, and every end in a fixed order.
COVERED = """
sha256(coalesce(before.hash, '') || convert_to(s.number || ' ' || s.at || E'\\n' || coalesce((
    SELECT string_agg(e.chain || ' ' || e.key || ' ' || e.number || ' ' || encode(e.hash, 'hex'),
        E'\\n' ORDER BY e.chain COLLATE "C", e.key, e.number)
    FROM oversight_end e WHERE e.seal_id = s.id
), ''), 'UTF8'))
"""


@transaction.atomic
def seal(*, at: datetime) -> Seal | None:
    """Seal what was written since the last time and return the seal; None when there is nothing new.

    Its `head` is to be published: written down where the database's owner cannot reach it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TimeZone TO 'UTC'")
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
        number = (Seal.objects.values_list("number", flat=True).first() or 0) + 1
        key = _next_key(cursor)
        cursor.execute(ENDS, [key])
        if not cursor.rowcount:
            return None
        _write(cursor, key, number, cursor.rowcount, at)
    return Seal.objects.get(pk=key)


def _next_key(cursor: CursorWrapper) -> int:
    cursor.execute("SELECT nextval(pg_get_serial_sequence('oversight_seal', 'id'))")
    return cursor.fetchone()[0]


def _write(cursor: CursorWrapper, key: int, number: int, ends: int, at: datetime) -> None:
    # The ends point to a seal that is written after them: its hash is known only then.
    cursor.execute(
        f"""
        INSERT INTO oversight_seal (id, number, at, ends, hash)
        SELECT s.id, s.number, s.at, s.ends, {COVERED}
        FROM (SELECT %s::bigint AS id, %s::int AS number, %s::timestamptz AS at, %s::int AS ends) s
        LEFT JOIN oversight_seal before ON before.number = s.number - 1
        """,  # noqa: S608, nothing in it comes from outside  # nosec B608
        [key, number, at, ends],
    )


def published_head() -> str:
    """Return the head of the last seal, or "" before the first."""
    last = Seal.objects.first()
    return last.head if last else ""
