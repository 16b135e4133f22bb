"""Does the machine find what is broken on purpose? python -m pytest tests/machine/each_fault.py -s

Not among the tests that always run: each fault is looked for until it is found, which takes minutes in all.
"""

from functools import partial
from unittest.mock import patch

import pytest
from django.db import connection
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from decisions import deciding, ending, preparing, standing
from invoicing import issuing, paying, settling
from tests.machine.conftest import COMMON
from tests.machine.house import tally
from tests.machine.machine import Machine
from tests.role import as_owner, aside

# Long enough to find each; nobody needs the shortest way to a fault that was made on purpose.
SEARCH = settings(
    max_examples=300,
    stateful_step_count=50,
    derandomize=True,
    phases=[Phase.generate],
    report_multiple_bugs=False,
    **COMMON,
)
nothing = lambda *_args, **_rest: None  # noqa: E731, said shortest here


def two_further(application, issued_on):
    """Leave out every other number."""
    series, number = real_next(application, issued_on)
    return series, number + (number > 1)


def of_any_revision(signature, application, desk):
    """Let a signature count for answers that were changed since."""
    return


def dropped(statement):
    """Return what takes away a constraint or an index."""

    def drop():
        with as_owner(), connection.cursor() as cursor:
            cursor.execute(statement)

    return drop


real_next = issuing._next

# What is broken in the services; and what is taken away from PostgreSQL, where it would say so first
FAULTS = {
    "an ended grant keeps its money": (patch.object(ending.pools, "release", nothing), ()),
    "an ended grant keeps its units": (patch.object(ending.pools, "return_units", nothing), ()),
    "a settlement gives nothing back": (patch.object(settling, "_give_back", nothing), ()),
    "an ended grant keeps its invoice": (
        patch.object(ending.invoicing, "credit_rest", nothing),
        (),
    ),
    "a bias is no obstacle": (patch.object(standing.CaseFiles, "bias", nothing), ()),
    "a bias is no obstacle, nor to PostgreSQL": (
        patch.object(standing.CaseFiles, "bias", nothing),
        [partial(aside, "decisions_signature", "signature_unbiased")],
    ),
    "a signature outlives an edit and its mandate": (
        patch.object(deciding, "_why_not", of_any_revision),
        (),
    ),
    "asking back leaves the signatures": (patch.object(preparing, "void", nothing), ()),
    "a number is left out": (
        patch.object(issuing, "_next", two_further),
        [partial(aside, "invoicing_invoice", "invoice_next_number")],
    ),
    "who decided releases the payment": (
        patch.object(paying, "decided_by", lambda *_args: set()),
        [partial(aside, "invoicing_payment", "payout_not_by_who_decided")],
    ),
    "a second grant of the year": (
        patch.object(deciding, "_hindrance", nothing),
        [dropped("DROP INDEX application_one_live_grant")],
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.django_db(transaction=True)
def test_the_machine_finds(fault, monkeypatch):
    broken, taken_away = FAULTS[fault]
    machine = Machine.prepared()
    monkeypatch.setattr(machine, "taken_away", taken_away)
    with broken, pytest.raises(Exception) as found:  # noqa: PT011, whatever tells of it
        run_state_machine_as_test(machine, settings=SEARCH)
    words = f"{type(found.value).__name__} {found.value}".splitlines()[0][:200]
    print(f"\n{fault}: after {tally['examples']} examples, {tally['steps']} steps: {words}")
