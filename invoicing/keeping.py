"""The functions of PostgreSQL that keep the register: each entry as it is reckoned, and the sums.

They run as the tables' owner, whoever writes, and also while the guards stand aside for a removal. Before
an entry is reckoned its case is locked, as by everybody else: of two who do something at once the second
sees what the first has done.
"""

ONE_AT_A_TIME = 0x7A11
EVERY = 100  # rows of the tally, after which somebody adds them up

# Where an invoice stands, from all that happened to it and to its case. A credit invoice goes the way of
# what it credits: what was credited in full before it went out, nobody sends.
RECKONED = """
SELECT i.id AS invoice_id, i.uuid, i.application_id, a.scheme, s.organisation_id, i.kind,
    coalesce(stated.number, '') AS label,
    regexp_replace(coalesce(stated.number, ''), '[0-9]+$', '') || lpad(i.number::text, 10, '0') AS filed,
    coalesce(stated.reference, '') AS reference, a.course_title, a.participant, a.workplace,
    a.starts_on, a.ends_on,
    CASE i.kind WHEN 'credit' THEN -i.amount ELSE i.amount END AS signed, i.issued_on, d.due,
    coalesce(d.due, i.issued_on) AS falls,
    CASE
        WHEN EXISTS (SELECT FROM invoicing_payment p WHERE p.invoice_id = i.id) THEN 'paid'
        WHEN i.kind = 'statement' AND t.credited > 0 THEN 'withdrawn'
        WHEN o.kind = 'statement' THEN 'withdrawn'
        WHEN t.sent AND a.state = 'settled' THEN 'settled'
        WHEN t.sent AND (i.kind = 'credit' OR t.credited = i.amount) THEN 'credited'
        WHEN t.sent THEN 'sent'
        WHEN t.kept_back THEN 'credited'
        WHEN i.kind = 'statement' THEN 'unpaid'
        ELSE 'unsent'
    END AS stage,
    EXISTS (SELECT FROM invoicing_packet p
        WHERE p.invoice_id = i.id AND p.rendered_at IS NOT NULL) AS made
FROM invoicing_invoice i
JOIN invoicing_series s ON s.id = i.series_id
JOIN applications_application a ON a.id = i.application_id
LEFT JOIN invoicing_invoice o ON o.id = i.credits_id
CROSS JOIN LATERAL jsonb_to_record(i.snapshot) AS stated(number text, reference text)
CROSS JOIN LATERAL (SELECT CASE WHEN i.kind <> 'credit' THEN coalesce(
    (SELECT n.due_on FROM invoicing_postponement n WHERE n.invoice_id = i.id
        ORDER BY n.id DESC LIMIT 1), i.due_on) END AS due) d
CROSS JOIN LATERAL (SELECT
    EXISTS (SELECT FROM invoicing_handling h WHERE h.invoice_id = i.id AND h.kind = 'sent') AS sent,
    coalesce((SELECT sum(c.amount) FROM invoicing_invoice c WHERE c.credits_id = i.id), 0) AS credited,
    NOT EXISTS (SELECT FROM invoicing_handling h
        WHERE h.invoice_id = coalesce(o.id, i.id) AND h.kind = 'sent')
    AND coalesce(o.amount, i.amount) = (SELECT sum(c.amount) FROM invoicing_invoice c
        WHERE c.credits_id = coalesce(o.id, i.id)) AS kept_back) t
"""
KEY = "invoice_id"
REST = (
    *("uuid", "application_id", "scheme", "organisation_id", "kind", "label", "filed", "reference"),
    *("course_title", "participant", "workplace", "starts_on", "ends_on", "signed", "issued_on"),
    *("due", "falls", "stage", "made"),
)
COLUMNS = ", ".join([KEY, *REST])
MOVED = ", ".join(f"excluded.{each}" for each in REST)
BEFORE = ", ".join(f"e.{each}" for each in REST)
# All that are there, into an empty table.
# In the order of their keys, as they come when each is entered in its turn: the index of words finds what
# lies together ten times as fast.
FILL = f"""
INSERT INTO invoicing_entry ({COLUMNS})
SELECT {COLUMNS} FROM ({RECKONED}) r ORDER BY invoice_id
"""
ENTER = f"""
DECLARE
    case_ bigint;
BEGIN
    IF TG_TABLE_NAME = 'applications_application' THEN
        case_ := NEW.id;
    ELSIF TG_TABLE_NAME = 'invoicing_invoice' THEN
        case_ := NEW.application_id;
    ELSE
        SELECT application_id INTO case_ FROM invoicing_invoice WHERE id = NEW.invoice_id;
    END IF;
    PERFORM 1 FROM applications_application WHERE id = case_ FOR NO KEY UPDATE;
    INSERT INTO invoicing_entry AS e ({COLUMNS})
    SELECT {COLUMNS} FROM ({RECKONED} WHERE i.application_id = case_) r
    ON CONFLICT (invoice_id) DO UPDATE SET ({", ".join(REST)}) = ({MOVED})
        WHERE ({BEFORE}) IS DISTINCT FROM ({MOVED});
    RETURN NULL;
END
"""

# What stands alike is counted together, by the month in which it was issued.
TALLIED = (
    "e.scheme, e.organisation_id, date_trunc('month', e.issued_on)::date, e.stage, e.made, "
    "CASE e.stage WHEN 'sent' THEN e.ends_on WHEN 'unsent' THEN CASE WHEN e.made THEN e.due END END"
)
ALIKE = "scheme, organisation_id, month, stage, made, day"
FILL_TALLY = f"""
INSERT INTO invoicing_tally ({ALIKE}, number, amount)
SELECT {TALLIED}, count(*), sum(e.signed) FROM invoicing_entry e GROUP BY 1, 2, 3, 4, 5, 6
"""
COUNT = f"""
DECLARE
    last bigint := 0;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO invoicing_tally ({ALIKE}, number, amount)
        SELECT {TALLIED}, -1, -e.signed FROM (SELECT OLD.*) e;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO invoicing_tally ({ALIKE}, number, amount)
        SELECT {TALLIED}, 1, e.signed FROM (SELECT NEW.*) e RETURNING id INTO last;
    END IF;
    -- Adding up waits for nobody: whoever finds another at it leaves it to them.
    IF last % {EVERY} = 0 AND pg_try_advisory_xact_lock({ONE_AT_A_TIME}) THEN
        WITH several AS MATERIALIZED (
            SELECT {ALIKE}, sum(number) AS number, sum(amount) AS amount, array_agg(id) AS ids
            FROM invoicing_tally GROUP BY {ALIKE} HAVING count(*) > 1
        ), gone AS (
            DELETE FROM invoicing_tally WHERE id IN (SELECT unnest(ids) FROM several)
        )
        INSERT INTO invoicing_tally ({ALIKE}, number, amount)
        SELECT {ALIKE}, number, amount FROM several WHERE number <> 0 OR amount <> 0;
    END IF;
    RETURN NULL;
END
"""
FUNCTIONS = {"invoicing_enter": ENTER, "invoicing_count": COUNT}
MAKE = """
CREATE OR REPLACE FUNCTION public.{name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $keep${body}$keep$
"""

CASE = ("state", "course_title", "participant", "workplace", "starts_on", "ends_on")
WHEN_CASE = ", ".join("{0}." + each for each in CASE)
COUNTED = ("scheme", "organisation_id", "issued_on", "stage", "made", "due", "ends_on", "signed")
WHEN_COUNTED = ", ".join("{0}." + each for each in COUNTED)


def _changed(columns: str) -> str:
    return f"({columns.format('OLD')}) IS DISTINCT FROM ({columns.format('NEW')})"


# Each trigger with its table, when it fires, and what it calls.
TRIGGERS = {
    "invoice_entered": ("invoicing_invoice", "INSERT OR UPDATE", "true", "enter"),
    "packet_entered": (
        *("invoicing_packet", "INSERT OR UPDATE", "NEW.rendered_at IS NOT NULL", "enter"),
    ),
    "handling_entered": ("invoicing_handling", "INSERT", "NEW.kind = 'sent'", "enter"),
    "postponement_entered": ("invoicing_postponement", "INSERT", "true", "enter"),
    "payment_entered": ("invoicing_payment", "INSERT", "true", "enter"),
    "case_entered": (
        "applications_application",
        "UPDATE",
        f"OLD.decided_at IS NOT NULL AND {_changed(WHEN_CASE)}",
        "enter",
    ),
    "entry_counted": ("invoicing_entry", "INSERT OR DELETE", "true", "count"),
    "entry_counted_anew": ("invoicing_entry", "UPDATE", _changed(WHEN_COUNTED), "count"),
}
TRIGGER = """
CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW WHEN ({when})
EXECUTE FUNCTION public.invoicing_{function}()
"""


def statements() -> list[str]:
    """Return the SQL that makes functions and triggers. A migration holds it as it was then."""
    made = [MAKE.format(name=name, body=body) for name, body in FUNCTIONS.items()]
    for name, (table, event, when, function) in TRIGGERS.items():
        made.append(
            TRIGGER.format(name=name, table=table, event=event, when=when, function=function)
        )
    return made
