"""Whatever is sent, nothing breaks: no fault of ours, no write by looking, no typed word lost.

Here a small, fixed selection. `FUZZ=20000 pytest tests/fuzz -s` tries that many requests, each time others,
and says what was answered; docs/reliability.md has the figures.
"""

import io
import os
import re
from collections import Counter
from urllib.parse import quote, urlsplit

import pytest
from django.conf import settings as configured
from django.db import connection, transaction
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz import atlas, wild, world
from tests.fuzz.pages import Form, Page

pytestmark = [pytest.mark.django_db, pytest.mark.today("2026-04-20")]

FULL = int(os.environ.get("FUZZ", "0"))
WHO = ["visitor", "doctor", "stranger", "chair", "representative", "officer"]
WHO += ["finance", "payer", "administrator", "keeper", "auditor"]
# In rounds, so that a run that is broken off has tried everybody.
A_ROUND = 50 if FULL else 6
ROUNDS = FULL // (2 * len(WHO) * A_ROUND) + 1 if FULL else 1
TURNS = [(who, turn) for turn in range(ROUNDS) for who in WHO]
# Where each person mostly is, by the names of addresses; one time in six it is anywhere.
AT_HOME = {
    "visitor": r"applications:(head|pre_check)|landing|account_(login|signup|reset_password)$",
    "doctor": "applications:|accounts:profile|decisions:cancel|mfa_|account_",
    "stranger": "applications:|accounts:",
    "chair": "decisions:",
    "representative": "decisions:",
    "officer": "decisions:",
    "finance": "invoicing:",
    "payer": "invoicing:",
    "administrator": "admin:|administration:|decisions:|invoicing:|oversight:",
    "keeper": "admin:|administration:|decisions:|invoicing:",
    "auditor": "admin:|decisions:|invoicing:|oversight:",
}
# The forms in the head of each page: one time in six is enough.
EVERYWHERE = ("/language/", "/account/logout/")
WRITES = re.compile(r'^\s*(INSERT INTO|UPDATE|DELETE FROM|TRUNCATE)\s+"?(\w+)', re.IGNORECASE)
# What may be written while looking: that somebody looked, and when; the tries that are counted.
NOTED = {"accounts_session", "cache", "applications_reading"}
TRIED = settings(
    max_examples=A_ROUND,
    derandomize=not FULL,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
answered = Counter()


@pytest.fixture(scope="module")
def there(django_db_setup, django_db_blocker, tmp_path_factory):
    """The world, with everybody signed in; all of it goes with the module."""
    kept, configured.MEDIA_ROOT = configured.MEDIA_ROOT, tmp_path_factory.mktemp("media")
    with django_db_blocker.unblock(), transaction.atomic():
        built = world.build()
        built.sessions = {who: _session(user) for who, user in built.people.items()}
        built.addresses, built.pages = atlas.addresses(), {}
        built.names = atlas.field_names()
        yield built
        transaction.set_rollback(True)
    configured.MEDIA_ROOT = kept
    if FULL:
        print(f"\n{sum(answered.values())} requests: {dict(answered.most_common())}")


def _session(user):
    client = Client()
    if user.is_authenticated:
        client.force_login(user)
    return {name: morsel.value for name, morsel in client.cookies.items()}


# One request


def send(there, who, method, path, *, query="", body=b"", content_type=""):
    """Return the answer, having undone what it did. Fails for a fault of ours, and a write by looking."""
    client, written = Client(), []
    for name, value in there.sessions[who].items():
        client.cookies[name] = value
    with transaction.atomic(), connection.execute_wrapper(_noting(written)):
        response = client.generic(
            method, path, body, content_type or "text/plain", QUERY_STRING=query
        )
        content = b"".join(response)
        _check_what_would_be_committed()
        transaction.set_rollback(True)
    answered[f"{method} {response.status_code}"] += 1
    assert response.status_code < 500
    assert method == "POST" or not set(written) - NOTED
    return response, content.decode(errors="replace")


def _noting(written):
    def run(execute, sql, params, many, context):
        if found := WRITES.match(str(sql)):
            written.append(found[2])
        return execute(sql, params, many, context)

    return run


def _check_what_would_be_committed():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def as_bytes(text):
    return text.encode("utf-8", "surrogatepass")


def as_read(text):
    """Return a text as Django reads it from a form, but for what no page shows."""
    read = as_bytes(text).decode("utf-8", "replace")
    return read.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")


def encoded(pairs):
    return "&".join(f"{quote(as_bytes(name))}={quote(as_bytes(value))}" for name, value in pairs)


# What is drawn


@st.composite
def places(draw, there, who):
    """A path: mostly one that is somebody's, of a part of the house where they have business."""
    at_home = [each for each in there.addresses if re.match(AT_HOME[who], each.name)]
    anywhere = draw(st.integers(0, 5)) == 5
    address = draw(st.sampled_from(there.addresses if anywhere else at_home))
    given = {name: draw(_part(there, address, name, kind)) for name, kind in address.parts}
    return address.path(given)


def _part(there, address, name, kind):
    values = there.values
    known = values.get(name, []) if name != "uuid" else values["uuid"]
    known = (
        values.get(address.name) or values.get(address.group) or known if name == "uuid" else known
    )
    if name == "object_id":
        known = [str(number) for number in range(1, 6)]
    other = st.uuids() if kind == "UUIDConverter" else wild.texts
    return st.sampled_from(known) | st.sampled_from(known) | other if known else other


def a_query(there):
    named = st.sampled_from(atlas.PARAMETERS) | st.sampled_from(there.names) | wild.texts
    return st.lists(st.tuples(named, wild.texts), min_size=1, max_size=4)


def plain(there, who, path):
    """Return the page as it is without anything wild, read once."""
    if (who, path) not in there.pages:
        response, html = send(there, who, "GET", path)
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        there.pages[who, path] = Page(html if is_page else "", path)
    return there.pages[who, path]


@st.composite
def spoilt(draw, there, form):
    """The fields of a form, some of them wild, missing or several, and some that it does not have."""
    values = {name: list(held) for name, held in form.values.items()}
    known = sorted(form.values) or there.names
    if button := draw(st.sampled_from([None, *form.buttons])):
        values[button[0]] = [button[1]]
    for name in draw(st.lists(st.sampled_from(known), max_size=4)):
        values[name] = draw(wild.given_values)
    for name in draw(st.lists(st.sampled_from(there.names) | wild.texts, max_size=2)):
        values[name] = draw(wild.given_values)
    return values


# The tests


@pytest.mark.parametrize(("who", "turn"), TURNS)
def test_no_parameter_breaks_a_page(there, who, turn):
    @TRIED
    @given(st.data())
    def look(data):
        if path := data.draw(places(there, who)):
            pairs = data.draw(a_query(there))
            method = data.draw(st.sampled_from(["GET", "GET", "GET", "HEAD", "OPTIONS"]))
            send(there, who, method, path, query=encoded(pairs))

    look()


@pytest.mark.parametrize(("who", "turn"), TURNS)
def test_no_form_breaks_and_no_typed_word_is_lost(there, who, turn):
    @TRIED
    @given(st.data())
    def fill_in(data):
        if not (path := data.draw(places(there, who))):
            return
        form = data.draw(st.sampled_from(_forms(there, who, path)))
        values = data.draw(spoilt(there, form))
        where = urlsplit(form.action)
        if form.files or data.draw(st.integers(0, 5)) == 0:
            body, kind = _multipart(data, form, values), MULTIPART_CONTENT
        else:
            pairs = [(name, each) for name, held in values.items() for each in held]
            body, kind = encoded(pairs).encode(), "application/x-www-form-urlencoded"
        more = data.draw(st.none() | a_query(there))
        query = encoded(more) if more else where.query
        response, html = send(
            there, who, "POST", where.path, query=query, body=body, content_type=kind
        )
        if response.status_code == 200 and "error-summary" in html:
            assert lost(form, values, html) == []

    fill_in()


def _forms(there, who, path):
    """Return the page's forms that are sent, each of its own more often than what every page has."""
    found = [form for form in plain(there, who, path).forms if form.method == "post"]
    own = [form for form in found if form.action not in EVERYWHERE]
    return [*own, *own, *own, *found, Form(path, "post")]


def _multipart(data, form, values):
    content = {
        name.encode("utf-8", "replace").decode(): [as_bytes(each) for each in held]
        for name, held in values.items()
    }
    for name in sorted(form.files):
        sent = data.draw(st.lists(wild.files, max_size=2))
        content[name] = [_file(*each) for each in sent]
    return encode_multipart(BOUNDARY, content)


def _file(name, content):
    file = io.BytesIO(content)
    file.name = name
    return file


def lost(form, values, html):
    """Return the typed values that the page with errors no longer shows; white space alone is none."""
    shown = {}
    for each in Page(html).forms:
        for name in each.typed:
            # A text area begins with a line break that is not part of it.
            held = {as_read(text) for text in each.values[name]}
            shown.setdefault(name, set()).update(held, {text[1:] for text in held})
    return [
        (name, values[name][-1], sorted(shown[name])[:3])
        for name in sorted(form.typed & shown.keys() & values.keys())
        if values[name] and (text := as_read(values[name][-1])).strip() and text not in shown[name]
    ]
