"""Is one person granted one course a year, however many are signed at once? python -m benchmarks.person

50 applications of the same person and year wait for the last signature, and all are signed together. The
control takes away the index and the lock on the pool, behind which they would stand in line.
"""

from unittest.mock import patch

from benchmarks import stage, waiting

TITLE = "The same person and year, 50 at once"
CASES = 50
INDEX = "application_one_live_grant"


def ours():
    """Count the live grants that are one too many."""
    from tests.factories import signatory, signed

    waiting.forget()
    representative = signatory("representative")
    cases = waiting.grants(CASES, same_person=True, signed_by=signatory("chair"))
    counted = stage.crowd(lambda each: signed(each, by=representative).decision, cases, CASES)
    live = stage.sql("SELECT count(*) FROM applications_application WHERE state = 'approved'")[0][0]
    return {"live grants": live, "too many": max(0, live - 1), **counted}


def control():
    """The same without index and lock."""
    from schemes.models import Pool

    made = stage.sql("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [INDEX])
    again = [made[0][0]] if made else []
    plain = patch.object(Pool.objects, "select_for_update", lambda **_: Pool.objects)
    try:
        with stage.without(plain, down=[f"DROP INDEX IF EXISTS {INDEX}"]):
            return ours()
    finally:
        waiting.forget()
        for each in again:
            stage.sql(each)


if __name__ == "__main__":
    from benchmarks import person

    stage.play(person)
