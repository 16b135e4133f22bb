"""What `manage.py verify` costs, and what the chain adds to an approval: python -m benchmarks.verify 100000

Starts a PostgreSQL of its own with full durability, fills it with so many applications (benchmarks.seed),
seals and verifies, and says how long each part took; then grants on one pool with and without the chain.
"""

import os
import sys
import time
from itertools import count
from pathlib import Path

from benchmarks import stage
from benchmarks.stage import say

people = count(200)
APPROVALS, ROUNDS = 15, 4


def main():
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with stage.server() as url:
        stage.set_up(url)
        measure(wanted)


def measure(wanted):
    from benchmarks.seed import seed
    from oversight.sealing import seal
    from oversight.verifying import verify
    from schemes import clock

    timed("seed", lambda: seed(wanted))
    timed("seal", lambda: seal(at=clock.now()))
    answers = timed("verify", verify)
    for each in sorted(answers, key=lambda each: -each.seconds)[:8]:
        say(f"  {each.check.slug:24} {each.seconds:7.2f} s")
    say(f"{sum(each.count for each in answers)} findings")
    for each in answers:
        for finding in each.findings[:3]:
            say(str(finding))
    approvals()


def timed(name, work):
    """Say how long something took by the clock, and how long the server worked on it."""
    began, worked = time.perf_counter(), _worked()
    result = work()
    taken = time.perf_counter() - began
    say(f"{name:26} {taken:7.2f} s, of which the server worked {_worked() - worked:7.2f} s")
    return result


def _worked():
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        parts = Path(f"/proc/{cursor.fetchone()[0]}/stat").read_text().rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


def approvals():
    """Say how long the deciding signature takes, with the chain and without, in turns."""
    taken = {"ENABLE": [], "DISABLE": []}
    for _ in range(ROUNDS):
        for state, times in taken.items():
            _chain(state)
            times += _approve()
    _chain("ENABLE")
    for state, times in taken.items():
        times.sort()
        median = times[len(times) // 2] * 1000
        say(f"approval, chain {state.lower()}d    {median:7.1f} ms (median of {len(times)})")


def _chain(state):
    from django.db import connection

    from oversight.models import LINKED

    with connection.cursor() as cursor:
        for model in LINKED.values():
            for trigger in model._meta.triggers:
                cursor.execute(
                    f"ALTER TABLE {model._meta.db_table} {state} TRIGGER {trigger.get_pgid(model)}"
                )


def _approve():
    from tests import factories

    representative, chair = factories.signatory("representative"), factories.signatory("chair")
    taken = []
    for _ in range(APPROVALS):
        number = factories.personal_number(next(people))
        application = factories.confirmed(number=number)
        factories.signed(application, by=chair)
        began = time.perf_counter()
        result = factories.signed(application, by=representative)
        taken.append(time.perf_counter() - began)
        if not result.decision:
            raise RuntimeError(result.obstacle)
    return taken


if __name__ == "__main__":
    main()
