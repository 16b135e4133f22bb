"""How many decisions a second one pool takes, all that follows included: python -m benchmarks.decisions

Two hundred applications wait for the last signature, by one client or by many at once, with money for all
of them and with money for half. Each decision writes letter, invoice, ledger, history and notice. The clients
are threads of one process: more processes, more cores. Told are whole decisions a second, the processor time
of this process for each, and for how long each held its pool, from the UPDATE until its commit: however many
cores there are, one pool takes no more decisions a second than fit into that.
"""

import statistics
import sys
import time
from decimal import Decimal
from threading import local
from unittest.mock import patch

from benchmarks import stage, waiting

CASES, AMOUNT = 200, 6000
CROWDS = (1, 8, 32)


def main():
    with stage.server() as url:
        stage.set_up(url)
        sys.stdout.write(
            "| clients | money for | granted | overspent | decisions a second | ms of Python each "
            "| pool held, ms: median, 95 of 100 |\n|---|---|---|---|---|---|---|\n"
        )
        for clients in CROWDS:
            for enough_for in (CASES, CASES // 2):
                say(clients, enough_for, *decide(clients, enough_for))


def say(clients, enough_for, granted, overspent, seconds, worked, held):
    """Print a line of the table."""
    median, most = statistics.median(held), statistics.quantiles(held, n=20)[-1]
    said = [clients, enough_for, granted, overspent, f"{CASES / seconds:.1f}"]
    said += [f"{worked * 1000 / CASES:.0f}", f"{median * 1000:.1f}, {most * 1000:.1f}"]
    sys.stdout.write("| " + " | ".join(map(str, said)) + " |\n")
    sys.stdout.flush()


def decide(clients, enough_for):
    """Let so many clients sign.

    Return how many grants came of it, by how much the pool is overspent, the seconds taken, those that
    this process worked, and for how long each grant held the pool.
    """
    from schemes import services as pools
    from tests.factories import APRIL, SCHEME, person, signatory, signed

    waiting.forget()
    pool = pools.pool_for(scheme=SCHEME, on=APRIL.date(), at=APRIL)
    budget = Decimal(enough_for * AMOUNT)
    pools.set_budget(pool=pool, at=APRIL, by=person(), budget=budget, note="Benchmark")
    representative = signatory("representative")
    cases = waiting.grants(CASES, signed_by=signatory("chair"))
    watch = Watch()
    sign = watch.timed(lambda each: signed(each, by=representative).decision)
    with patch.object(pools, "_write", watch.held_from(pools._write)):
        began, worked = time.perf_counter(), time.process_time()
        counted = stage.crowd(sign, cases, clients)
        seconds, worked = time.perf_counter() - began, time.process_time() - worked
    pool.refresh_from_db()
    overspent = max(Decimal(0), pool.committed - pool.budget)
    return counted["done"], f"{overspent:.0f}", seconds, worked, watch.held


class Watch:
    """For how long each grant held its pool: from the ledger row, right after the UPDATE, to its commit."""

    def __init__(self):
        self.held, self.mine = [], local()

    def held_from(self, write):
        def noting(**rest):
            self.mine.since = time.perf_counter()
            return write(**rest)

        return noting

    def timed(self, work):
        def done(item):
            self.mine.since = None
            try:
                return work(item)
            finally:
                if self.mine.since:
                    self.held.append(time.perf_counter() - self.mine.since)

        return done


if __name__ == "__main__":
    main()
