"""Is an allowance kept, however many grants of one person are signed at once? python -m benchmarks.allowance

50 refunds of one GP, each of one whole day (two units), four units a year. The control draws by reading,
adding and writing back, and leaves the pool alone: it is locked before the allowance, so that its lock alone
would keep them in line. The triggers that compare an allowance with its entries are off.
"""

from unittest.mock import patch

from benchmarks import stage, waiting

TITLE = "One allowance of 4 units, 50 grants of 2 at once"
CASES = 50


def ours():
    """Count the units that are drawn, and those beyond the limit."""
    from schemes.models import PersonalAllowance
    from tests.decisions.test_refund import granted

    waiting.forget()
    officer, cases = waiting.refunds(CASES, same_person=True)
    # There beforehand: who makes the row keeps the others waiting until all is decided.
    said = {"scheme": cases[0].scheme, "person_key": cases[0].person_key, "year": 2022}
    PersonalAllowance.objects.create(limit=4, **said)
    counted = stage.crowd(lambda each: granted(each, officer).decision, cases, CASES)
    drawn = stage.sql("SELECT coalesce(sum(units), 0) FROM schemes_allowanceentry")[0][0]
    return {"units drawn": drawn, "beyond the limit": max(0, drawn - 4), **counted}


def control():
    """The same by adding in Python."""
    from decisions import writing
    from schemes import services
    from schemes.models import LedgerEntry, Pool

    def note(*, pool, amount, **rest):
        return LedgerEntry.objects.create(pool=pool, kind="grant", amount=amount, **rest)

    tables = ("schemes_personalallowance", "schemes_allowanceentry")
    tables += ("schemes_pool", "schemes_ledgerentry")
    off, on = stage.guards_off(*tables)
    plain = patch.object(Pool.objects, "select_for_update", lambda **_: Pool.objects)
    adding = patch.object(services, "_draw", add_in_python)
    with stage.without(plain, adding, patch.object(writing.pools, "bind", note), down=off, undo=on):
        return ours()


def add_in_python(row, allowance, **rest):
    """Draw as one would without a guard."""
    from schemes.models import AllowanceEntry, PersonalAllowance
    from schemes.services import AllowanceSpent

    read = PersonalAllowance.objects.get(pk=row.pk)
    if read.used + allowance.units > allowance.limit:
        raise AllowanceSpent(allowance)
    used = read.used + allowance.units
    PersonalAllowance.objects.filter(pk=row.pk).update(used=used, limit=allowance.limit)
    AllowanceEntry.objects.create(allowance=row, units=allowance.units, **rest)


if __name__ == "__main__":
    from benchmarks import allowance

    stage.play(allowance)
