"""What each list costs in a small register and in a large one: python -m benchmarks.lists 1000 1000000

Starts a PostgreSQL of its own, fills a database of each size (benchmarks.seed), and opens every list at its
first and last page, with each filter, search and sort. Counted is processor time, Django's and that
of the PostgreSQL process that serves it, so that other work on the machine disturbs little; the ratio of the
two medians is printed. How PostgreSQL went about each list's longest query in the large register is written
to benchmarks/plans/. With `here`, it measures the database of DATABASE_URL and prints its figures as JSON;
with `of`, two databases that are filled already, by their addresses; after it stand the first words of the
lists that are meant: python -m benchmarks.lists of postgres://…/small postgres://…/large invoices months
"""

import json
import os
import re
import statistics
import subprocess
import sys
import time
from itertools import count
from pathlib import Path

from benchmarks import stage

TIMES, PATIENCE = 15, 4  # so often, or for so many seconds
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
    how, *words = sys.argv[1:] or ["1000", "100000"]
    if how == "here":
        meant = [each for each in words if each != "plans"]
        say(json.dumps(measured(meant, plans="plans" in words)))
    elif how == "of":
        small, large, *meant = words
        report(of(small, *meant), of(large, "plans", *meant))
    else:
        with stage.server() as url:
            small, large = in_another(url, int(how)), in_another(url, int(words[0]))
            report(of(small), of(large, "plans"))


def in_another(url, size):
    """Fill a database with so many applications and return its address."""
    url = f"{url.rpartition('/')[0]}/of_{size}"
    code = f"from benchmarks import lists; lists.fill({url!r}, {size})"
    environment = os.environ | {"KURSMEDEL_TODAY": TODAY, "PYTHONWARNINGS": "ignore"}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
    return url


def of(url, *words):
    """Return what each list costs in a database, measured in a process of its own."""
    known = {"DATABASE_URL": url, "DATABASE_POOL": "0", "REDIS_URL": "redis://localhost:1/0"}
    known |= {"KURSMEDEL_ENV": "development", "LOG_LEVEL": "CRITICAL", "PYTHONWARNINGS": "ignore"}
    environment = os.environ | known | {"KURSMEDEL_TODAY": TODAY}
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


def measured(meant=(), *, plans):
    """Return the processor time of each page in ms, as (Django's, PostgreSQL's), by its title.

    Takes the first words of the titles that are meant, else it is all.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    people, found = _people(), {}
    for title, (who, address) in pages().items():
        if meant and not title.startswith(tuple(meant)):
            continue
        client = _signed_in(people[who])
        client.get(address)
        found[title] = _medians(client, address)
        if plans:
            _plan(client, title, address)
    return found


def _medians(client, address):
    times, until = [], time.monotonic() + PATIENCE
    while len(times) < TIMES and (not times or time.monotonic() < until):
        mine, server = time.process_time(), _server()
        if client.get(address).status_code != 200:
            raise RuntimeError(address)
        times.append((time.process_time() - mine, _server() - server))
    return [1000 * statistics.median(each) for each in zip(*times, strict=True)]


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
    for title, asked in READ.items():
        found[f"reading log, {title}"] = ("auditor", f"{log}?{asked}")
    return found | {"months": ("finance", reverse("invoicing:months"))} | _invoices(invoices)


def _invoices(all_of_them):
    found = {}
    for sort in ("number", "due", "-amount", "course", "-issued"):
        found[f"invoices by {sort}"] = f"{all_of_them}&sort={sort}"
    for title, words in WORDS.items():
        found[f"invoices, {title}"] = f"{all_of_them}&q={words}"
        found[f"invoices settled, {title}"] = f"{all_of_them}&q={words}".replace("all", "settled")
    for tab in ("unsent", "due", "overdue", "sent", "settled", "credited"):
        found[f"invoices {tab}"] = all_of_them.replace("all", tab)
    found["invoices settled by -amount"] = f"{found['invoices settled']}&sort=-amount"
    found |= {f"{each}, last page": _last(address) for each, address in found.items()}
    return {title: ("finance", address) for title, address in found.items()}


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
    pid = connection.connection.info.backend_pid
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


def _plan(client, title, address):
    """Write down how PostgreSQL went about the longest of the page's questions."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as sent:
        client.get(address)
    asked = [each["sql"] for each in sent if each["sql"].startswith("SELECT")]
    PLANS.mkdir(exist_ok=True)
    name = re.sub(r"\W+", "-", title).strip("-")
    lines = max((_explained(each) for each in asked), key=_milliseconds)
    (PLANS / f"{name}.txt").write_text(f"{title}\n{address}\n\n{lines}\n")


def _explained(asked):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) {asked.replace('%', '%%')}", ())
        return "\n".join(line for (line,) in cursor.fetchall())


def _milliseconds(plan):
    return float(re.search(r"Execution Time: ([\d.]+)", plan)[1])


def say(words):
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
