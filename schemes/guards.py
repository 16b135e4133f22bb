"""What PostgreSQL refuses of the tables of any scheme, and what it tells when one was changed."""

import pgtrigger


def append_only(table: str) -> list[pgtrigger.Trigger]:
    """Return the triggers that refuse to change, delete or truncate rows of a table."""
    never_changed = pgtrigger.Protect(name=f"{table}_no_update", operation=pgtrigger.Update)
    return [never_changed, *never_removed(table)]


def never_removed(table: str) -> list[pgtrigger.Trigger]:
    """Return the triggers of a table whose rows may be changed, but neither deleted nor truncated."""
    refuse = f"RAISE EXCEPTION 'Rows of {table} are never truncated.';"
    return [
        pgtrigger.Protect(name=f"{table}_no_delete", operation=pgtrigger.Delete),
        pgtrigger.Trigger(
            name=f"{table}_no_truncate",
            operation=pgtrigger.Truncate,
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            func=refuse,
        ),
    ]


def told_of() -> pgtrigger.Trigger:
    """Return the trigger that makes a new edition when a small table is changed (see Edition)."""
    written = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete | pgtrigger.Truncate
    return pgtrigger.Trigger(
        name="edition",
        operation=written,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        func="PERFORM schemes_new_edition(); RETURN NULL;",
    )


# At commit: what Python added up is what the rows say, whoever wrote them.
ADDS_UP = """
SELECT used INTO said FROM schemes_personalallowance WHERE id = ALLOWANCE;
SELECT COALESCE(SUM(units), 0) INTO written FROM schemes_allowanceentry
WHERE allowance_id = ALLOWANCE;
IF said IS DISTINCT FROM written THEN
    RAISE EXCEPTION 'An allowance is used as far as its entries say.'
        USING ERRCODE = 'check_violation';
END IF;
RETURN NULL;
"""


def adds_up(name: str, operation: pgtrigger.Operation, allowance: str) -> pgtrigger.Trigger:
    """Return the trigger that compares an allowance with its entries when all is written."""
    return pgtrigger.Trigger(
        name=name,
        operation=operation,
        when=pgtrigger.After,
        timing=pgtrigger.Deferred,
        declare=[("said", "INTEGER"), ("written", "INTEGER")],
        func=ADDS_UP.replace("ALLOWANCE", allowance),
    )
