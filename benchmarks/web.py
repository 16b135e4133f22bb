"""What our pages cost, as a share of what Django and PostgreSQL cost by themselves: make bench

Starts a PostgreSQL of its own, fills it (benchmarks.seed), and serves our pages and a floor of one file
(benchmarks.floor) by the same gunicorn, two sync workers each. Eight clients fetch one page after the other,
ours and the floor in short turns, for a machine may be half as quick a minute later: printed are the medians,
and as share the median of what two turns next to each other had. So many applications, seconds a turn and
turns: python -m benchmarks.web 1000 2 12
"""

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path

from benchmarks import stage
from benchmarks.stage import say

CLIENTS, WORKERS = 8, 2
WAITING = 100  # refunds; the seed has as many of the other scheme
TODAY = "2026-04-20"
PRE_CHECK = "attendance=on_site&country=DE&starts_on=2026-06-15&ends_on=2026-06-17&fee=6000"
PRE_CHECK += "&travel=4000&lodging=0"


def main():
    given = [int(each) for each in sys.argv[1:]]
    count, seconds, turns = given + [1000, 2, 12][len(given) :]
    with stage.server() as url, tempfile.TemporaryDirectory() as folder:
        os.environ |= {"KURSMEDEL_TODAY": TODAY, "MEDIA_ROOT": folder, "LOG_LEVEL": "CRITICAL"}
        stage.set_up(url)
        pages = our_pages(count)
        floor_url = another_database(url)
        cookie = prepare_floor(floor_url, count)
        with (
            serving("config.wsgi", url) as (server, port),
            serving("benchmarks.floor", floor_url) as (_floor, floor_port),
        ):
            report(pages, port, (floor_port, "/", cookie), seconds, turns)
            memory = ", ".join(f"{each:.0f} MB" for each in resident(server.pid))
            say(f"\nMemory of our workers after the load: {memory}")


def report(pages, port, floor, seconds, turns):
    """Fetch each page in turns with the floor, and print a line of the table for each."""
    say("| page | requests/s | floor | share |")
    say("|---|---|---|---|")
    for title, (cookie, address) in pages.items():
        ours, theirs = [], []
        for _turn in range(turns):
            theirs.append(rate(*floor, seconds))
            ours.append(rate(port, address, cookie, seconds))
        share = statistics.median(mine / floors for mine, floors in zip(ours, theirs, strict=True))
        mine, floors = statistics.median(ours), statistics.median(theirs)
        say(f"| {title} | {mine:.1f} | {floors:.1f} | {share:.0%} |")


def rate(port, address, cookie, seconds):
    """Return how many requests a second all clients together were answered."""
    began = time.perf_counter()

    def client(_nth):
        done = 0
        while time.perf_counter() < began + seconds:
            fetch(port, address, cookie)
            done += 1
        return done

    with ThreadPoolExecutor(CLIENTS) as people:
        done = sum(people.map(client, range(CLIENTS)))
    return done / (time.perf_counter() - began)


def fetch(port, address, cookie):
    """Fetch a page; sync workers close the connection after each."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", address, headers={"Cookie": f"sessionid={cookie}"})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{address}: {answer.status}")


# What is served


def our_pages(count):
    """Fill our database; return the cookie and the address of each page by its title."""
    from django.urls import reverse

    from applications.models import Application
    from benchmarks import waiting
    from benchmarks.seed import seed
    from tests import factories

    say(f"{seed(count)} applications\n")
    officer, refunds = waiting.refunds(WAITING)
    officer = cookie_of(officer)
    stage.sql("VACUUM (ANALYZE)")
    people = {each: cookie_of(factories.appointed(each)) for each in ("chair", "finance")}
    application = Application.objects.filter(scheme="rfr", state="submitted").first()
    draft = factories.draft(number=factories.personal_number(9999))
    chair, finance, own = people["chair"], people["finance"], cookie_of(draft.applicant)
    pre_check = f"{reverse('applications:pre_check', args=['rfr'])}?{PRE_CHECK}"
    return {
        "queue": (chair, reverse("decisions:queue") + "?place="),
        "queue, last page": (chair, reverse("decisions:queue") + "?place=&page=1000000"),
        "queue, one word": (chair, reverse("decisions:queue") + "?place=&q=Hj%C3%A4rtdagarna"),
        "queue of refunds": (officer, reverse("decisions:queue") + "?place="),
        "case": (chair, reverse("decisions:case", args=[application.uuid])),
        "case of a refund": (officer, reverse("decisions:case", args=[refunds[0].uuid])),
        "decided": (chair, reverse("decisions:decided")),
        "invoices": (finance, reverse("invoicing:overview") + "?tab=all"),
        "own applications": (own, reverse("applications:overview")),
        "pre-check": (own, pre_check),
        "live amount": (own, reverse("applications:amount", args=[draft.uuid])),
    }


def cookie_of(person):
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(person)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def another_database(url):
    stage.sql("CREATE DATABASE floor")
    return url.rpartition("/")[0] + "/floor"


def prepare_floor(url, count):
    """Fill the floor's database in a process of its own, as its settings differ; return a cookie."""
    filled = [sys.executable, "-c", f"from benchmarks import floor; print(floor.fill({count}))"]
    done = subprocess.run(
        filled, env=os.environ | {"DATABASE_URL": url}, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@contextmanager
def serving(module, url):
    """Serve a project by gunicorn with two sync workers while the block lasts; give it and its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "-m", "gunicorn", module, f"--workers={WORKERS}"]
    words += [f"--bind=127.0.0.1:{port}", "--log-level=error"]
    environment = os.environ | {"DATABASE_URL": url, "DATABASE_POOL": "10"}
    server = subprocess.Popen(words, env=environment)
    try:
        wait_for(port)
        yield server, port
    finally:
        server.terminate()
        server.wait(30)


def wait_for(port):
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/health/")
            connection.getresponse()
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"Nobody answers at port {port}.")


def resident(parent):
    """Return the memory of each child process, in MB."""
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        with suppress(OSError):
            said = dict(line.split(":", 1) for line in status.read_text().splitlines())
            if int(said["PPid"]) == parent:
                found.append(int(said["VmRSS"].split()[0]) / 1024)
    return found


if __name__ == "__main__":
    main()
