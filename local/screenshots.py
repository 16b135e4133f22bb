"""Takes the pictures of README.md and docs/: `make screenshots`.

The demo runs for it with a data folder and a port of its own, on a day that never changes, in Swedish
or, for the refunds, in Norwegian; so the same pages give the same pictures. They are walked in the order
of the tour, as the people of the demo, and each is written to docs/pictures as a small PNG.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from local import chromium, system

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
MOMENT = "2026-10-14T09:30"
PATIENCE = 180  # seconds until the demo is loaded and served
SMALL = 150_000  # bytes
DESK = {"viewport": {"width": 1280, "height": 960}}
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 1.5,
    "is_mobile": True,
    "has_touch": True,
}
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
# Each says by itself where servers are: ours are to be our own.
NOT_HANDED_ON = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "KURSMEDEL_ENV", "KURSMEDEL_URL")


def main():
    """Take every picture anew."""
    system.need_chromium()
    if not shutil.which("pdftoppm"):
        sys.exit("The packet's picture needs pdftoppm. Run: sudo apt-get install -y poppler-utils")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="kursmedel-") as data, _demo(data) as address:
        _walk(address)


def _walk(address):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.path(), args=SWITCHES)
        for walk in WALKS:
            walk(Visit(browser, address))
        browser.close()


@contextmanager
def _demo(data):
    """Run the demo on *data* and give its address; end it afterwards."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    surroundings = {key: value for key, value in os.environ.items() if key not in NOT_HANDED_ON}
    surroundings |= {"KURSMEDEL_DATA": data, "KURSMEDEL_TODAY": MOMENT, "PORT": str(port)}
    demo = subprocess.Popen([sys.executable, "-m", "local.run"], cwd=ROOT, env=surroundings)
    try:
        address = f"http://localhost:{port}"
        _wait_for(address, demo)
        yield address
    finally:
        demo.send_signal(signal.SIGTERM)
        demo.wait()


def _wait_for(address, demo):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and demo.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/health/", timeout=5):  # noqa: S310, our own
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.3)
    sys.exit("The demo did not come up.")


class Visit:
    """One browser window of somebody new, who signs in as one of the demo's people."""

    def __init__(self, browser, address):
        self.browser, self.address, self.locale = browser, address, "sv-SE"
        self.page = self._window(DESK)

    def in_norway(self):
        """Go on in a browser that speaks Norwegian."""
        self.locale = "nb-NO"
        self.page = self._window(DESK)

    def on_a_phone(self):
        """Go on in the hand."""
        self.page = self._window(PHONE)

    def _window(self, kind):
        # Motion would make two pictures of the same page differ.
        options = {"base_url": self.address, "locale": self.locale, "reduced_motion": "reduce"}
        page = self.browser.new_context(**options, **kind).new_page()
        page.set_default_timeout(20_000)
        return page

    def enter(self, key):
        """Sign in as the person of the demo whose address begins with *key*."""
        self.page.goto("/account/login/")
        person = self.page.locator(f"button[name=person][value='{key}@demo.example']")
        person.evaluate("button => button.click()")  # some of them are folded away
        self.page.wait_for_url(lambda url: "/account/" not in url)

    def open(self, words):
        """Follow the first link of the page that has these words."""
        self.page.locator("main a", has_text=words).first.click()
        self.page.wait_for_load_state()

    def press(self, selector):
        """Press a button and wait for the page after it."""
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()

    def shoot(self, name, *, until=None, height=None):
        """Write the page to *name*.png: its top, down to an element, or a number of pixels."""
        page = self.page
        page.wait_for_load_state("networkidle")
        page.evaluate("document.fonts.ready")
        size = page.viewport_size
        tall = height or size["height"]
        if until:
            box = page.locator(until).last.bounding_box()
            tall = round(box["y"] + box["height"] + page.evaluate("scrollY")) + 24
        page.set_viewport_size({"width": size["width"], "height": tall})
        page.evaluate("scrollTo(0, 0)")
        _write(name, page.screenshot())
        page.set_viewport_size(size)


def _write(name, picture):
    """Keep a picture with as few colours as it needs: pages have few."""
    image = Image.open(BytesIO(picture)).convert("RGB")
    reduced = image.quantize(colors=128, dither=Image.Dither.NONE)
    path = PICTURES / f"{name}.png"
    reduced.save(path, optimize=True)
    print(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1000} kB", flush=True)
    assert path.stat().st_size <= SMALL, f"{path} is too big to be read over a slow line"


# The tour


def the_visitor(visit):
    """Sees what there is to apply for."""
    visit.page.goto("/")
    visit.shoot("start", until="main ol")


def the_doctor(visit):
    """Goes on with a draft, makes a mistake, mends it, and reads everything once more."""
    visit.enter("pil")
    visit.shoot("overview")
    visit.open("Fortsätt")
    visit.open("Kostnader")
    visit.page.fill("[name=lodging]", "två tusen")
    visit.press(NEXT)
    visit.shoot("step", until="#div_id_lodging")
    visit.page.fill("[name=lodging]", "2 100")
    visit.press(NEXT)
    visit.press(NEXT)
    answer = visit.page.locator("[name=applied_earlier][value=yes]")
    visit.page.locator(f"label[for={answer.get_attribute('id')}]").click()
    visit.page.fill("[name=which]", "Perinatalt forum och Advanced Demo Trauma Care, utan svar än.")
    visit.press(NEXT)
    visit.shoot("check")


NEXT = "main form .buttons .btn-primary"


def the_head_of_unit(visit):
    """Confirms by the link in the mail, without an account."""
    deadline = time.monotonic() + PATIENCE
    while not _at_the_link(visit.page):
        assert time.monotonic() < deadline, "The worker did not send the mail."
        time.sleep(2)
    visit.shoot("head", until="button[name=answer][value=confirmed]")


def _at_the_link(page):
    """Follow the newest request to a head of unit, if it has been sent and is not answered."""
    page.goto("/people/inbox/")
    request = page.locator("main a", has_text="Bekräfta: Demoläkare Gran")
    if not request.count():
        return False
    page.goto(request.first.get_attribute("href"))
    text = page.locator("main").inner_text()
    page.goto(re.search(r"/applications/head/\S+", text).group())
    return page.locator("button[name=answer]").count()


def the_signatory(visit):
    """Sees what waits today, looks through the queue and opens a case that the chair has signed."""
    visit.enter("hagg")
    visit.shoot("today", until="main .desks")
    visit.page.goto("/decisions/")
    visit.shoot("queue", until="main form p.hint")
    visit.open("Skör äldre på akuten")
    visit.shoot("case", until=".side .card")


def the_clerk(visit):
    """Has the packets that are due, and opens one of them."""
    visit.enter("berg")
    visit.page.goto("/finance/")
    visit.shoot("finance", until="main form p.hint")
    visit.open("SKAS-2026")
    visit.shoot("invoice")
    with visit.page.expect_download() as download:
        visit.page.locator("form[action$='/packet/'] button").first.click()
    _write("packet", _first_page(download.value.path()))


def _first_page(pdf):
    command = ["pdftoppm", "-png", "-r", "90", "-f", "1", "-l", "1", str(pdf)]
    return subprocess.run(command, capture_output=True, check=True).stdout


def the_doctor_on_the_way(visit):
    """Sees on a phone what has happened."""
    visit.on_a_phone()
    visit.enter("vide")
    visit.shoot("phone")


def the_administrator(visit):
    """Sees what next year still needs."""
    visit.enter("fors")
    visit.page.goto("/administration/rfr/")
    visit.shoot("administration")


def the_auditor(visit):
    """Sees who has read what."""
    visit.enter("strand")
    visit.page.goto("/decisions/")
    visit.open("Skör äldre på akuten")
    visit.page.goto("/applications/readings/")
    visit.shoot("readings", until="main table")


def the_gp(visit):
    """Goes on with a draft, and says day by day when the practice was closed."""
    visit.in_norway()
    visit.enter("nes")
    visit.open("Fortsett")
    visit.open("Kurs")
    visit.page.fill("[name=starts_on]", "2026-09-10")
    visit.page.fill("[name=ends_on]", "2026-09-14")
    visit.press(NEXT)
    for name, value in (("0-part", "whole"), ("1-part", "half"), ("4-part", "whole")):
        visit.page.select_option(f"[name=absence-{name}]", value)
    with visit.page.expect_response(lambda response: response.url.endswith("/amount/")):
        visit.page.fill("[name=absence-1-hours]", "3,5")
    visit.shoot("refund-absence", until="main form .buttons")


def the_case_officer(visit):
    """Looks through the queue of refunds and opens a course that is not on the list."""
    visit.in_norway()
    visit.enter("li")
    visit.page.goto("/decisions/")
    visit.shoot("refund-queue", until="main table")
    visit.open("Demokurs i henvisning")
    visit.shoot("refund-case", height=1500)


def who_pays_refunds(visit):
    """Has the payments that are ready, a batch that was released, and a statement."""
    visit.in_norway()
    visit.enter("sund")
    visit.page.goto("/finance/")
    deadline = time.monotonic() + PATIENCE
    while visit.page.locator("main table", has_text="Lages").count():
        assert time.monotonic() < deadline, "The worker did not make the statements."
        time.sleep(2)
        visit.page.reload()
    visit.shoot("refund-payments", until="main form .buttons")
    visit.page.goto("/finance/?scheme=fastlege&tab=released")
    visit.page.locator("main table tbody a").first.click()
    visit.shoot("refund-batch")
    visit.open("OPP-2026")
    with visit.page.expect_download() as download:
        visit.page.locator("form[action$='/packet/'] button").first.click()
    _write("refund-statement", _first_page(download.value.path()))


WALKS = (
    the_visitor,
    the_doctor,
    the_head_of_unit,
    the_signatory,
    the_clerk,
    the_doctor_on_the_way,
    the_administrator,
    the_auditor,
    the_gp,
    the_case_officer,
    who_pays_refunds,
)


if __name__ == "__main__":
    main()
