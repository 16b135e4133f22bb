"""The functions of PostgreSQL that tell which terms of retention have run out, and take away what goes then.

The application's role may call them and can do nothing else about it: the function itself looks whether
the term has run out and nobody holds the case, changes exactly the columns that `oversight.places` names,
and writes down which rows read otherwise since. While it does, and only then, the guards stand aside.
"""

from typing import Any

from django.conf import settings

from oversight.chain import REFERENCE, content_of
from oversight.models import CHAINED
from oversight.places import (
    CONTENT,
    DELETED,
    DELETED_OF_DRAFT,
    FILES,
    GONE,
    NOBODY,
    OF_DRAFT,
    OF_LAST_IN_BATCH,
    WHOSE,
    Place,
)

ONE_AT_A_TIME = 0x5EA2

# Which terms have run out


# One row for each case of which something could go: what of it, since when, and whether it is held. A term
# runs until the end of its last day. As long as a year is guarded by the person's key, and the next, that
# stays; and a case whose packet still has to be made.
DUE = f"""
CREATE OR REPLACE FUNCTION public.oversight_due(day date, only_case bigint)
RETURNS TABLE (of_case bigint, scheme text, kind text, counted_from date, months integer,
    last_day date, held boolean)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $due$
WITH closed AS (
    SELECT a.*, CASE WHEN a.anonymised_at IS NOT NULL THEN 'voucher'
        WHEN a.submitted_at IS NULL THEN 'draft'
        WHEN a.state = 'settled' THEN 'paid' ELSE 'closed' END AS kind
    FROM applications_application a
    WHERE (only_case IS NULL OR a.id = only_case) AND a.vouchers_anonymised_at IS NULL
        AND a.state IN ('draft', 'refused', 'withdrawn', 'ended', 'settled')
), counted AS (
    SELECT c.*, CASE WHEN c.kind = 'voucher' THEN make_date(extract(year FROM greatest(
            (SELECT max(i.issued_on) FROM invoicing_invoice i WHERE i.application_id = c.id),
            (SELECT max(b.execute_on) FROM invoicing_invoice i
                JOIN invoicing_payment p ON p.invoice_id = i.id
                JOIN invoicing_paymentbatch b ON b.id = p.batch_id
                WHERE i.application_id = c.id),
            (SELECT (s.at AT TIME ZONE '{settings.TIME_ZONE}')::date FROM invoicing_settlement s
                WHERE s.application_id = c.id)
        ))::int, 12, 31)
        ELSE (greatest(
            CASE WHEN c.kind = 'draft' THEN c.changed_at END,
            (SELECT max(e.at) FROM applications_event e WHERE e.application_id = c.id
                AND (c.kind = 'draft'
                    OR e.kind IN ('refused', 'withdrawn', 'ended', 'paid', 'settled')))
        ) AT TIME ZONE '{settings.TIME_ZONE}')::date
        END AS counted_from
    FROM closed c
), ending AS (
    SELECT c.*, t.months, greatest(
        (c.counted_from + make_interval(months => t.months))::date,
        CASE WHEN c.kind IN ('paid', 'closed') AND c.year IS NOT NULL AND (
                c.exclusive_key IS NOT NULL
                OR EXISTS (SELECT 1 FROM schemes_allowanceentry w WHERE w.subject = c.uuid))
            THEN make_date(c.year + 1, 12, 31) END
    ) AS last_day
    FROM counted c JOIN LATERAL (
        SELECT r.months FROM schemes_retentionterm r
        WHERE r.scheme = c.scheme AND r.kind = c.kind AND r.valid_from <= day
        ORDER BY r.valid_from DESC, r.id DESC LIMIT 1
    ) t ON true
)
SELECT e.id, e.scheme, e.kind, e.counted_from, e.months, e.last_day, EXISTS (
    SELECT 1 FROM applications_hold h
    LEFT JOIN applications_hold lifted ON lifted.lifts_id = h.id
    LEFT JOIN accounts_user u ON u.id = h.person_id
    WHERE h.lifts_id IS NULL AND lifted.id IS NULL AND (h.application_id = e.id
        OR (h.application_id IS NULL AND h.scheme = e.scheme AND (h.person_id = e.applicant_id
            OR (u.person_key <> '' AND u.person_key = e.person_key))))
)
FROM ending e
WHERE e.last_day < day AND NOT EXISTS (
    SELECT 1 FROM invoicing_packet p JOIN invoicing_invoice i ON i.id = p.invoice_id
    WHERE i.application_id = e.id AND p.rendered_at IS NULL
)
$due$
"""

# Taking it away


def _noted(table: str, changed: str, hashed: str, columns: str) -> str:
    """Return the SQL that adds the rows of a linked table that were changed to those written down."""
    return f"""
    WITH changed AS ({changed})
    SELECT rows_ || coalesce(jsonb_agg(jsonb_build_object('of', '{table}', 'row', c.id,
        'columns', '{columns}', 'link', encode(l.hash, 'hex'), 'hash', {hashed}) ORDER BY c.id),
        '[]'::jsonb) INTO rows_
    FROM changed c JOIN oversight_link l ON l.of = '{table}' AND l.row = c.id;
    """


def _replaced(place: Place) -> str:
    table = place.model._meta.db_table
    to = ", ".join(f"{column} = {value}" for column, value in place.columns.items())
    before = ", ".join(f"t.{column}" for column in place.columns)
    after = ", ".join(place.columns.values())
    change = (
        f"UPDATE {table} t SET {to} WHERE {place.where} AND ({before}) IS DISTINCT FROM ({after})"
    )
    if place.model not in CHAINED:
        return change + ";"
    content = content_of(place.model, CHAINED[place.model])
    hashed = f"encode(sha256(convert_to('{table}' || c.content, 'UTF8')), 'hex')"
    columns = " ".join(place.columns)
    return _noted(table, f"{change} RETURNING t.id, {content} AS content", hashed, columns)


def _deleted(table: str) -> str:
    gone = f"DELETE FROM {table} t WHERE t.application_id = case_.id"
    if table not in {model._meta.db_table for model in CHAINED}:
        return gone + ";"
    return _noted(table, f"{gone} RETURNING t.id", "NULL", "")


def _all(places: list[Place]) -> str:
    return "\n".join(_replaced(each) for each in places)


FILES_GO = "\n".join(
    f"INSERT INTO oversight_filetoremove (name, since) SELECT t.file, now() FROM {table} t "
    "WHERE t.application_id = case_.id AND t.file <> '';"
    for table in FILES
)
PACKETS_GO = """
INSERT INTO oversight_filetoremove (name, since) SELECT t.file, now() FROM invoicing_packet t
    JOIN invoicing_invoice i ON i.id = t.invoice_id
    WHERE i.application_id = case_.id AND t.file <> '';
"""
# A person's allowance of a year that is long over, once all that was drawn from it is anonymised.
ALLOWANCES = f"""
UPDATE schemes_personalallowance w SET person_key = '{GONE}' || w.id
WHERE w.year + 1 < extract(year FROM day) AND w.person_key <> '{GONE}' || w.id
    AND EXISTS (SELECT 1 FROM schemes_allowanceentry e
        WHERE e.allowance_id = w.id AND e.subject = case_.uuid)
    AND NOT EXISTS (SELECT 1 FROM schemes_allowanceentry e
        JOIN applications_application a ON a.uuid = e.subject
        WHERE e.allowance_id = w.id AND a.anonymised_at IS NULL);
"""
KEYS_GO = f"DELETE FROM invoicing_batchkey t WHERE {OF_LAST_IN_BATCH};"

REMOVE = f"""
CREATE OR REPLACE FUNCTION public.oversight_remove(only_case bigint, day date) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET TimeZone = 'UTC' AS $remove$
DECLARE
    case_ RECORD;
    due RECORD;
    nobody bigint;
    rows_ jsonb := '[]';
    reference_ text;
BEGIN
    IF day > (clock_timestamp() AT TIME ZONE '{settings.TIME_ZONE}')::date THEN
        RAISE EXCEPTION 'The day % has not come.', day USING ERRCODE = 'check_violation';
    END IF;
    -- One at a time: the last of a batch takes its files along.
    PERFORM pg_advisory_xact_lock({ONE_AT_A_TIME});
    SELECT * INTO case_ FROM applications_application WHERE id = only_case FOR UPDATE;
    SELECT * INTO due FROM oversight_due(day, only_case);
    IF due.of_case IS NULL THEN
        RAISE EXCEPTION 'No term of case % has run out.', only_case USING ERRCODE = 'check_violation';
    END IF;
    IF due.held THEN
        RAISE EXCEPTION 'Case % is held.', only_case USING ERRCODE = 'check_violation';
    END IF;
    SELECT id INTO STRICT nobody FROM accounts_user WHERE email = '{NOBODY}';
    SELECT {REFERENCE} INTO reference_ FROM applications_application a WHERE a.id = only_case;
    INSERT INTO oversight_aside (transaction) VALUES (pg_current_xact_id()::text::bigint);
    PERFORM set_config('kursmedel.aside', 'on', true);
    IF due.kind <> 'voucher' THEN
        {FILES_GO}
        {"".join(_deleted(table) for table in DELETED)}
    END IF;
    IF due.kind = 'draft' THEN
        {_all(OF_DRAFT)}
        {"".join(_deleted(table) for table in DELETED_OF_DRAFT)}
        DELETE FROM applications_application WHERE id = case_.id;
    ELSIF due.kind <> 'voucher' THEN
        {_all(CONTENT)}
        {ALLOWANCES}
    END IF;
    IF due.kind = 'voucher' OR (due.kind <> 'draft' AND NOT EXISTS (
            SELECT 1 FROM invoicing_invoice WHERE application_id = case_.id)) THEN
        {PACKETS_GO}
        {_all(WHOSE)}
        {KEYS_GO}
    END IF;
    PERFORM set_config('kursmedel.aside', '', true);
    DELETE FROM oversight_aside;
    INSERT INTO oversight_removal (scheme, kind, of_case, reference, counted_from, months, last_day,
        "on", at, rows)
    VALUES (due.scheme, due.kind, due.of_case, reference_, due.counted_from, due.months,
        due.last_day, day, now(), rows_);
    RETURN due.kind;
END $remove$;
REVOKE ALL ON FUNCTION public.oversight_remove(bigint, date) FROM PUBLIC
"""
FUNCTIONS = {"oversight_due": DUE, "oversight_remove": REMOVE}


def source(function: str) -> str:
    """Return the body of one of the functions, as PostgreSQL keeps it."""
    return FUNCTIONS[function].split("$")[2]


def install(cursor: Any) -> None:
    """Put both functions up as they stand here, whatever else is migrated by then. Needs the owner."""
    cursor.execute("SET LOCAL check_function_bodies = off")
    for function in FUNCTIONS.values():
        cursor.execute(function)
