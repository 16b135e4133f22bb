"""What PostgreSQL itself refuses about signatures and decisions, whoever writes."""

from typing import Any

import pgtrigger
from pgtrigger.core import Operation

from schemes.guards import append_only, never_removed


def _holds(signature: str, moment: str) -> str:
    """Return the SQL for whether a signatory holds the mandate of a signature at a moment.

    The database does not know where a scheme is at home, so it lets a day pass at both ends.
    """
    day = f"({moment} AT TIME ZONE 'UTC')::date"
    return f"""EXISTS (
    SELECT 1 FROM accounts_mandate m
    WHERE m.user_id = {signature}.signatory_id AND m.capacity = {signature}.capacity
        AND m.scheme = case_.scheme AND m.valid_from <= {day} + 1
        AND (m.valid_to IS NULL OR m.valid_to >= {day} - 1)
)"""  # noqa: S608, nothing in it comes from outside


def _now(moment: str) -> str:
    """Return the SQL that refuses a moment which is not now, wherever the clock cannot be held."""
    return f"""
IF NOT clock_can_be_held() AND abs(extract(epoch FROM statement_timestamp() - {moment})) > 600 THEN
    RAISE EXCEPTION 'It is signed and decided now, on no other day.' REFUSED;
END IF;
"""


# The row of the application is locked first: whoever decides at the same time waits for it.
SHORT = {
    "LOCK_CASE;": "SELECT * INTO case_ FROM applications_application "
    "WHERE id = NEW.application_id FOR NO KEY UPDATE;",
    "SIGNED_NOW;": _now("NEW.signed_at"),
    "DECIDED_NOW;": _now("NEW.decided_at"),
    "SIGNS_WITH_MANDATE": _holds("NEW", "NEW.signed_at"),
    "STILL_WITH_MANDATE": _holds("s", "NEW.decided_at"),
    "REFUSED;": "USING ERRCODE = 'check_violation';",
}

UNBIASED = """
LOCK_CASE;
SIGNED_NOW;
SELECT * INTO person FROM accounts_user WHERE id = NEW.signatory_id;
IF case_.state <> 'submitted' OR case_.revision <> NEW.revision THEN
    RAISE EXCEPTION 'A signature counts for a submitted application as it reads now.' REFUSED;
END IF;
IF case_.applicant_id = person.id
        OR (person.person_key <> '' AND person.person_key = case_.person_key) THEN
    RAISE EXCEPTION 'Nobody signs in their own case (R21).' REFUSED;
END IF;
IF lower(person.email) = lower(case_.head_email) OR EXISTS (
        SELECT 1 FROM applications_headrequest
        WHERE application_id = case_.id AND answer <> '' AND lower(email) = lower(person.email)
) THEN
    RAISE EXCEPTION 'The head of the unit does not sign (R21).' REFUSED;
END IF;
IF EXISTS (SELECT 1 FROM decisions_recusal
           WHERE application_id = case_.id AND user_id = person.id) THEN
    RAISE EXCEPTION 'Who has declared a bias does not sign (R21).' REFUSED;
END IF;
IF NOT SIGNS_WITH_MANDATE THEN
    RAISE EXCEPTION 'Who signs holds a mandate in that capacity on that day (R21).' REFUSED;
END IF;
RETURN NEW;
"""

ONLY_VOIDED = """
LOCK_CASE;
IF OLD.voided_at IS NOT NULL OR NEW.voided_at IS NULL
        OR to_jsonb(OLD) - 'voided_at' - 'void_reason'
            IS DISTINCT FROM to_jsonb(NEW) - 'voided_at' - 'void_reason' THEN
    RAISE EXCEPTION 'A signature is never changed; it can be voided once.' REFUSED;
END IF;
IF EXISTS (SELECT 1 FROM decisions_decision WHERE application_id = NEW.application_id) THEN
    RAISE EXCEPTION 'A signature behind a decision stays.' REFUSED;
END IF;
RETURN NEW;
"""

# Counts whom the signatures come from, so that one person never makes up two of them.
SIGNED_BY_ALL = """
LOCK_CASE;
DECIDED_NOW;
IF NOT EXISTS (
        SELECT 1 FROM schemes_charter WHERE scheme = case_.scheme
            AND capacities @> NEW.capacities AND capacities <@ NEW.capacities
) THEN
    RAISE EXCEPTION 'A decision is signed in the capacities that its scheme asks for (R21).' REFUSED;
END IF;
SELECT count(DISTINCT signatory_id), count(DISTINCT capacity) INTO people, held
FROM decisions_signature s
WHERE application_id = NEW.application_id AND voided_at IS NULL
    AND revision = case_.revision AND outcome = NEW.outcome
    AND amount IS NOT DISTINCT FROM NEW.amount AND capacity = ANY (NEW.capacities)
    AND STILL_WITH_MANDATE;
IF people <> cardinality(NEW.capacities) OR held <> cardinality(NEW.capacities) THEN
    RAISE EXCEPTION 'A decision needs the same word in each capacity, from different people (R21).' REFUSED;
END IF;
IF NEW.outcome = 'grant' AND NOT EXISTS (
        SELECT 1 FROM schemes_pool p WHERE p.id = NEW.pool_id AND p.scheme = case_.scheme
            AND NEW.decided_on BETWEEN p.starts_on AND p.ends_on
) THEN
    RAISE EXCEPTION 'A grant is paid by the pool of its scheme and its day (R26).' REFUSED;
END IF;
RETURN NEW;
"""

STATE_FOLLOWS = """
SELECT * INTO case_ FROM applications_application WHERE id = NEW.application_id;
IF (NEW.outcome = 'refuse') <> (case_.state = 'refused')
        OR case_.state NOT IN ('approved', 'refused', 'settled', 'ended') THEN
    RAISE EXCEPTION 'A decision and the state of its application go together.' REFUSED;
END IF;
RETURN NULL;
"""

# Read at commit: the row as it stands then, not as it stood when the trigger was queued. The key that
# keeps a person to one grant a year follows from the case's own first day.
DECIDED = """
SELECT * INTO case_ FROM applications_application WHERE id = NEW.id;
SELECT * INTO made FROM decisions_decision WHERE application_id = NEW.id;
IF case_.state = 'refused' AND made.outcome IS DISTINCT FROM 'refuse' THEN
    RAISE EXCEPTION 'A refused application has a decision that refuses it (R21).' REFUSED;
END IF;
IF case_.state IN ('approved', 'settled', 'ended') AND (
        made.outcome IS DISTINCT FROM 'grant'
        OR made.amount IS DISTINCT FROM case_.granted
        OR made.pool_id IS DISTINCT FROM case_.pool_id
        OR NOT EXISTS (
            SELECT 1 FROM schemes_ledgerentry
            WHERE subject = case_.uuid AND pool_id = made.pool_id
                AND kind = 'grant' AND amount = made.amount
        )
) THEN
    RAISE EXCEPTION 'A grant has its decision, and its money is bound in the pool (R21, R27).' REFUSED;
END IF;
SELECT replace(exclusive, '9999', extract(year FROM case_.starts_on)::text) INTO key_
FROM schemes_charter WHERE scheme = case_.scheme;
IF case_.state IN ('approved', 'settled', 'ended')
        AND nullif(key_, '') IS DISTINCT FROM case_.exclusive_key THEN
    RAISE EXCEPTION 'A grant takes its own year of the person, no other (R23).' REFUSED;
END IF;
RETURN NULL;
"""

NOT_BY_WHO_DECIDED = """
IF EXISTS (
        SELECT 1 FROM invoicing_invoice i
        JOIN decisions_signature s ON s.application_id = i.application_id
        JOIN invoicing_paymentbatch b ON b.id = NEW.batch_id
        WHERE i.id = NEW.invoice_id AND s.signatory_id = b.by_id
) THEN
    RAISE EXCEPTION 'Who has signed a decision does not release its payment.' REFUSED;
END IF;
RETURN NEW;
"""

KEPT = [
    "answers",
    "applicant_id",
    "decided_at",
    "exclusive_key",
    "facts",
    "granted",
    "person_key",
    "pool_id",
    "revision",
    "scheme",
    "starts_on",
    "submitted_at",
    "year",
]
# While the office has it, it stays that of its person and its year: a paper that comes later may bring
# answers with it, and whoever has signed then signs anew.
AS_SENT = ["applicant_id", "person_key", "scheme", "starts_on", "submitted_at", "year"]
FROZEN = """
IF CHANGED THEN
    RAISE EXCEPTION 'WORDS' REFUSED;
END IF;
RETURN NEW;
"""


def _frozen(names: list[str], words: str) -> str:
    changed = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in names)
    return FROZEN.replace("CHANGED", changed).replace("WORDS", words)


ONLY_LOWER = """
LOCK_CASE;
IF case_.state <> 'submitted' OR EXISTS (
        SELECT 1 FROM decisions_lowering
        WHERE application_id = NEW.application_id AND amount <= NEW.amount
) THEN
    RAISE EXCEPTION 'An amount can be lowered before the decision, and never raised.' REFUSED;
END IF;
RETURN NEW;
"""

CASE = ("case_", "RECORD")


def _written_out(func: str) -> str:
    for short, long in SHORT.items():
        func = func.replace(short, long)
    return func


def _before(
    name: str, operation: Operation, func: str, *declared: tuple[str, str], **rest: Any
) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        operation=operation,
        when=pgtrigger.Before,
        declare=list(declared),
        func=_written_out(func),
        **rest,
    )


def _at_commit(
    name: str, operation: Operation, func: str, *declared: tuple[str, str], **rest: Any
) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        operation=operation,
        when=pgtrigger.After,
        timing=pgtrigger.Deferred,
        declare=list(declared),
        func=_written_out(func),
        **rest,
    )


SIGNATURE = [
    *never_removed("signature"),
    _before("signature_unbiased", pgtrigger.Insert, UNBIASED, CASE, ("person", "RECORD")),
    _before("signature_only_voided", pgtrigger.Update, ONLY_VOIDED, CASE),
]
RECUSAL = append_only("recusal")
LOWERING = [
    *append_only("lowering"),
    _before("lowering_only_lower", pgtrigger.Insert, ONLY_LOWER, CASE),
]
DECISION = [
    *append_only("decision"),
    _before(
        "decision_signed_by_all",
        pgtrigger.Insert,
        SIGNED_BY_ALL,
        CASE,
        ("people", "INTEGER"),
        ("held", "INTEGER"),
    ),
    _at_commit("decision_state_follows", pgtrigger.Insert, STATE_FOLLOWS, CASE),
]
CASES = [
    _at_commit(
        "case_has_decision",
        pgtrigger.Insert | pgtrigger.Update,
        DECIDED,
        CASE,
        ("made", "RECORD"),
        ("key_", "text"),
        condition=pgtrigger.Condition("NEW.state IN ('approved', 'refused', 'settled', 'ended')"),
    ),
    _before(
        "case_stays_as_decided",
        pgtrigger.Update,
        _frozen(KEPT, "What was decided on, and what was granted, is never changed."),
        condition=pgtrigger.Condition("OLD.state IN ('approved', 'refused', 'settled', 'ended')"),
    ),
    _before(
        "case_stays_as_sent",
        pgtrigger.Update,
        _frozen(AS_SENT, "What was sent in stays as it is, unless it is asked back."),
        condition=pgtrigger.Condition("OLD.state = 'submitted'"),
    ),
]
PAYOUTS = [_before("payout_not_by_who_decided", pgtrigger.Insert, NOT_BY_WHO_DECIDED)]
