"""What memory worker and web keep, and what a start costs: python -m benchmarks.memory 1000

A real worker makes so many packets, the same few again and again, and its process tells its memory after
every hundred. Two web workers answer the pages of benchmarks.web; what they have is told, and what of it is
theirs alone. `manage.py check` and that of an empty project of Django are started in turns.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from benchmarks import stage
from benchmarks.stage import say

INVOICES, EVERY, PATIENCE = 20, 100, 300
PAGES, TIMES, STARTS = 1000, 24, 9


def main():
    packets = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    report_starts()
    with stage.server() as url, tempfile.TemporaryDirectory() as folder:
        os.environ |= {"MEDIA_ROOT": folder, "KURSMEDEL_TODAY": "2026-04-20"}
        stage.set_up(url)
        # First: whoever has once looked for Redis in vain leaves it alone for a while.
        with worker(url) as pid:
            report_worker(pid, packets)
        report_web(url)


# A start


def report_starts():
    """Print the processor time of `manage.py check`, beside an empty project's."""
    from local.checks import PRODUCTION

    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "django", "startproject", "bare", folder], check=True)
        ours, bare = [], []
        for _turn in range(STARTS):
            bare.append(started(Path(folder, "manage.py"), {}))
            ours.append(started("manage.py", PRODUCTION))
    ours, bare = statistics.median(ours), statistics.median(bare)
    say(f"manage.py check: {ours:.2f} s of processor time, an empty project's {bare:.2f} s")


def started(program, environment):
    """Return the processor time of a check."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-W", "ignore", program, "check"]
    subprocess.run(command, env=os.environ | environment, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


# The worker


@contextmanager
def worker(url):
    """Run a real worker of one process while the block lasts, and give its number."""
    from config.celery import app
    from local import redis

    with tempfile.TemporaryDirectory() as place:
        server = redis.start(Path(place, "redis"), log=subprocess.DEVNULL)
        app.conf.broker_url = address = server.url.replace("unix:", "redis+socket:", 1)
        words = [
            sys.executable,
            "-m",
            "celery",
            "--quiet",
            "-A",
            "config",
            "worker",
            "--concurrency=1",
        ]
        # It would else end after so many, which is what the figures are to say.
        words += ["--max-tasks-per-child=1000000"]
        environment = os.environ | {"DATABASE_URL": url, "REDIS_URL": server.url}
        process = subprocess.Popen(words, env=environment)
        try:
            app.conf.broker_write_url = address
            yield process.pid
        finally:
            process.terminate()
            process.wait(30)
            server.stop()


def report_worker(parent, packets):
    """Have packets made, and print the worker's memory on the way."""
    from tests.invoicing.situations import invoiced

    keys = [invoiced().packet.pk for _nth in range(INVOICES)]
    make(keys)
    [pid] = children(parent)
    say(f"\n| packets | worker's memory, MB |\n|---|---|\n| 0 | {told(pid, 'Rss')} |")
    began, used = time.monotonic(), processor_time(pid)
    for done in range(INVOICES, packets + 1, INVOICES):
        make(keys)
        if done % EVERY == 0 or done == packets:
            say(f"| {done} | {told(pid, 'Rss')} |")
    each = (processor_time(pid) - used) / packets
    took = (time.monotonic() - began) / packets
    say(f"\nA packet took {each:.2f} s of the worker's processor time, {took:.2f} s by the clock.")


def make(keys):
    """Have the worker make each of the packets anew, and wait for it."""
    from applications.nudge import hand_over
    from invoicing.models import Packet

    off, on = stage.guards_off("invoicing_packet")
    for statement in off:
        stage.sql(statement)
    Packet.objects.filter(pk__in=keys).update(
        rendered_at=None, file="", sha256="", size=None, leased_until=None, attempts=0
    )
    for statement in on:
        stage.sql(statement)
    for each in keys:
        hand_over("invoicing.render_packet", each)
    until = time.monotonic() + PATIENCE
    while Packet.objects.filter(pk__in=keys, rendered_at=None).exists():
        if time.monotonic() > until:
            raise RuntimeError("The worker does not make the packets.")
        time.sleep(0.5)


def processor_time(pid):
    """Return the seconds that a process has used."""
    said = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(said[11]) + int(said[12])) / os.sysconf("SC_CLK_TCK")


# The web


def report_web(url):
    """Print what the web workers have after the pages."""
    from benchmarks import web

    pages = web.our_pages(PAGES)
    with web.serving("config.wsgi", url) as (server, port):
        for _time in range(TIMES):
            for cookie, address in pages.values():
                web.fetch(port, address, cookie)
        say("| web worker: all that it sees, MB | its share of it | its alone |\n|---|---|---|")
        for pid in children(server.pid):
            alone = told(pid, "Private_Clean", "Private_Dirty")
            say(f"| {told(pid, 'Rss')} | {told(pid, 'Pss')} | {alone} |")


def children(pid):
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def told(pid, *names):
    """Return what the kernel says of a process's memory, in MB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    said = {name.rstrip(":"): int(number) for name, number, *_unit in map(str.split, lines)}
    return round(sum(said[name] for name in names) / 1024)


if __name__ == "__main__":
    main()
