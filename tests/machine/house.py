"""What every part of the machine stands on: the clock, the cases, and how a verb is tried."""

from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from django.db import DatabaseError, connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant

from applications.models import Application
from applications.papers import Unfit
from applications.services import Incomplete, NotAllowed, Stale
from schemes.registry import get
from schemes.services import PoolTooSmall
from tests.machine import invariants

START = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
TICK = timedelta(minutes=7)
ONE_IN = 5
# To assess a line of cases in three ways takes longer than all other checks together.
NOW_AND_THEN = 5

# The office says no: that is a fine outcome. Any other exception is a fault.
REFUSALS = (NotAllowed, Incomplete, Stale, Unfit, PoolTooSmall)
NTH = st.integers(0, 59)
tally = Counter()


class House(RuleBasedStateMachine):
    """One transaction per example, which is never committed; what is deferred is checked each step."""

    # Made by the test and committed before the first example
    cast = None
    begins_at, begins_with = START, ()
    # What a test takes away from the database to see that the machine notices; comes back each time.
    taken_away = ()

    def __init__(self):
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.at, self.cases = self.begins_at, list(self.begins_with)
        self.links = 0
        for take_away in self.taken_away:
            take_away()
        self.steps = 0
        tally["examples"] += 1

    def teardown(self):
        # What PostgreSQL has refused cannot be counted any more; it tells of itself.
        with suppress(DatabaseError):
            self.count_what_is_left()
        self.close(keep=False)

    def count_what_is_left(self):
        for state in Application.objects.filter(pk__in=self.cases).values_list("state", flat=True):
            tally[f"left as {state}"] += 1

    def close(self, *, keep):
        """End the example, for good or as if it had never been."""
        transaction.set_rollback(not keep)
        self.transaction.__exit__(None, None, None)

    # Time and cases

    def tick(self):
        """Return the moment of the next verb, some minutes after the last."""
        self.at += TICK
        return self.at

    def case(self, nth, *states, scheme=None):
        """Return one of the cases: mostly one to which the verb applies, sometimes any; or None."""
        every = Application.objects.filter(pk__in=self.cases).order_by("pk")
        fitting = every.filter(state__in=states) if states and nth % ONE_IN else every
        if scheme:
            fitting, every = fitting.filter(scheme=scheme), every.filter(scheme=scheme)
        rows = list(fitting) or list(every)
        return rows[nth // ONE_IN % len(rows)] if rows else None

    # Verbs

    def do(self, verb, *refusals, **said):
        """Try a verb and return its result, None where it was refused; then check what is deferred."""
        try:
            result, word = verb(**said), "done"
        except (*REFUSALS, *refusals) as refusal:
            result, word = None, type(refusal).__name__
        tally[f"{verb.__name__}: {word}"] += 1
        self.check_deferred()
        return result

    @staticmethod
    def check_deferred():
        """Let PostgreSQL check now what it would check at commit."""
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")

    # What holds after each step

    @invariant()
    def all_is_well(self):
        self.steps += 1
        tally["steps"] += 1
        broken = invariants.broken()
        assert not broken, broken
        before, self.links = self.links, invariants.links()
        assert self.links >= before

    @invariant()
    def the_assessment_is_the_same_everywhere(self):
        if self.steps % NOW_AND_THEN == 0:
            slugs = list(self.cast.signers)
            scheme = get(slugs[self.steps // NOW_AND_THEN % len(slugs)])
            differing = invariants.disagreeing(scheme, self.cases, at=self.at)
            assert not differing, differing
