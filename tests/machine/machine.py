"""The whole machine: everyone may do anything at any time."""

from applications.models import Application, State
from tests.machine.applying import Applying
from tests.machine.cast import GPS, Cast
from tests.machine.deciding import Deciding
from tests.machine.governing import Governing
from tests.machine.house import START, tally
from tests.machine.paying import Paying


class Machine(Applying, Deciding, Paying, Governing):
    """Both schemes, driven by the services that the pages call."""

    @classmethod
    def prepared(cls):
        """Return the machine with an office that has worked a day: each example goes on from there."""
        tally.clear()
        cls.cast, cls.begins_at, cls.begins_with = Cast(), START, ()
        first = cls()
        first.works_a_day()
        first.all_is_well()
        first.close(keep=True)
        cls.begins_at, cls.begins_with = first.at, tuple(first.cases)
        tally.clear()
        return cls

    def works_a_day(self):
        """Take in a few applications, two of them of the same person, and grant one of each scheme."""
        for nth, number in enumerate([0, 0, 1, 2]):
            said = {"number": number, "begins": 60, "costs": {}, "place": {}, "head": 0}
            self.applies_for_a_grant(nth=nth % 2, sends=True, **said)
        for gp in (GPS[0], GPS[0], GPS[1]):
            said = {"gp": gp, "began": 20, "parts": ["whole"], "fee": "3 200,50", "listed": True}
            self.applies_for_a_refund(nth=0, municipal=False, papers=True, sends=True, **said)
        for key in (self.cases[2], self.cases[4]):
            while (case := Application.objects.get(pk=key)).state == State.SUBMITTED:
                self.carry_on(case)
