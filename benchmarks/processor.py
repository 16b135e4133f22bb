"""What a page costs in processor time, beside the floor, each in one process: python -m benchmarks.processor

Less disturbed by whatever else the machine does than requests a second are, and blind to what PostgreSQL
costs. The pages and the floor are those of benchmarks.web; each is fetched in turns, and the medians count.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from importlib import import_module

from benchmarks import stage, web
from benchmarks.stage import say
from config.room import with_room

TURNS, TIMES, WARM_UP = 3, 30, 5


def main():
    with stage.server() as url, tempfile.TemporaryDirectory() as folder:
        os.environ |= {"KURSMEDEL_TODAY": web.TODAY, "MEDIA_ROOT": folder, "LOG_LEVEL": "CRITICAL"}
        stage.set_up(url)
        pages = web.our_pages(1000)
        floor_url = web.another_database(url)
        floor = {"": (web.prepare_floor(floor_url, 1000), "/")}
        turns = [
            taken("config.wsgi", url, pages) | taken("benchmarks.floor", floor_url, floor)
            for _turn in range(TURNS)
        ]
    say("| page | ms | floor | share |\n|---|---|---|---|")
    for title in pages:
        ours, theirs = (statistics.median(each[name] for each in turns) for name in (title, ""))
        say(f"| {title} | {ours:.1f} | {theirs:.1f} | {theirs / ours:.0%} |")


def taken(module, url, pages):
    """Return what each page of a project takes by itself, in milliseconds, in a process of its own."""
    asked = [sys.executable, "-m", "benchmarks.processor", module, json.dumps(pages)]
    environment = os.environ | {"DATABASE_URL": url, "DATABASE_POOL": "10"}
    done = subprocess.run(asked, env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def costs(module, pages):
    """Load a project as a web server does and tell what each of its pages takes."""
    import_module(module)
    say(json.dumps({title: cost(*each) for title, each in pages.items()}))


def cost(cookie, address):
    """Return the milliseconds of processor time that a page takes once it is warm."""
    from django.test import Client

    client, times = Client(), []
    client.cookies["sessionid"] = cookie
    fetch = with_room(client.get)  # as the web server's door does
    for _ in range(WARM_UP + TIMES):
        began = time.process_time()
        if fetch(address).status_code != 200:
            raise RuntimeError(address)
        times.append(time.process_time() - began)
    return statistics.median(times[WARM_UP:]) * 1000


if __name__ == "__main__":
    if sys.argv[1:]:
        costs(sys.argv[1], json.loads(sys.argv[2]))
    else:
        main()
