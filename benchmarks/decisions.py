"""How many decisions a second one pool takes, all that follows included: python -m benchmarks.decisions

Two hundred applications wait for the last signature, by one client or by many at once, with money to spare
and with money for half of them: then the line before the pool is read again while it is held. Each decision
writes letter, invoice, ledger, history and notice. A client is a process. Told are whole decisions a second,
the processor time of the clients for each, and for how long each held its pool, from PostgreSQL's lock until
its commit: however many cores there are, one pool takes no more decisions a second than fit into that.
"""

import statistics
import sys
import time
from decimal import Decimal

from benchmarks import stage, waiting

CASES, AMOUNT = 200, 6000
CROWDS = (1, 8, 32)
# An UPDATE has the lock of its row when this is called; the session then keeps the moment.
STOPWATCH = """
CREATE OR REPLACE FUNCTION stopwatch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM set_config('stopwatch.held', extract(epoch FROM clock_timestamp())::text, false);
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER stopwatch BEFORE UPDATE ON schemes_pool
    FOR EACH ROW EXECUTE FUNCTION stopwatch();
"""
HELD_SINCE = "SELECT current_setting('stopwatch.held')::float"


def main():
    with stage.server() as url:
        stage.set_up(url)
        stage.sql(STOPWATCH)
        sys.stdout.write(
            "| clients | money for | granted | overspent | decisions a second | ms of Python each "
            "| pool held, ms: median, 95 of 100 |\n|---|---|---|---|---|---|---|\n"
        )
        for clients in CROWDS:
            for enough_for in (2 * CASES, CASES // 2):
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
    the clients worked, and for how long each grant held the pool.
    """
    from schemes import services as pools
    from tests.factories import APRIL, SCHEME, person, signatory

    waiting.forget()
    pool = pools.pool_for(scheme=SCHEME, on=APRIL.date(), at=APRIL)
    budget = Decimal(enough_for * AMOUNT)
    pools.set_budget(pool=pool, at=APRIL, by=person(), budget=budget, note="Benchmark")
    representative = signatory("representative")
    cases = waiting.grants(CASES, signed_by=signatory("chair"))
    shares = [(cases[nth::clients], representative) for nth in range(clients)]
    done, seconds = stage.apart(sign, shares)
    held = [each for mine, _worked in done for each in mine]
    worked = sum(each for _mine, each in done)
    pool.refresh_from_db()
    overspent = max(Decimal(0), pool.committed - pool.budget)
    return len(held), f"{overspent:.0f}", seconds, worked, held


def sign(share):
    """Sign a share of the cases; return for how long each grant held the pool, and the seconds worked."""
    from tests.factories import signed

    cases, representative = share
    held, began = [], time.process_time()
    for each in cases:
        decision, now = signed(each, by=representative).decision, time.time()
        if decision:
            held.append(now - stage.sql(HELD_SINCE)[0][0])
    return held, time.process_time() - began


if __name__ == "__main__":
    main()
