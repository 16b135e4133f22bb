"""Do both signatories at the same moment decide once? python -m benchmarks.signatories

200 applications, chair and representative each sign at once. The control takes away the lock on the
application, the triggers on signatures, history and decisions, and the constraint that there is one decision.
"""

from collections import Counter
from unittest.mock import patch

from benchmarks import stage, waiting

TITLE = "Both signatories at once, 200 times"
# In rounds, because each decision looks at all who wait in the same line
ROUNDS, CASES, PAIRS = 4, 50, 16
ONE = "decisions_decision_application_id_key"


def ours():
    """Count decisions, those that are there twice, and cases that both signed and nobody decided."""
    total = Counter()
    for _nth in range(ROUNDS):
        total.update(_round())  # a sum of counters would leave out what is 0
    return dict(total)


def _round():
    from tests.factories import signatory, signed

    waiting.forget()
    people = [signatory("chair"), signatory("representative")]
    cases = waiting.grants(CASES)
    # Neighbours in the list go to neighbouring clients: both sign the same case together.
    tries = [(each, by) for each in cases for by in people]
    counted = stage.crowd(lambda each: signed(each[0], by=each[1]).decision, tries, 2 * PAIRS)
    return Counter(_counts(counted))


def control():
    """The same with nothing that makes the second wait for the first."""
    from applications.models import Application
    from decisions import signing
    from schemes.models import Pool

    def unlocked(application):
        return Application.objects.get(pk=application.pk)

    # Those of the history too: its chain of hashes locks the application.
    tables = ("decisions_signature", "decisions_decision", "applications_application")
    tables += ("applications_event",)
    off, on = stage.guards_off(*tables, "invoicing_invoice")
    drop = [f"ALTER TABLE decisions_decision DROP CONSTRAINT {ONE}"]
    drop += ["DROP INDEX invoice_one_per_decision", "DROP INDEX application_one_live_grant"]
    unlock = patch.object(signing, "locked", unlocked)
    plain = patch.object(Pool.objects, "select_for_update", lambda **_: Pool.objects)
    with stage.without(unlock, plain, down=[*off, *drop], undo=on):
        return ours()


def _counts(counted):
    decided, twice, nobody = stage.sql(
        """
        SELECT count(*) FILTER (WHERE d > 0), count(*) FILTER (WHERE d > 1),
            count(*) FILTER (WHERE d = 0 AND s = 2)
        FROM (SELECT (SELECT count(*) FROM decisions_decision d WHERE d.application_id = a.id) AS d,
            (SELECT count(*) FROM decisions_signature s
                WHERE s.application_id = a.id AND s.voided_at IS NULL) AS s
            FROM applications_application a) each
        """
    )[0]
    words = {"decided": decided, "decided twice": twice, "signed by both and undecided": nobody}
    return words | counted


if __name__ == "__main__":
    from benchmarks import signatories

    stage.play(signatories)
