"""Whatever people do in whatever order, in both schemes: nothing that must hold is broken."""

import pytest
from hypothesis.stateful import run_state_machine_as_test

from tests.machine.house import tally
from tests.machine.machine import Machine


@pytest.mark.django_db(transaction=True)
def test_whatever_people_do_in_whatever_order_all_is_well(extent):
    run_state_machine_as_test(Machine.prepared(), settings=extent)
    print(*(f"{count:7} {what}" for what, count in sorted(tally.items())), sep="\n")
    assert tally["examples"] >= extent.max_examples
