"""What a packet costs beside a plain page of WeasyPrint: python -m benchmarks.packets 9

Makes papers of both schemes, and in turns with them one plain page, the same as tagged PDF/A-3 and plain
documents of as many pages, all warm and in this process, with room for deep calls as the worker has it
(config.room); prints medians of their processor time. Then one and two processes make packets for some
seconds each, in turns. So many rounds.
"""

import gc
import os
import random
import statistics
import sys
import tempfile
import time
from io import BytesIO
from multiprocessing import get_context

from benchmarks import stage
from benchmarks.stage import say
from config.room import with_room

WORDS = ["patienter", "med", "hjärtsvikt", "i", "öppen", "vård", "och", "deras", "behandling"]
WORDS += ["en", "kurs", "om", "nya", "riktlinjer", "för", "läkare", "som", "vill", "följa", "upp"]
WORDS_OF_A_PARAGRAPH, PARAGRAPHS_OF_A_PAGE = 60, 6
ARCHIVE = {"pdf_variant": "pdf/a-3a"}
SECONDS, TURNS = 8, 3


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    with stage.server() as url, tempfile.TemporaryDirectory() as folder:
        os.environ |= {"MEDIA_ROOT": folder, "KURSMEDEL_TODAY": "2026-04-20"}
        stage.set_up(url)
        papers = our_papers()
        pages = {title: number_of_pages(make()) for title, make in papers.items()}
        both = papers | floors(set(pages.values()))
        costs = measured({name: with_room(make) for name, make in both.items()}, rounds)
        report(pages, costs)
        report_processes(with_room(papers["RFR's packet"]))


def our_papers():
    """Return what makes each paper, by its title; all but reading its row is in it."""
    from invoicing import packet, services
    from tests.invoicing.situations import invoiced
    from tests.payout import test_fastlege as refunds

    invoice, statement = invoiced(), services.current(refunds.granted())
    return {
        "RFR's packet": lambda: packet.build(invoice),
        "refund's packet": lambda: packet.build(statement),
        "RFR's letter": letter(invoice.application),
        "refund's letter": letter(statement.application),
    }


def letter(application):
    """Return what makes the letter of a decision."""
    from drawing import pdf

    row = application.documents.get(kind="letter")
    language = application.rules.language
    said = {"title": "Beslut", "language": language, "at": row.made_at}
    return lambda: pdf.render(row.template, row.content, **said)


def floors(numbers):
    """Return what makes a plain page, the same for the archive, and plain documents of some pages."""
    from weasyprint import HTML

    def plain(pages, **more):
        return lambda: HTML(string=text(pages)).write_pdf(**more)

    wanted = {"plain": plain(1), "archive": plain(1, **ARCHIVE)}
    wanted |= {number: plain(number, **ARCHIVE) for number in numbers}
    for name, make in wanted.items():
        found, said = number_of_pages(make()), name if isinstance(name, int) else 1
        if found != said:
            raise RuntimeError(f"A plain document of {said} pages has {found}.")
    return wanted


def text(pages):
    """Return a document of headings and paragraphs, each page full."""
    chosen = random.Random(1)  # noqa: S311 # nosec B311, the same words each time
    part = ""
    for _page in range(pages):
        part += '<section style="break-after: page"><h1>A plain page</h1>'
        for _paragraph in range(PARAGRAPHS_OF_A_PAGE):
            words = " ".join(chosen.choices(WORDS, k=WORDS_OF_A_PARAGRAPH))
            part += f"<p>{words}.</p>"
        part += "</section>"
    style = "@page { size: A4 } section:last-child { break-after: auto !important }"
    return f'<!doctype html><html lang="sv"><title>Plain</title><style>{style}</style>{part}</html>'


def number_of_pages(made):
    """Return how many pages a PDF has."""
    import pikepdf

    with pikepdf.open(BytesIO(made)) as document:
        return len(document.pages)


def measured(makes, rounds):
    """Return the median processor time of each, in ms, made in turns."""
    costs = {name: [] for name in makes}
    for make in makes.values():
        make()
    gc.collect()
    gc.freeze()  # as in the worker
    for _round in range(rounds):
        for name, make in makes.items():
            began = time.process_time()
            make()
            costs[name].append((time.process_time() - began) * 1000)
    return {name: statistics.median(each) for name, each in costs.items()}


def report(pages, costs):
    say(f"\nA plain page takes {costs['plain']:.0f} ms, as PDF/A-3a {costs['archive']:.0f} ms.\n")
    say(
        "| paper | pages | ms | ms a page | to a plain page | as PDF/A-3a | to as many pages at once |"
    )
    say("|---|---|---|---|---|---|---|")
    for title, number in pages.items():
        each = costs[title] / number
        beside = [each / costs["plain"], each / costs["archive"], costs[title] / costs[number]]
        told = " | ".join(f"{ratio:.2f}" for ratio in beside)
        say(f"| {title} | {number} | {costs[title]:.0f} | {each:.0f} | {told} |")


# How much more two processes make than one


def report_processes(make):
    """Print how many packets a second one and two processes make, in turns."""
    make()
    one, two = [], []
    for _turn in range(TURNS):
        one.append(rate(make, 1))
        two.append(rate(make, 2))
    one, two = statistics.median(one), statistics.median(two)
    say(
        f"\nOne process makes {one:.1f} packets a second, two make {two:.1f}: {two / one:.2f} times."
    )


def rate(make, processes):
    """Return how many packets a second so many processes make together."""
    fork = get_context("fork")
    done = fork.Queue()
    workers = [fork.Process(target=_work, args=(make, done)) for _each in range(processes)]
    for each in workers:
        each.start()
    total = sum(done.get() for _each in workers)
    for each in workers:
        each.join()
    return total


def _work(make, done):
    number, began = 0, time.perf_counter()
    while (took := time.perf_counter() - began) < SECONDS:
        make()
        number += 1
    done.put(number / took)


if __name__ == "__main__":
    main()
