"""What PostgreSQL refuses about pools and allowances, whoever writes: they are what is written of them."""

import pgtrigger
from pgtrigger.core import Operation

from invoicing.guards import COMES_TO

# Read at commit: the pool as it stands then. What the ledger adds up to is kept in a row beside it, by a
# function that runs as the tables' owner: the application's role may read that row and cannot write it.
ADDS_UP = """
SELECT * INTO said FROM schemes_pool WHERE id = POOL;
SELECT * INTO written FROM oversight_balance WHERE pool_id = POOL;
IF said.committed IS DISTINCT FROM coalesce(written.committed, 0) THEN
    RAISE EXCEPTION 'A pool is granted as far as its ledger says (R27).'
        USING ERRCODE = 'check_violation';
END IF;
IF said.budget IS DISTINCT FROM coalesce(written.budget, 0) THEN
    RAISE EXCEPTION 'A pool has the budget that its ledger says (R26, R27).'
        USING ERRCODE = 'check_violation';
END IF;
RETURN NULL;
"""
# Read at commit: what a case binds, it binds in its own pool; nothing is released of a grant that lives on.
FOLLOWS = """
SELECT * INTO case_ FROM applications_application WHERE uuid = NEW.subject;
SELECT coalesce(sum(amount), 0), bool_and(pool_id = case_.pool_id) INTO bound, own
    FROM schemes_ledgerentry WHERE subject = NEW.subject AND kind IN ('grant', 'release');
IF case_.id IS NULL OR own IS NOT TRUE OR bound <> COMES_TO THEN
    RAISE EXCEPTION 'The ledger binds what a live grant has been granted, no more and no less (R27).'
        USING ERRCODE = 'check_violation';
END IF;
RETURN NULL;
"""
EVEN = """
SELECT sum(l.amount) INTO moved FROM schemes_ledgerentry l JOIN schemes_pool p ON p.id = l.pool_id
    WHERE l.kind = 'transfer' AND p.scheme = (SELECT scheme FROM schemes_pool WHERE id = NEW.pool_id);
IF moved <> 0 THEN
    RAISE EXCEPTION 'What is moved from one pool arrives in another of its scheme (R27).'
        USING ERRCODE = 'check_violation';
END IF;
RETURN NULL;
"""
# Whoever draws says what the limit is; here the terms say it, as the scheme's charter reads them.
WITHIN = """
SELECT * INTO case_ FROM applications_application WHERE uuid = NEW.subject;
SELECT * INTO allowance FROM schemes_personalallowance WHERE id = NEW.allowance_id;
SELECT coalesce(sum(units), 0), min(units) INTO kept, least_ FROM schemes_allowanceentry
    WHERE subject = NEW.subject AND allowance_id = NEW.allowance_id;
live := coalesce(case_.state, '') IN ('approved', 'settled');
IF case_.id IS NULL OR (case_.scheme, case_.person_key) <> (allowance.scheme, allowance.person_key)
        OR (live AND least_ < 0) OR (NOT live AND kept <> 0) THEN
    RAISE EXCEPTION 'A live grant uses its own person''s allowance, and only a live one (L8).'
        USING ERRCODE = 'check_violation';
END IF;
SELECT c.allowance INTO terms FROM schemes_charter c WHERE c.scheme = case_.scheme AND c.allowance <> '';
IF live AND terms IS NOT NULL THEN
    EXECUTE terms INTO most USING case_.starts_on;
    IF most IS NULL OR allowance.used > most THEN
        RAISE EXCEPTION 'The terms give % units a year, no more (L8).', most
            USING ERRCODE = 'check_violation';
    END IF;
END IF;
RETURN NULL;
"""
SUMS = [("said", "RECORD"), ("written", "RECORD")]


def _at_commit(
    name: str, operation: Operation, func: str, declared: list[tuple[str, str]], when: str = ""
) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.After,
        operation=operation,
        timing=pgtrigger.Deferred,
        declare=declared,
        func=func,
        condition=pgtrigger.Condition(when) if when else None,
    )


POOL = [
    _at_commit("pool_opened", pgtrigger.Insert, ADDS_UP.replace("POOL", "NEW.id"), SUMS),
    _at_commit(
        "pool_adds_up",
        pgtrigger.Update,
        ADDS_UP.replace("POOL", "NEW.id"),
        SUMS,
        "OLD.committed IS DISTINCT FROM NEW.committed OR OLD.budget IS DISTINCT FROM NEW.budget",
    ),
]
MOVEMENT = [
    _at_commit("movement_adds_up", pgtrigger.Insert, ADDS_UP.replace("POOL", "NEW.pool_id"), SUMS),
    _at_commit(
        "movement_follows_state",
        pgtrigger.Insert,
        FOLLOWS.replace("COMES_TO", COMES_TO),
        [("bound", "numeric"), ("own", "boolean"), ("case_", "RECORD")],
        "NEW.kind IN ('grant', 'release')",
    ),
    _at_commit(
        "movement_even", pgtrigger.Insert, EVEN, [("moved", "numeric")], "NEW.kind = 'transfer'"
    ),
]
DRAW = [
    _at_commit(
        "draw_within_terms",
        pgtrigger.Insert,
        WITHIN,
        [
            *(("case_", "RECORD"), ("allowance", "RECORD"), ("kept", "integer")),
            *(("least_", "integer"), ("live", "boolean"), ("terms", "text"), ("most", "integer")),
        ],
    )
]
