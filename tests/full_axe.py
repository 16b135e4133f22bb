"""axe on every page, for every person, in every state with errors, light and dark, in three languages.

Not collected with the other tests: it takes long (python -m benchmarks.axe). What a person can open is
found out by asking: every address of the house with everything that addresses can be about, the tabs
and choices that the pages offer, and each form sent in empty. Its figures are added to AXE_FIGURES.
"""

import json
import os
import re
from dataclasses import dataclass
from html import unescape
from itertools import product
from pathlib import Path
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as configured
from django.db import transaction
from django.test import Client
from playwright.sync_api import TimeoutError

from invoicing import packet, services
from tests import factories
from tests.fuzz import atlas, world
from tests.fuzz.pages import Page
from tests.payout import test_fastlege as refunds
from tests.payout.situations import PAYER, pays_from_now_on
from tests.test_pages_axe import RULES, desk  # noqa: F401 - a fixture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.today("2026-04-20")]

LANGUAGES = [code for code, _name in configured.LANGUAGES]
# Files and answers for scripts, which are no pages; the admin's rows are other people's code.
NO_PAGES = {"health", "applications:amount", "applications:paper", "applications:document"}
CHOICE = re.compile(r'href="(\?[^"]+)"')
UNWANTED = re.compile(r"[?&](file|page|sort)=")
ELSEWHERE = re.compile(r"/(language|account/logout)/")
STEP = "applications:step"
MOST_CHOICES = 8  # of one page: its tabs and filters
# Whose pages these are: for all others they are not there (tests/test_access.py).
AT_HOME = {"applications:": {"doctor"}, "decisions:": {"doctor", "chair", "officer", "auditor"}}
AT_HOME |= {"administration:": {"administrator", "keeper"}}
# One of several processes that share the work: "1/2" and "2/2".
PART, PARTS = map(int, os.environ.get("AXE_PART", "1/1").split("/"))
ONLY = {"resultTypes": ["violations"]}
# Sends the form of an address, or of the page itself, with nothing in it.
SEND_EMPTY = """([nth]) => {
    const form = document.forms[nth];
    if (!form) return false;
    form.noValidate = true;
    for (const field of form.querySelectorAll("input:not([type=hidden]), textarea, select")) {
        if (["radio", "checkbox"].includes(field.type)) field.checked = false;
        else field.value = "";
    }
    form.requestSubmit(form.querySelector("button.btn-primary, button.btn-danger"));
    return true;
}"""


@dataclass(frozen=True)
class State:
    """One thing to look at: who looks, where, and which form of the page is sent in empty (if any)."""

    who: str
    name: str
    path: str
    form: int | None = None


@pytest.fixture
def there(settings, tmp_path):
    """The people and cases of the fuzz tests, and a payment that was released."""
    settings.MEDIA_ROOT = tmp_path
    built = world.build()
    built.values["invoicing"] += _paid(built.people["payer"])
    return built


def _paid(by):
    statement = services.current(refunds.granted())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packet, "build", lambda invoice: b"%PDF-1.7")
        packet.render(statement.packet.pk, at=factories.APRIL)
    pays_from_now_on(statement.application.scheme)
    batch = uuid4()
    said = {"statements": [statement], "batch": batch, "payer": PAYER}
    services.release(by=by, at=factories.APRIL, **said)
    return [statement.uuid, batch]


def states(there):
    """Return every state that somebody can see, each that looks alike once, whoever sees it.

    Steps that are sent in empty come last: they are saved all the same, and change other pages.
    """
    found, seen, posted = [], set(), set()
    for who, person in there.people.items():
        client = Client()
        if person.is_authenticated:
            client.force_login(person)
        for address, path in _paths(there):
            if address.name not in posted and _is_at_home(who, address):
                found += _seen(client, who, address.name, path, seen, posted)
    return sorted(found, key=lambda state: bool(state.form) and state.name == STEP)


def _paths(there):
    for address in atlas.addresses():
        if address.name in NO_PAGES or address.name.startswith("admin:jsi18n"):
            continue
        names = [name for name, _kind in address.parts]
        for given in product(*(_values(there, address, name) for name in names)):
            if path := address.path(dict(zip(names, given, strict=True))):
                yield address, path


def _is_at_home(who, address):
    group, _colon, _rest = address.name.partition(":")
    return not address.parts or who in AT_HOME.get(f"{group}:", {who})


def _values(there, address, name):
    if name == "uuid":
        return there.values.get(address.name) or there.values.get(address.group, [])
    return there.values.get(name, [])


def _seen(client, who, name, path, seen, posted):
    html = _html(client, path, unless=lambda: posted.add(name))
    if not html or _is_known(name, html, seen):
        return []
    choices = dict.fromkeys(unescape(each) for each in CHOICE.findall(html))
    choices = [path + each for each in choices if not UNWANTED.search(each)][:MOST_CHOICES]
    other = [each for each in choices if not _is_known(name, _html(client, each), seen)]
    found = [State(who, name, each) for each in (path, *other)]
    return [*found, *_errors(client, who, name, path, html)]


def _is_known(name, html, seen):
    """Tell whether a page made of the same elements and classes was seen, and remember it."""
    main = html.partition("<main")[2]
    shape = name, tuple(re.findall(r'<(\w+)|class="([^"]*)"', main or html))
    known = not html or shape in seen
    seen.add(shape)
    return known


def _html(client, path, unless=lambda: None):
    """Return a page, or "" where there is none; what only takes forms is told."""
    with transaction.atomic():
        response = client.get(path)
        transaction.set_rollback(True)
    if response.status_code == 405:
        unless()
    kind = response.headers.get("Content-Type", "")
    return response.content.decode() if response.status_code == 200 and "html" in kind else ""


def _errors(client, who, name, path, html):
    return [
        State(who, name, path, nth)
        for nth, form in enumerate(Page(html, path).forms)
        if not ELSEWHERE.search(form.action) and _complains(client, form, path)
    ]


def _complains(client, form, path):
    action = unescape(form.action)
    action = path.partition("?")[0] + action if action.startswith("?") else action
    hidden = {key: held for key, held in form.values.items() if key not in form.typed}
    with transaction.atomic():
        send = client.post if form.method == "post" else client.get
        response = send(action, dict.fromkeys(form.typed, "") | _kept(hidden))
        html = response.content.decode() if not response.streaming else ""
        transaction.set_rollback(True)
    return response.status_code == 200 and 'class="error-summary"' in html


def _kept(hidden):
    return {key: held for key, held in hidden.items() if key in ("revision", "scheme")}


def test_axe_finds_nothing(there, desk, live_server):  # noqa: F811
    found, desks = [], {}
    wanted = states(there)[PART - 1 :: PARTS]
    for number, state in enumerate(wanted, 1):
        for language in LANGUAGES:
            key = state.who, language
            if key not in desks:
                desks[key] = _desk(desk, there.people[state.who], live_server.url, language)
            found += _look(desks[key], state, language)
        _write(wanted[:number], len(wanted), found)
    assert found == [], "\n".join(map(str, found))


def _desk(desk, person, address, language):  # noqa: F811
    page = desk(person if person.is_authenticated else None)
    cookie = {"name": configured.LANGUAGE_COOKIE_NAME, "value": language, "url": address}
    page.context.add_cookies([cookie])
    return page


def _look(page, state, language):
    """Return what is wrong with a state in a language."""
    page.goto(state.path)
    if state.form is not None and not _sent_empty(page, state.form):
        return [(state, language, "no error is shown")]
    if page.evaluate("document.documentElement.lang") != language:
        return [(state, language, "another language")]
    return faults(page, (state, language))


def _sent_empty(page, form):
    """Send a form of the page with nothing in it; tell whether it says what it wants."""
    if not page.evaluate(SEND_EMPTY, [form]):
        return False
    try:
        page.wait_for_selector(".error-summary")
    except TimeoutError:
        return False
    return True


def faults(page, where):
    """Return what axe finds on the page that is open, in both colours, with where it was found."""
    found = []
    for colours, options in RULES.items():
        page.emulate_media(color_scheme=colours)
        for fault in Axe().run(page, options=options | ONLY).response["violations"]:
            found.append((*where, colours, fault["id"], fault["nodes"][0]["html"]))
    return found


def _write(looked, of, found):
    figures = {
        "states": len(looked),
        "of": of,
        "with errors": sum(each.form is not None for each in looked),
        "addresses": len({each.name for each in looked}),
        "people": len({each.who for each in looked}),
        "looks": len(looked) * len(LANGUAGES) * len(RULES),
        "violations": len(found),
        "found": [str(each) for each in found],
    }
    if to := os.environ.get("AXE_FIGURES"):
        Path(to).write_text(json.dumps(figures, indent=2, ensure_ascii=False))
