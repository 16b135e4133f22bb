"""What each list costs in a small register and in a large one: python -m benchmarks.lists 1000 1000000

Starts a PostgreSQL of its own, fills a database of each size (benchmarks.seed), and opens every list at its
first and last page, with each filter, search and sort. Counted is processor time, Django's and that
of the PostgreSQL process that serves it, so that other work on the machine disturbs little; the ratio of the
two sizes is printed. How PostgreSQL went about each list's longest query in the large register is written
to benchmarks/plans/. With `here`, it measures the database of DATABASE_URL and prints its figures as JSON.
"""

import json
import os
import re
import subprocess
import sys
import time
from itertools import count
from pathlib import Path

from benchmarks import stage

TIMES, PATIENCE = 5, 2  # so often, or for so many seconds
PLANS = Path(__file__).with_name("plans")
TODAY = "2026-04-20"
WORDS = {
    "a word that many have": "Ultraljud",
    "a word that few have": "Gran 15",  # some also in a small register: else its page is empty
    "two letters": "hj",
}
READ = {
    "a reader": "who=auditor",
    "a reader whom nobody knows": "who=nobody",
    "a kind": "what=case",
    "a period": "since=2025-04-01&until=2025-04-30",
}


def main():
    if sys.argv[1:2] == ["here"]:
        say(json.dumps(measured(plans="plans" in sys.argv)))
        return
    small, large = [int(each) for each in sys.argv[1:3]] or [1000, 100_000]
    with stage.server() as url:
        report(in_another(url, small), in_another(url, large, "plans"))


def in_another(url, size, *words):
    """Fill a database with so many applications and return what each list costs in it."""
    url = f"{url.rpartition('/')[0]}/of_{size}"
    code = f"from benchmarks import lists; lists.fill({url!r}, {size})"
    environment = os.environ | {"KURSMEDEL_TODAY": TODAY, "PYTHONWARNINGS": "ignore"}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
    environment |= {"DATABASE_URL": url, "DATABASE_POOL": "0", "KURSMEDEL_ENV": "development"}
    asked = [sys.executable, "-m", "benchmarks.lists", "here", *words]
    done = subprocess.run(asked, check=True, env=environment, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def fill(url, size):
    import psycopg

    from benchmarks.seed import seed

    server, _slash, name = url.rpartition("/")
    with psycopg.connect(f"{server}/kursmedel", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    stage.set_up(url)
    seed(size)


def report(small, large):
    """Print a line for each page, and the sizes."""
    say("| list | small: ms, of it PostgreSQL | large: ms, of it PostgreSQL | ratio |")
    say("|---|---|---|---|")
    for title, (ours, server) in small.items():
        theirs, there = large[title]
        line = f"| {title} | {ours + server:.0f}, {server:.0f} | {theirs + there:.0f}, {there:.0f} "
        say(f"{line}| {(theirs + there) / (ours + server):.2f} |")


# One database


def measured(*, plans):
    """Return the processor time of each page in ms, as (Django's, PostgreSQL's), by its title."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    people, found = _people(), {}
    for title, (who, address) in pages().items():
        client = _signed_in(people[who])
        client.get(address)
        mine, server = time.process_time(), _server()
        times, until = 0, time.monotonic() + PATIENCE
        while times < TIMES and (not times or time.monotonic() < until):
            if client.get(address).status_code != 200:
                raise RuntimeError(address)
            times += 1
        spent = [time.process_time() - mine, _server() - server]
        found[title] = [each * 1000 / times for each in spent]
        if plans:
            _plan(client, title, address)
    return found


def pages():
    """Return who opens which address, by the title of the page."""
    from django.urls import reverse

    decided, invoices = reverse("decisions:decided"), reverse("invoicing:overview") + "?tab=all"
    queue, log = reverse("decisions:queue") + "?place=", reverse("applications:readings")
    movements, paid = reverse("decisions:funds"), invoices.replace("tab=all", "scheme=fastlege")
    found = {"movements of money": ("chair", movements), "reading log": ("auditor", log)}
    found |= {"payments": ("treasurer", paid), "batches": ("treasurer", f"{paid}&tab=released")}
    found |= {f"{each}, last page": (who, _last(at)) for each, (who, at) in found.items()}
    for sort in ("arrived", "-arrived", "course", "starts", "asked", "-rules"):
        found[f"queue by {sort}"] = ("chair", f"{queue}&sort={sort}")
    found["queue, last page"] = ("chair", _last(queue))
    for state in ("", "approved", "refused", "ended", "settled"):
        found[f"decided: {state or 'all'}"] = ("chair", f"{decided}?state={state}")
        found[f"decided: {state or 'all'}, last page"] = (
            "chair",
            f"{decided}?state={state}&page=last",
        )
    for title, words in WORDS.items():
        found[f"queue, {title}"] = ("chair", f"{queue}&q={words}")
        found[f"decided, {title}"] = ("chair", f"{decided}?q={words}")
        found[f"reading log, {title}"] = ("auditor", f"{log}?whose={words}")
        found[f"invoices, {title}"] = ("finance", f"{invoices}&q={words}")
    for sort in ("number", "due", "-amount", "course", "-issued"):
        found[f"invoices by {sort}"] = ("finance", f"{invoices}&sort={sort}")
    for title, asked in READ.items():
        found[f"reading log, {title}"] = ("auditor", f"{log}?{asked}")
    found["invoices, last page"] = ("finance", _last(invoices))
    found["invoices to send"] = ("finance", invoices.replace("all", "unsent"))
    return found | {"months": ("finance", reverse("invoicing:months"))}


def _last(address):
    return f"{address}{'&' if '?' in address else '?'}page=last"


def _people():
    from tests import factories

    factories.numbers = count(time.time_ns())  # after those of the seed
    found = {each: factories.appointed(each) for each in ("chair", "finance", "auditor")}
    return found | {"treasurer": factories.appointed("finance", scheme="fastlege")}


def _signed_in(person):
    from django.test import Client

    client = Client()
    client.force_login(person)
    return client


def _server():
    """Return the seconds that the server's process of this connection has worked."""
    from django.db import connection

    connection.ensure_connection()
    parts = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text()
    used = parts.rpartition(")")[2].split()
    return (int(used[11]) + int(used[12])) / os.sysconf("SC_CLK_TCK")


def _plan(client, title, address):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as sent:
        client.get(address)
    asked = [each["sql"] for each in sent if each["sql"].startswith("SELECT")]
    longest = max(asked, key=len)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) {longest.replace('%', '%%')}", ())
        lines = "\n".join(line for (line,) in cursor.fetchall())
    PLANS.mkdir(exist_ok=True)
    name = re.sub(r"\W+", "-", title).strip("-")
    (PLANS / f"{name}.txt").write_text(f"{title}\n{address}\n\n{lines}\n")


def say(words):
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
