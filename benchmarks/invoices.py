"""Are invoice numbers without a gap when some transactions fail? python -m benchmarks.invoices

16 workers open 800 invoices in one series, every fifth is rolled back. The control takes its numbers from a
sequence of PostgreSQL, as most would, past the trigger that knows the next one.
"""

from unittest.mock import patch

from benchmarks import stage, waiting

TITLE = "16 workers, 800 invoices, a fifth rolled back"
WORKERS, INVOICES, ONE_IN = 16, 800, 5


class Mishap(Exception):
    """What rolls an invoice back."""


def ours():
    """Count the invoices, the gaps and the numbers that are there twice.

    Nothing is decided here: the guard that asks for the grant stands aside, that of the numbers stays.
    """
    room = stage.sql(
        "SELECT tgname FROM pg_trigger WHERE tgrelid = 'invoicing_invoice'::regclass"
        " AND tgname LIKE 'pgtrigger_invoice_room_%'"
    )[0][0]
    stage.sql(f'ALTER TABLE invoicing_invoice DISABLE TRIGGER "{room}"')
    from applications.models import Application
    from tests.factories import person

    waiting.forget()
    by, cases = person(), waiting.grants(INVOICES)
    Application.objects.update(granted=6000)
    cases = list(Application.objects.order_by("pk").select_related("organisation"))
    work = [(nth % ONE_IN == 0, case, by) for nth, case in enumerate(cases)]
    return _counts(stage.crowd(_open, work, WORKERS))


def _open(item):
    from django.db import transaction

    from invoicing import services
    from tests.factories import APRIL

    fails, case, by = item
    with transaction.atomic():
        said = {"amount": case.granted, "decided_on": APRIL.date(), "decision": {}}
        draft = services.draw_up(application=case, at=APRIL, **said)
        services.open_invoice(draft=draft, at=APRIL, by=by)
        if fails:
            raise Mishap
    return True


def control():
    """The same with numbers from a sequence."""
    from invoicing import issuing
    from invoicing.models import Series

    def from_sequence(application, issued_on):
        said = {"scheme": application.scheme, "organisation": application.organisation}
        series, _created = Series.objects.get_or_create(**said, year=issued_on.year)
        return series, stage.sql("SELECT nextval('of_the_control')")[0][0]

    off, on = stage.guards_off("invoicing_invoice")
    down = [*off, "CREATE SEQUENCE of_the_control"]
    with stage.without(patch.object(issuing, "_next", from_sequence), down=down, undo=on):
        return ours()


def _counts(counted):
    there, gaps, twice = stage.sql(
        """
        SELECT count(*), coalesce(max(number), 0) - count(DISTINCT number),
            count(*) - count(DISTINCT number) FROM invoicing_invoice
        """
    )[0]
    return {"invoices": there, "gaps": gaps, "twice": twice, **counted}


if __name__ == "__main__":
    from benchmarks import invoices

    stage.play(invoices)
