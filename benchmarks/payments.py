"""Is each payment released once when two of finance release it at once? python -m benchmarks.payments

100 settlement statements, two people, each statement in a batch of either of them. The control takes away the
lock on the applications, the constraint that a statement is paid once, and the trigger.
"""

from unittest.mock import patch
from uuid import uuid4

from benchmarks import stage, waiting

TITLE = "Two of finance release the same 100 payments"
STATEMENTS, PAIRS = 100, 8
ONCE = "invoicing_payment_invoice_id_key"
MADE = """
UPDATE invoicing_packet SET rendered_at = now(), sha256 = 'x', file = 'x', size = 1
"""


def ours():
    """Count payments, and statements that were paid twice."""
    from invoicing.models import Invoice
    from tests import factories
    from tests.decisions.test_refund import granted

    waiting.forget()
    officer, cases = waiting.refunds(STATEMENTS)
    stage.crowd(lambda each: granted(each, officer).decision, cases, 4)
    stage.sql(MADE)
    people = [factories.appointed("finance", scheme=cases[0].scheme) for _nth in range(2)]
    tries = [(each, by) for each in Invoice.objects.order_by("pk") for by in people]
    return _counts(stage.crowd(_release, tries, 2 * PAIRS))


def _release(item):
    from invoicing import services
    from tests.decisions.test_refund import JUNE
    from tests.payout.situations import PAYER

    statement, by = item
    said = {"statements": [statement], "batch": uuid4(), "payer": PAYER}
    return services.release(by=by, at=JUNE, **said)


def control():
    """The same with nothing that makes the second wait for the first."""
    from applications.models import Application
    from invoicing import paying

    def unlocked(statements):
        wanted = [each.application_id for each in statements]
        return {each.pk: each for each in Application.objects.filter(pk__in=wanted)}

    off, on = stage.guards_off(
        "invoicing_payment", "invoicing_paymentbatch", "applications_application"
    )
    drop = [f"ALTER TABLE invoicing_payment DROP CONSTRAINT {ONCE}"]
    with stage.without(patch.object(paying, "_locked", unlocked), down=[*off, *drop], undo=on):
        return ours()


def _counts(counted):
    paid, twice = stage.sql(
        "SELECT count(*), count(*) - count(DISTINCT invoice_id) FROM invoicing_payment"
    )[0]
    return {"payments": paid, "paid twice": twice, **counted}


if __name__ == "__main__":
    from benchmarks import payments

    stage.play(payments)
