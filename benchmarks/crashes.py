"""What it costs when workers and servers are killed: python -m benchmarks.crashes [--full]

Runs a whole Kursmedel of its own with full durability and an office's own intervals and leases, kills
its parts while people go on deciding, and counts papers, numbers and letters afterwards. Without --full
a stand-in of some ten minutes; in full it takes an hour or so on two cores.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

STAND_IN = {
    "points": 1,
    "random": 10,
    "random_grants": 30,
    "random_seconds": 6,
    "child": 20,
    "child_grants": 10,
    "postgres": 10,
    "postgres_grants": 20,
    "redis_grants": 10,
    "redis_tasks": 1000,
    "down_grants": 10,
    "down_seconds": 60,
}
IN_FULL = STAND_IN | {
    "points": 10,
    "random": 100,
    "random_grants": 400,
    "child_grants": 40,
    "postgres_grants": 200,
    "redis_grants": 200,
    "down_grants": 60,
    "down_seconds": 300,
}
COLUMNS = {
    "what": "what",
    "hits": "times",
    "approved": "granted",
    "without_packet": "no packet",
    "doubled_packets": "doubled",
    "gaps": "gaps",
    "letters": "letters",
    "letters_lost": "lost",
    "letters_doubled": "twice",
    "approval_median": "approval s",
    "approval_longest": "longest s",
    "until_done": "done after s",
}


def main(arguments):
    size = IN_FULL if "--full" in arguments else STAND_IN
    with tempfile.TemporaryDirectory(prefix="kursmedel-benchmark-") as folder:
        figures = Path(folder) / "figures"
        figures.touch()
        status = run(size, figures)
        rows = [json.loads(line) for line in figures.read_text().splitlines()]
    table([COLUMNS, *rows])
    sys.exit(status)


def run(size, figures):
    told = {"CRASHES_IN_FULL": "1", "CRASHES_SIZE": json.dumps(size)}
    environment = os.environ | told | {"CRASHES_FIGURES": str(figures)}
    command = [sys.executable, "-m", "pytest", "--tb=short", "tests/crashes/full.py"]
    return subprocess.run(command, env=environment).returncode


def table(rows):
    for row in rows:
        cells = [f"{row.get(key, '')!s}" for key in COLUMNS]
        sys.stdout.write("| " + " | ".join(cells) + " |\n")
        if row is COLUMNS:
            sys.stdout.write("|" + " --- |" * len(cells) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
