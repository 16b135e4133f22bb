"""Grants that wait for their last signature, and the one who gives it however often it fails."""

import time
from itertools import count

from django.db import InterfaceError, OperationalError, connection

from applications.models import State
from decisions.services import NotAllowed
from schemes import services as pools
from tests import factories
from tests.factories import APRIL, again, signatory, signed

numbers = count(3000)
BUDGET = 100_000_000
PATIENCE = 120


class Grants:
    """Applications that the chair has signed; `approve` is the representative's signature."""

    def __init__(self):
        self.chair, self.representative = signatory("chair"), signatory("representative")
        pool = pools.pool_for(scheme=factories.SCHEME, on=APRIL.date(), at=APRIL)
        factories.with_budget(pool, BUDGET)

    def ready(self, number):
        """Return so many, each of another person."""
        return [self._one() for _nth in range(number)]

    def _one(self):
        application = factories.confirmed(number=factories.personal_number(next(numbers)))
        signed(application, by=self.chair)
        return again(application)

    def approve(self, application):
        """Sign, and as often again as the database was gone; return the seconds that it took."""
        began = time.monotonic()
        while not self._is_approved(application):
            assert time.monotonic() - began < PATIENCE
            time.sleep(0.2)
        return time.monotonic() - began

    def _is_approved(self, application):
        try:
            signed(application, by=self.representative)
        except NotAllowed:  # the answer was lost, the decision was not
            return again(application).state == State.APPROVED
        except (InterfaceError, OperationalError):
            connection.close()
            return False
        return True
