"""What PostgreSQL itself refuses about invoices and payments, whoever writes."""

import pgtrigger

from schemes.guards import append_only

# Takes the locks in the house's order: application, then series. What was committed meanwhile is
# seen, because each statement of the function reads anew.
NEXT_NUMBER = """
    PERFORM 1 FROM applications_application WHERE id = NEW.application_id FOR NO KEY UPDATE;
    PERFORM 1 FROM invoicing_series WHERE id = NEW.series_id FOR NO KEY UPDATE;
    SELECT coalesce(max(number), 0) + 1 INTO next_number
        FROM invoicing_invoice WHERE series_id = NEW.series_id;
    IF NEW.number <> next_number THEN
        RAISE EXCEPTION 'The next invoice of the series is number %, not %', next_number, NEW.number
            USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM invoicing_series s JOIN applications_application a
            ON a.scheme = s.scheme AND a.organisation_id IS NOT DISTINCT FROM s.organisation_id
        WHERE s.id = NEW.series_id AND a.id = NEW.application_id
            AND (s.organisation_id IS NOT NULL OR NEW.kind <> 'invoice')
            AND s.year = extract(year FROM NEW.issued_on)
    ) THEN
        RAISE EXCEPTION 'The series is that of another administration or year'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""

NEVER_ABOVE_THE_GRANT = """
    IF NEW.kind <> 'credit' THEN
        -- What is settled may still be stated anew, for as much as it came to.
        SELECT coalesce(s.payable, a.granted, 0) INTO room FROM applications_application a
            LEFT JOIN invoicing_settlement s ON s.application_id = a.id
            WHERE a.id = NEW.application_id AND (a.state = 'approved'
                OR (a.state = 'settled' AND NEW.replaces_id IS NOT NULL));
        IF NEW.replaces_id IS NULL AND NEW.amount > 0 AND NEW.amount < room THEN
            RAISE EXCEPTION 'An invoice claims what a live grant has been granted (R34)'
                USING ERRCODE = 'check_violation';
        END IF;
    ELSE
        SELECT amount - (
            SELECT coalesce(sum(c.amount), 0) FROM invoicing_invoice c WHERE c.credits_id = o.id
        ) INTO room FROM invoicing_invoice o
            WHERE o.id = NEW.credits_id AND o.kind <> 'credit'
                AND o.application_id = NEW.application_id;
        IF EXISTS (SELECT 1 FROM invoicing_payment WHERE invoice_id = NEW.credits_id) THEN
            RAISE EXCEPTION 'What has been paid is not taken back'
                USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    IF room IS NULL OR NEW.amount > room THEN
        RAISE EXCEPTION 'The amount % is more than the % that there is room for', NEW.amount, room
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.replaces_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM invoicing_invoice o
        WHERE o.id = NEW.replaces_id AND o.kind = 'invoice'
            AND o.application_id = NEW.application_id
            AND o.amount = (
                SELECT sum(c.amount) FROM invoicing_invoice c WHERE c.credits_id = o.id
            )
    ) THEN
        RAISE EXCEPTION 'Only an invoice that is credited in full is replaced'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""

# Locks the case first, like everybody; the statement itself never changes.
RELEASED_ONCE = """
    SELECT * INTO stated FROM invoicing_invoice WHERE id = NEW.invoice_id;
    SELECT * INTO case_ FROM applications_application
        WHERE id = stated.application_id FOR NO KEY UPDATE;
    SELECT * INTO batch FROM invoicing_paymentbatch WHERE id = NEW.batch_id;
    SELECT * INTO person FROM accounts_user WHERE id = batch.by_id;
    IF stated.kind <> 'statement' OR case_.state <> 'approved' OR EXISTS (
        SELECT 1 FROM invoicing_invoice WHERE credits_id = stated.id
    ) THEN
        RAISE EXCEPTION 'Only the statement of a live grant is paid'
            USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM invoicing_packet WHERE invoice_id = stated.id AND rendered_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'A statement is made before it is paid'
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.amount <> stated.amount OR batch.scheme <> case_.scheme THEN
        RAISE EXCEPTION 'A payment has the amount and the scheme of its statement'
            USING ERRCODE = 'check_violation';
    END IF;
    IF person.id = case_.applicant_id
            OR (person.person_key <> '' AND person.person_key = case_.person_key) THEN
        RAISE EXCEPTION 'Nobody releases their own payment'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""

# Read at commit, when the whole batch is there and its cases are settled.
BATCH_AGREES = """
    SELECT * INTO batch FROM invoicing_paymentbatch WHERE id = BATCH;
    SELECT count(*), coalesce(sum(p.amount), 0), count(*) FILTER (WHERE a.state <> 'settled')
        INTO paid, total, unsettled
        FROM invoicing_payment p
        JOIN invoicing_invoice i ON i.id = p.invoice_id
        JOIN applications_application a ON a.id = i.application_id
        WHERE p.batch_id = batch.id;
    IF paid <> batch.number OR total <> batch.total OR paid = 0 OR unsettled > 0 THEN
        RAISE EXCEPTION 'A batch is its payments, no more and no fewer, each of a settled grant'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
"""

# What a case binds in its pool: a live grant all of it, a settled one what the course then cost (R22, R27).
# What is paid out is always the whole grant: a statement claims all of it, and its payment is of that.
COMES_TO = """(
    CASE case_.state WHEN 'approved' THEN case_.granted WHEN 'settled' THEN coalesce(
        (SELECT payable FROM invoicing_settlement WHERE application_id = case_.id), case_.granted
    ) ELSE 0 END
)"""

# Read at commit: the row as it stands then, not as it stood when the trigger was queued.
SETTLED_WITH_MONEY = """
    SELECT * INTO case_ FROM applications_application WHERE id = NEW.id;
    SELECT * INTO cost FROM invoicing_settlement WHERE application_id = case_.id;
    due := COMES_TO;
    IF due <> (SELECT coalesce(sum(amount), 0) FROM schemes_ledgerentry
                WHERE subject = case_.uuid AND kind IN ('grant', 'release'))
            OR due <> (SELECT coalesce(sum(CASE kind WHEN 'credit' THEN -amount ELSE amount END), 0)
                FROM invoicing_invoice WHERE application_id = case_.id)
            OR cost.granted <> case_.granted THEN
        RAISE EXCEPTION 'What a grant comes to is bound and claimed, the rest goes back (R22)'
            USING ERRCODE = 'check_violation';
    END IF;
    IF case_.state <> 'settled' THEN
        RETURN NULL;
    END IF;
    IF EXISTS (
        SELECT 1 FROM invoicing_invoice WHERE application_id = case_.id AND kind = 'statement'
    ) THEN
        IF NOT EXISTS (
            SELECT 1 FROM invoicing_payment p JOIN invoicing_invoice i ON i.id = p.invoice_id
            WHERE i.application_id = case_.id
        ) THEN
            RAISE EXCEPTION 'A grant that is paid out is settled by its payment'
                USING ERRCODE = 'check_violation';
        END IF;
    ELSIF cost.id IS NULL THEN
        RAISE EXCEPTION 'A grant that is invoiced is settled by what the course cost'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
"""


def _before_insert(name: str, func: str, *declared: tuple[str, str]) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        declare=list(declared),
        func=func,
    )


def _batch_at_commit(name: str, batch: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        timing=pgtrigger.Deferred,
        declare=[
            ("batch", "RECORD"),
            ("paid", "integer"),
            ("total", "numeric"),
            ("unsettled", "integer"),
        ],
        func=BATCH_AGREES.replace("BATCH", batch),
    )


INVOICE = [
    *append_only("invoices"),
    _before_insert("invoice_next_number", NEXT_NUMBER, ("next_number", "integer")),
    # Fires after the one above, which holds the locks.
    _before_insert("invoice_room", NEVER_ABOVE_THE_GRANT, ("room", "numeric")),
]
GRANT = [
    pgtrigger.Trigger(
        name="settled_with_money",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update,
        timing=pgtrigger.Deferred,
        condition=pgtrigger.Condition("NEW.state IN ('settled', 'ended')"),
        declare=[("case_", "RECORD"), ("cost", "RECORD"), ("due", "numeric")],
        func=SETTLED_WITH_MONEY.replace("COMES_TO", COMES_TO),
    )
]
BATCH = [*append_only("payment_batches"), _batch_at_commit("batch_agrees", "NEW.id")]
PAYMENT = [
    *append_only("payments"),
    _before_insert(
        "payment_released_once",
        RELEASED_ONCE,
        ("stated", "RECORD"),
        ("case_", "RECORD"),
        ("batch", "RECORD"),
        ("person", "RECORD"),
    ),
    _batch_at_commit("payment_in_batch", "NEW.batch_id"),
]
