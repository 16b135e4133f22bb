"""How much memory a month's ZIP of packets takes: python -m benchmarks.bundles

Fills a PostgreSQL of its own (benchmarks.seed), puts a file where each packet of a month is said to be, and
has ZIPs of 100 and of 1,000 packets made and downloaded, each in a process of its own. Prints the most memory
that each of them had, and what the same process has that does nothing.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from django.core.management import call_command

from benchmarks import stage
from benchmarks.stage import say

APPLICATIONS, NUMBERS = 8000, (100, 1000)
PACKET = 100_000  # bytes
TODAY = "2026-05-04"


def main():
    with stage.server() as url, tempfile.TemporaryDirectory() as folder:
        os.environ |= {"KURSMEDEL_TODAY": TODAY, "MEDIA_ROOT": folder}
        stage.set_up(url)
        call_command("createcachetable", verbosity=0)
        keys, clerk = a_month(folder)
        say("| process | packets | most memory, MB | size of the ZIP, MB |\n|---|---|---|---|")
        say(f"| nothing | – | {apart('nothing')} | – |")
        for number in NUMBERS:
            uuid = asked(keys[:number], clerk)
            made = apart("make", uuid)
            size = sum(each.stat().st_size for each in Path(folder).rglob(f"{uuid}.zip"))
            say(f"| making | {number} | {made} | {size / 1_000_000:.0f} |")
            say(f"| download | {number} | {apart('download', uuid)} | |")


def a_month(folder):
    """Return the keys of a month's invoices, with files of packets, and a clerk of finance."""
    from django.db.models import Count

    from benchmarks.seed import seed
    from invoicing.models import Invoice, Packet
    from tests import factories

    seed(APPLICATIONS)
    made = Invoice.objects.exclude(packet__rendered_at=None).filter(application__scheme="rfr")
    months = made.order_by().values("issued_on").annotate(number=Count("pk")).order_by("-number")
    of_month = made.filter(issued_on=months[0]["issued_on"])
    keys = list(of_month.order_by("number").values_list("pk", flat=True))[: max(NUMBERS)]
    if len(keys) < max(NUMBERS):
        raise RuntimeError(f"The month has only {len(keys)} packets.")
    for name in set(Packet.objects.filter(invoice__in=keys).values_list("file", flat=True)):
        path = Path(folder, name)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(os.urandom(PACKET))
    return keys, factories.appointed("finance")


def asked(keys, clerk):
    """Ask for a ZIP and return the key of its row."""
    from invoicing import months
    from schemes import clock

    said = {"scheme": "rfr", "month": clock.now().date().replace(day=1), "by": clerk}
    return str(months.ask_for(invoices=keys, at=clock.now(), **said).uuid)


def apart(what, *words):
    """Do something in a process of its own; return the most memory that it had, in MB."""
    command = [sys.executable, "-m", "benchmarks.bundles", what, *words]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout.split()[-1]


# What is done apart


def alone(what, words):
    """Do it and print the most memory that this process had."""
    import django

    django.setup()
    {"nothing": nothing, "make": make, "download": download}[what](*words)
    lines = Path("/proc/self/status").read_text().splitlines()
    say(f"{int(dict(line.split(':', 1) for line in lines)['VmHWM'].split()[0]) / 1024:.0f}")


def nothing():
    """Load what the others load."""
    import config.urls  # noqa: F401
    from invoicing.models import Bundle

    list(Bundle.objects.all())


def make(uuid):
    from invoicing import months
    from invoicing.models import Bundle
    from schemes import clock

    nothing()
    months.make(Bundle.objects.get(uuid=uuid).pk, at=clock.now())


def download(uuid):
    from django.test import Client
    from django.urls import reverse

    from invoicing.models import Bundle

    nothing()
    client, found = Client(), Bundle.objects.get(uuid=uuid)
    client.force_login(found.by)
    answer = client.post(reverse("invoicing:bundle_file", args=[uuid]))
    got = sum(len(piece) for piece in answer.streaming_content)
    if got != found.file.size:
        raise RuntimeError(f"{got} bytes of {found.file.size} came.")


if __name__ == "__main__":
    alone(sys.argv[1], sys.argv[2:]) if sys.argv[1:] else main()
