"""Does axe find anything on any page, for anybody, with or without errors? python -m benchmarks.axe [2]

Looks at every state of every page in light and dark and in three languages (tests/full_axe.py), shared
among so many processes, and prints what was looked at and what was found. 356 states are 2,136 looks: some
fifteen minutes on two quiet cores.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

TESTS = "tests/full_axe.py"
SUMS = ("states", "with errors", "looks", "violations")


def main(processes):
    """Look at everything, print the figures and what was found; exit with 1 if anything was."""
    with tempfile.TemporaryDirectory(prefix="kursmedel-axe-") as folder:
        files = [Path(folder) / f"{part}.json" for part in range(1, processes + 1)]
        running = [_started(part, processes, file) for part, file in enumerate(files, 1)]
        codes = [each.wait() for each in running]
        told = [json.loads(file.read_text()) for file in files if file.exists()]
    for name in SUMS:
        print(f"{name}: {sum(each[name] for each in told)}")
    print("not looked at:", sum(each["of"] - each["states"] for each in told))
    print(*(line for each in told for line in each["found"]), sep="\n")
    sys.exit(any(codes))


def _started(part, processes, file):
    told = {"AXE_PART": f"{part}/{processes}", "AXE_FIGURES": str(file)}
    command = [sys.executable, "-m", "pytest", "--tb=short", "--show-capture=no", TESTS]
    return subprocess.Popen(command, env=os.environ | told)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2)
