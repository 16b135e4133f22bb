"""How long it takes and how much it weighs: `python -m benchmarks.experience http://localhost:8000`.

Takes the address of a demo that runs (`make run`) and walks it as practised people do. The machine's
own time is measured; what a person needs is reckoned at the pace below and added. Writes
docs/experience.md. It applies for a grant and signs one: use a demo that may be changed.
"""

import gzip
import os
import platform
import re
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import sync_playwright

from local import chromium

PAGE = Path(__file__).resolve().parent.parent / "docs" / "experience.md"
SWITCHES = ["--no-sandbox", "--disable-gpu"]
SIGNATORIES = ("hagg", "lind")
# The pace of a practised person, in seconds.
KEPT = "\n## What axe finds\n"
A_KEY, A_CLICK, A_GLANCE = 0.2, 1.0, 3.0
TYPED = {
    "name": "Demoläkare Pil",
    "personal_number": "198001011231",
    "specialty": "Kardiologi",
    "unit": "Medicinkliniken",
    "head_name": "Test Chef",
    "head_email": "chef@example.org",
    "title": "Hjärtdagarna",
    "organiser": "Kardiologföreningen",
    "place": "Berlin",
    "starts_on": "2026-12-01",
    "ends_on": "2026-12-02",
    "fee": "6000",
    "travel": "4000",
    "lodging": "2000",
    "other_funding": "0",
    "requested": "6000",
    "active_participation": "Jag håller ett föredrag om vår studie.",
    "dissemination": "Genom en skriftlig sammanfattning på kliniken.",
    "feedback_plan": "På klinikens möte i januari.",
}
CHOSEN = {
    "specialist": "yes",
    "employed": "yes",
    "kind": "conference",
    "external": "yes",
    "attendance": "on_site",
    "applied_earlier": "no",
}
LISTED = {"organisation": 1, "country": "DE"}
LCP = """() => new Promise(done => {
    new PerformanceObserver(list => done(list.getEntries().at(-1).startTime))
        .observe({type: "largest-contentful-paint", buffered: true});
    setTimeout(() => done(null), 3000);
})"""
BLOCKING = """() => performance.getEntriesByType("resource")
    .filter(each => each.renderBlockingStatus === "blocking").map(each => each.name)"""


class Person:
    """Somebody at a browser: counts pages and clicks, and reckons the time that hands and eyes need."""

    def __init__(self, browser, address):
        self.page = browser.new_context(base_url=address, locale="sv-SE").new_page()
        self.page.set_default_timeout(30_000)
        self.pages, self.clicks, self.reckoned, self.began = 0, 0, 0.0, time.monotonic()
        self.page.on("load", lambda *_: self._loaded())

    def _loaded(self):
        self.pages += 1

    def start(self):
        """Begin to count anew, on the page that is open."""
        self.pages, self.clicks, self.reckoned, self.began = 0, 0, 0.0, time.monotonic()

    def seconds(self):
        """Return the machine's time and the person's since the start."""
        return round(time.monotonic() - self.began, 1), round(self.reckoned, 1)

    def enter(self, key):
        """Sign in as one of the demo's people, and begin to count on the page that follows."""
        self.page.context.clear_cookies()
        self.page.goto("/account/login/")
        button = self.page.locator(f"button[name=person][value='{key}@demo.example']")
        button.evaluate("button => button.click()")
        self.page.wait_for_url(lambda url: "/account/" not in url)

    def click(self, selector):
        self.clicks += 1
        self.reckoned += A_CLICK
        self.page.locator(selector).first.click()
        self.page.wait_for_load_state()

    def look(self):
        self.reckoned += A_GLANCE

    def fill_in(self):
        """Fill in every field of the form that is open and that we have an answer for."""
        for name, value in TYPED.items():
            if self._is_empty(name):
                self.page.locator(f"main form [name={name}]").fill(value)
                self.reckoned += A_KEY * len(value)
        for name, value in CHOSEN.items():
            self._choose(name, value)
        for name, value in LISTED.items():
            field = self.page.locator(f"main form select[name={name}]")
            if field.count() and not field.input_value():
                how = {"index": value} if isinstance(value, int) else {"value": value}
                field.select_option(**how)
                self.reckoned += A_CLICK + 3 * A_KEY

    def _is_empty(self, name):
        field = self.page.locator(f"main form :is(input, textarea)[name={name}]")
        typed = field.count() == 1 and field.get_attribute("type") not in ("radio", "hidden")
        return typed and not field.input_value()

    def _choose(self, name, value):
        choice = self.page.locator(f"main form input[type=radio][name={name}][value={value}]")
        if choice.count() and not choice.is_checked():
            self.page.locator(f"label[for={choice.get_attribute('id')}]").click()
            self.reckoned += A_CLICK


def pre_check(person):
    """A visitor asks what there is to get, from the first page on."""
    person.page.goto("/")
    person.start()
    person.click("main .scheme-card a.btn-primary")
    person.fill_in()
    person.click("main form .btn-primary")
    person.page.wait_for_selector("main .amount-card .big")
    person.look()
    return person


def application(person):
    """A doctor applies for RFR's grant, from the page to which the sign-in leads to the receipt."""
    person.enter("pil")
    person.start()
    person.pages = 1  # My applications
    person.click("main details.begin summary")
    person.click("main details.begin[open] form .btn-primary")
    while "/step/" in person.page.url:
        person.fill_in()
        person.click("main form .buttons .btn-primary")
    person.look()
    box = person.page.locator("#send input[type=checkbox]")
    person.click(f"label[for={box.get_attribute('id')}]")
    person.click("#send .btn-primary")
    person.page.wait_for_url("**/receipt/")
    person.pages -= 1  # the receipt itself
    return person


def decision(person):
    """A signatory signs a case that is open and has no questions; the next one comes by itself."""
    simple = person.page.locator("tr:has(input[name=application]) a[data-row]")
    for signatory in SIGNATORIES:
        person.enter(signatory)
        person.page.goto("/decisions/?place=mine")
        if simple.count():
            break
    simple.first.click()
    person.page.wait_for_load_state()
    person.start()
    person.look()
    person.click(".amount-card form .btn-primary")
    person.page.wait_for_selector(".messages .notice")
    return person


def packets(person):
    """Finance takes a month's packets, from the page of the day on."""
    person.enter("berg")
    person.start()
    person.click(".site-nav a[href='/finance/']")
    person.click("main a[href^='/finance/months/']")
    person.click("main table form button")
    person.page.wait_for_selector("#progress form button")
    with person.page.expect_download():
        person.click("#progress form button")
    return person


def weigh(browser, address):
    """Return for each page what it weighs, when its largest part is painted and what blocks it."""
    page = browser.new_context(base_url=address, locale="sv-SE").new_page()
    answers, kept = [], set()
    page.on("response", lambda response: answers.append(response))
    found = []
    for name, path in (("first page, first view", "/"), ("help, then", "/help/"), ("again", "/")):
        found.append(_weighed(page, name, path, answers, kept))
    page.goto("/account/login/")
    button = page.locator("button[name=person][value='lind@demo.example']")
    button.evaluate("button => button.click()")
    page.wait_for_url(lambda url: "/account/" not in url)
    for name, path in (
        ("day", "/today/"),
        ("queue", "/decisions/?place="),
        ("funds", "/decisions/funds/"),
    ):
        found.append(_weighed(page, name, path, answers, kept))
    page.goto("/decisions/?place=")
    case = page.locator("a[data-row]").first.get_attribute("href")
    return [*found, _weighed(page, "case", case, answers, kept)]


def _weighed(page, name, path, answers, kept):
    answers.clear()
    page.goto(path, wait_until="networkidle")
    paint, blocking = page.evaluate(LCP), page.evaluate(BLOCKING)
    sizes = [_size(each) for each in answers if each.status == 200 and each.url not in kept]
    # In production a file's address changes with its content, and a browser keeps it for good.
    kept |= {each.url for each in answers if "/static/" in each.url}
    return name, sum(sizes), paint, blocking


def _size(response):
    """Return how many bytes an answer has as production sends it: compressed, unless it is already."""
    body, kind = response.body(), response.headers.get("content-type", "")
    return len(body) if re.search("font|png|icon", kind) else len(gzip.compress(body, 6))


# What is written down


def main(address):
    """Walk and weigh, print what was found, and write it down."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.path(), args=SWITCHES)
        walked = [(walk, _timed(walk, Person(browser, address))) for walk in WALKS]
        weighed = weigh(browser, address)
        browser.close()
    text = "\n".join([HEAD, *_walks(walked), "", WEIGHTS, *_weights(weighed), "", _where(), ""])
    PAGE.write_text(text + _kept())
    print(text)


def _kept():
    """Return the part of the page that another measurement writes."""
    _above, heading, rest = PAGE.read_text().partition(KEPT)
    return heading + rest


def _timed(walk, person):
    walk(person)
    person.machine, person.person = person.seconds()
    return person


def _walks(walked):
    for walk, person in walked:
        machine, reckoned = person.machine, person.person
        name, wanted = WALKS[walk]
        took = f"{machine + reckoned:.0f} s ({reckoned:.0f} + {machine:.1f})"
        yield f"| {name} | {wanted} | {took} | {person.pages} | {person.clicks} |"


def _weights(weighed):
    for name, size, paint, blocking in weighed:
        painted = f"{paint / 1000:.2f} s" if paint else "–"
        files = ", ".join(sorted({each.rpartition("/")[2] for each in blocking})) or "–"
        yield f"| {name} | {size / 1000:.1f} kB | {painted} | {files} |"


def _where():
    load = os.getloadavg()[0]
    day = datetime.now(UTC).date()
    return (
        f"Measured on {day} by `python -m benchmarks.experience` with the demo on the same machine: "
        f"{platform.system()}, {os.cpu_count()} cores, load {load:.0f}."
    )


WALKS = {
    pre_check: ("Pre-check, from the first page to the answer", "20 s"),
    application: ("RFR's application, from the sign-in to the receipt", "2 min, 7 pages"),
    decision: ("A decision without questions, from the open case to the next", "10 s"),
    packets: ("A month's packets, from the page of the day to the file", "4 clicks"),
}
HEAD = f"""# How it is to use

Times are a practised person's: {A_KEY} s for a key, {A_CLICK:.0f} s for a click or a choice, {A_GLANCE:.0f} s
for a look at an answer or a case. These are reckoned, in brackets first; the machine's own time is
measured, in brackets second. Pages are those between, without the receipt itself: for RFR's application
*My applications*, which says what to have at hand, five steps and the check page. Who comes from *Sign in
and apply* on the first page reads the same on a page of its own instead.

| walk | wanted | took | pages | clicks |
|---|---|---|---|---|"""
WEIGHTS = """## What a page weighs

Everything is compressed on its way (`config/compressed.py`, and the static files). What the browser has kept
is not counted: a file has its hash in the address. Wanted: at most 120 kB on the first view and 15 kB then;
the largest part painted within 1 s; nothing that blocks but one stylesheet.

| page | weighs | painted | blocks |
|---|---|---|---|"""

if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8000")
