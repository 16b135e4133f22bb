"""What PostgreSQL refuses about the money of a pool, whoever writes: it is granted what its ledger says."""

import pgtrigger

# Read at commit: the pool as it stands then. What the ledger adds up to is kept in a row beside it, by a
# function that runs as the tables' owner: the application's role may read that row and cannot write it.
ADDS_UP = """
SELECT committed INTO said FROM schemes_pool WHERE id = POOL;
SELECT committed INTO written FROM oversight_balance WHERE pool_id = POOL;
IF said IS DISTINCT FROM coalesce(written, 0) THEN
    RAISE EXCEPTION 'A pool is granted as far as its ledger says (R27).'
        USING ERRCODE = 'check_violation';
END IF;
RETURN NULL;
"""
# What a case binds is what its state says: nothing is released of a grant that lives on.
FOLLOWS = """
SELECT coalesce(sum(amount), 0) INTO bound FROM schemes_ledgerentry
    WHERE subject = NEW.subject AND kind IN ('grant', 'release');
SELECT * INTO case_ FROM applications_application WHERE uuid = NEW.subject;
IF bound < 0 OR (case_.state = 'approved' AND bound <> case_.granted)
        OR (case_.state = 'settled' AND bound > case_.granted)
        OR (case_.state NOT IN ('approved', 'settled') AND bound <> 0) THEN
    RAISE EXCEPTION 'The ledger binds what a live grant has been granted, no more and no less (R27).'
        USING ERRCODE = 'check_violation';
END IF;
RETURN NULL;
"""
SUMS = [("said", "numeric"), ("written", "numeric")]
MOVES = pgtrigger.Condition("NEW.kind IN ('grant', 'release')")


def _at_commit(name: str, operation, func: str, declared, **rest) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.After,
        operation=operation,
        timing=pgtrigger.Deferred,
        declare=declared,
        func=func,
        **rest,
    )


POOL = [
    _at_commit(
        "pool_adds_up",
        pgtrigger.Update,
        ADDS_UP.replace("POOL", "NEW.id"),
        SUMS,
        condition=pgtrigger.Condition("OLD.committed IS DISTINCT FROM NEW.committed"),
    )
]
MOVEMENT = [
    _at_commit(
        "movement_adds_up",
        pgtrigger.Insert,
        ADDS_UP.replace("POOL", "NEW.pool_id"),
        SUMS,
        condition=MOVES,
    ),
    _at_commit(
        "movement_follows_state",
        pgtrigger.Insert,
        FOLLOWS,
        [("bound", "numeric"), ("case_", "RECORD")],
        condition=pgtrigger.Condition(
            "NEW.kind IN ('grant', 'release') AND NEW.subject IS NOT NULL"
        ),
    ),
]
