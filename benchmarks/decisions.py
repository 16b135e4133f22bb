"""How many decisions a second one pool takes, all that follows included: python -m benchmarks.decisions

Two hundred applications wait for the last signature, by one client or by many at once, with money for all
of them and with money for half. Each decision reads the line again under the pool's lock, and writes letter,
invoice, ledger, history and notice. The clients are threads of one process: more processes, more cores.
"""

import sys
import time
from decimal import Decimal

from benchmarks import stage, waiting

CASES, AMOUNT = 200, 6000
CROWDS = (1, 8, 32)


def main():
    with stage.server() as url:
        stage.set_up(url)
        sys.stdout.write(
            "| clients | money for | granted | decisions a second |\n|---|---|---|---|\n"
        )
        for clients in CROWDS:
            for enough_for in (CASES, CASES // 2):
                granted, seconds = decide(clients, enough_for)
                line = f"| {clients} | {enough_for} | {granted} | {CASES / seconds:.1f} |\n"
                sys.stdout.write(line)
                sys.stdout.flush()


def decide(clients, enough_for):
    """Let so many clients sign; return how many grants came of it, and the seconds taken."""
    from schemes import services as pools
    from tests.factories import APRIL, SCHEME, person, signatory, signed

    waiting.forget()
    pool = pools.pool_for(scheme=SCHEME, on=APRIL.date(), at=APRIL)
    budget = Decimal(enough_for * AMOUNT)
    pools.set_budget(pool=pool, at=APRIL, by=person(), budget=budget, note="Benchmark")
    representative = signatory("representative")
    cases = waiting.grants(CASES, signed_by=signatory("chair"))
    began = time.perf_counter()
    counted = stage.crowd(lambda each: signed(each, by=representative).decision, cases, clients)
    return counted["done"], time.perf_counter() - began


if __name__ == "__main__":
    main()
