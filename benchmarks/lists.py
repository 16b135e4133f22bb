"""What each list costs in a small register and in a large one: python -m benchmarks.lists 1000 1000000

Starts a PostgreSQL of its own, fills a database of each size (benchmarks.seed), and opens every list at its
first and last page, with each filter, search and sort. Counted is processor time, Django's and that
of the PostgreSQL process that serves it, so that other work on the machine disturbs little; the ratio of the
two medians is printed. How PostgreSQL went about each list's longest query in the large register is written
to benchmarks/plans/, a folder for each size. Small and large are asked in turns, and show as many rows: a
word that few have fills a page in the large register only, so the small one is asked for one that fills a
page there (of what waits both have as much, and are asked for the same), and batches stand 25 on a page, of
which the small one has some forty. With `of`, it measures two databases that are filled already, by their
addresses; after them stand the first words of the lists that are meant:
python -m benchmarks.lists of postgres://…/small postgres://…/large invoices months
"""

import json
import os
import re
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path

from benchmarks import stage
from benchmarks.stage import say
from config.room import with_room

TURNS = 4
TIMES, PATIENCE = 5, 1.5  # a turn: so often, or for so many seconds
PLANS = Path(__file__).with_name("plans")
TODAY = "2026-04-20"
FEW, BOTH = "a word that few have", "two words of which few have both"
WORDS = {"a word that many have": "Ultraljud", FEW: "Smärta 15", BOTH: "Gran 15"}
WORDS |= {"two letters": "hj"}
FILLS = {FEW: "Hudveckan", BOTH: "Hudveckan"}  # a page of the small register
BATCHES = 25
READ = {
    "a reader": "who=auditor",
    "a reader whom nobody knows": "who=nobody",
    "a kind": "what=case",
    "a period": "since=2025-04-01&until=2025-04-30",
}


def main():
    how, *words = sys.argv[1:] or ["1000", "100000"]
    if how == "here":
        answer(sys.stdin, WORDS | FILLS if words == ["small"] else WORDS)
    elif how == "of":
        compare(*words[:2], words[2:])
    else:
        with stage.server() as url:
            compare(in_another(url, int(how)), in_another(url, int(words[0])), [])


def in_another(url, size):
    """Fill a database with so many applications and return its address."""
    url = f"{url.rpartition('/')[0]}/of_{size}"
    code = f"from benchmarks import lists; lists.fill({url!r}, {size})"
    environment = os.environ | {"KURSMEDEL_TODAY": TODAY, "PYTHONWARNINGS": "ignore"}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
    return url


def compare(small, large, meant):
    """Print what each list costs in two databases, a line for each, and write down the plans of the second.

    Takes their addresses and the first words of the titles that are meant, else it is all.
    """
    with asked_in(small, "small") as ask, asked_in(large, "large") as ask_large:
        say("| list | small: ms, of it PostgreSQL | large: ms, of it PostgreSQL | ratio |")
        say("|---|---|---|---|")
        for title in ask("titles"):
            if not meant or title.startswith(tuple(meant)):
                turns = [(ask(title), ask_large(title)) for _nth in range(TURNS)]
                report(title, *(medians(each) for each in zip(*turns, strict=True)))
                ask_large(f"plan of {title}")


def medians(turns):
    return [statistics.median(each) for each in zip(*turns, strict=True)]


def report(title, small, large):
    """Print the line of one list."""
    line = f"| {title} | {sum(small):.1f}, {small[1]:.1f} | {sum(large):.1f}, {large[1]:.1f} "
    say(f"{line}| {sum(large) / sum(small):.2f} |")


@contextmanager
def asked_in(url, which):
    """Give what asks a process of its own about the lists of a register, while the block lasts."""
    known = {"DATABASE_URL": url, "DATABASE_POOL": "0", "REDIS_URL": "redis://localhost:1/0"}
    known |= {"KURSMEDEL_ENV": "development", "LOG_LEVEL": "CRITICAL", "PYTHONWARNINGS": "ignore"}
    environment = os.environ | known | {"KURSMEDEL_TODAY": TODAY}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    words = [sys.executable, "-m", "benchmarks.lists", "here", which]
    with subprocess.Popen(words, env=environment, bufsize=1, **pipes) as answering:

        def ask(question):
            answering.stdin.write(question + "\n")
            return json.loads(answering.stdout.readline())

        yield ask
        answering.stdin.close()


def fill(url, size):
    import psycopg

    from benchmarks.seed import seed

    server, _slash, name = url.rpartition("/")
    with psycopg.connect(f"{server}/kursmedel", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    stage.set_up(url)
    seed(size)


# One database


def answer(questions, words):
    """Answer with the titles, with what a page costs in ms, as (Django's, PostgreSQL's), or with its plan."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from invoicing.views import payouts

    payouts.A_PAGE = BATCHES
    people, known = _people(), pages(words)
    clients = {who: _signed_in(person) for who, person in people.items()}
    for question in map(str.strip, questions):
        if question == "titles":
            say(json.dumps(list(known)))
            continue
        title = question.removeprefix("plan of ")
        who, address = known[title]
        clients[who].get(address)
        measure = _medians if title == question else partial(_plan, title=title)
        say(json.dumps(measure(clients[who], address)))


def _medians(client, address):
    times, until = [], time.monotonic() + PATIENCE
    fetch = with_room(client.get)  # as the web server's door does
    while len(times) < TIMES and (not times or time.monotonic() < until):
        mine, server = time.process_time(), _server()
        if fetch(address).status_code != 200:
            raise RuntimeError(address)
        times.append((time.process_time() - mine, _server() - server))
    return [1000 * statistics.median(each) for each in zip(*times, strict=True)]


def pages(sought):
    """Return who opens which address, by the title of the page; takes the words that are sought."""
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
    for title, words in sought.items():
        found[f"queue, {title}"] = ("chair", f"{queue}&q={WORDS[title]}")
        found[f"decided, {title}"] = ("chair", f"{decided}?q={words}")
        found[f"reading log, {title}"] = ("auditor", f"{log}?whose={words}")
    for title, asked in READ.items():
        found[f"reading log, {title}"] = ("auditor", f"{log}?{asked}")
    return (
        found | {"months": ("finance", reverse("invoicing:months"))} | _invoices(invoices, sought)
    )


def _invoices(all_of_them, sought):
    found = {}
    for sort in ("number", "due", "-amount", "course", "-issued"):
        found[f"invoices by {sort}"] = f"{all_of_them}&sort={sort}"
    for title, words in sought.items():
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


def _plan(client, address, *, title):
    """Write down how PostgreSQL went about the longest of the page's questions."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as sent:
        client.get(address)
    asked = [each["sql"] for each in sent if each["sql"].startswith("SELECT")]
    folder = PLANS / connection.settings_dict["NAME"]
    folder.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"\W+", "-", title).strip("-")
    lines = max((_explained(each) for each in asked), key=_milliseconds)
    (folder / f"{name}.txt").write_text(f"{title}\n{address}\n\n{lines}\n")


def _explained(asked):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) {asked.replace('%', '%%')}", ())
        plan = "\n".join(line for (line,) in cursor.fetchall())
    return re.sub(r"'\{\d[\d,]{500,}\}'", "'{…}'", plan)  # thousands of keys


def _milliseconds(plan):
    return float(re.search(r"Execution Time: ([\d.]+)", plan)[1])


if __name__ == "__main__":
    main()
