"""How often a page asks the database: no more with many rows than with one, and only so often at all.

Whoever adds a reading to one of these pages sees it here. Savepoints are not counted, all else is: session,
person, and what is noted of who reads.
"""

import re
from functools import partial
from urllib.parse import urlencode

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.models import State
from invoicing import packet, services
from tests import factories
from tests.decisions import test_refund as situations
from tests.factories import SCHEME, again, appointed, personal_number
from tests.payout import test_fastlege as refunds
from tests.payout.situations import pays_from_now_on, released
from tests.schemes.test_fastlege_several import ANOTHER, SHARED, THIRD, gp

pytestmark = [pytest.mark.django_db, pytest.mark.today("2026-04-20T12:00")]

LISTS = {
    "to decide": ("chair", "decisions:queue", "?place="),
    "what rests with me": ("chair", "decisions:queue", "?place=mine"),
    "refunds to decide": ("officer", "decisions:queue", "?place=&sort=-rules"),
    "refunds by a word": ("officer", "decisions:queue", "?place=&q=skil"),
    "decided": ("chair", "decisions:decided", ""),
    "movements of money": ("chair", "decisions:funds", ""),
    "own applications": ("applicant", "applications:overview", ""),
    "drafts for several": ("clerk", "applications:several_drafts", ""),
    "invoices": ("finance", "invoicing:overview", "?tab=all"),
    "what is to be paid": ("treasurer", "invoicing:overview", ""),
    "batches": ("treasurer", "invoicing:overview", "?tab=released"),
    "months": ("finance", "invoicing:months", ""),
    "who has read": ("auditor", "applications:readings", ""),
    "money for everybody": ("applicant", "applications:money", ""),
    "approved courses": ("applicant", "applications:courses", ""),
}
OF_A_SCHEME = {"applications:several_drafts": "fastlege", "applications:courses": "fastlege"}
OF_A_SCHEME |= {"applications:money": SCHEME.slug}


@pytest.fixture
def people():
    """Return one person for each part, by its name."""
    capacities = ("chair", "representative", "finance", "auditor", "administrator")
    everybody = {each: appointed(each) for each in capacities}
    root = factories.with_second_factor(factories.person())
    root.is_superuser = True
    root.save()
    everybody["root"] = root
    everybody["treasurer"] = appointed("finance", scheme="fastlege")
    everybody["officer"] = appointed("case_officer", scheme="fastlege")
    return everybody | {"applicant": factories.person(), "clerk": factories.person(name="Sekretær")}


def fill(people, rows, *, owed, paid):
    """Add so many rows to every list, and refunds that are owed and that are paid to some people."""
    both = {name: people[name] for name in ("chair", "representative")}
    for nth in rows:
        factories.confirmed(by=people["applicant"], number=personal_number(2 * nth))
        factories.approved(by=people["applicant"], number=personal_number(2 * nth + 1), **both)
    refunds.sent_in(national_id=owed)
    statements = [services.current(refunds.granted(national_id=each)) for each in (paid, owed)]
    packet.render(statements[0].packet.pk, at=refunds.AUGUST)
    released(again(statements[0]), by=people["treasurer"], at=refunds.AUGUST)
    signed_in(people["clerk"]).post(
        reverse("applications:several", args=["fastlege"]),
        {"rows": "3"} | SHARED | gp(0, "Lege En", owed),
    )


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def queries(act):
    """Return the statements that an act sends to the database, without savepoints."""
    with CaptureQueriesContext(connection) as sent:
        act()
    return [each["sql"] for each in sent if not re.match("SAVEPOINT|RELEASE", each["sql"])]


def of_lists(people):
    """Return how many queries each list takes the second time that it is opened, and as a file."""
    found = {}
    for title, (who, name, asked) in LISTS.items():
        args = [OF_A_SCHEME[name]] if name in OF_A_SCHEME else []
        client, address = signed_in(people[who]), reverse(name, args=args) + asked
        page = client.get(address)
        assert page.status_code == 200, title
        found[title] = len(queries(partial(client.get, address)))
        if "file=csv" in page.text:
            file = f"{address}{'&' if asked else '?'}file=csv"
            found[f"{title}, as a file"] = len(queries(partial(client.get, file)))
    return found


def of_admin(person):
    """Return how many queries each list of the administration takes."""
    client, found = signed_in(person), {}
    for model in admin.site._registry:
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        if client.get(address).status_code == 200:
            found[model._meta.label] = len(queries(lambda address=address: client.get(address)))
    return found


def test_no_list_asks_more_often_with_more_rows(people):
    pays_from_now_on("fastlege")
    fill(people, range(1), owed=refunds.NATIONAL_ID, paid=ANOTHER)
    few = of_lists(people), of_admin(people["root"])
    fill(people, range(1, 3), owed=THIRD, paid=THIRD)
    assert (of_lists(people), of_admin(people["root"])) == few
    assert len(few[1]) > 10
    assert len([title for title in few[0] if title.endswith("as a file")]) > 5


def test_pages_and_forms_ask_only_so_often(people):
    # The first grant of a year opens pool and series; here it is any later one.
    both = {name: people[name] for name in ("chair", "representative")}
    factories.approved(number=personal_number(1), **both)
    application = factories.draft(by=people["applicant"])
    check = reverse("applications:check", args=[application.uuid])
    case = reverse("decisions:case", args=[application.uuid])
    sign = reverse("decisions:sign", args=[application.uuid])
    found = {"send in": send(people["applicant"], check, check, true="on")}
    request = again(application).head_requests.last()
    factories.services.answer_as_head(request=request, answer="confirmed", at=factories.APRIL)
    chair = signed_in(people["chair"])
    for title, address in (("queue", reverse("decisions:queue")), ("case", case)):
        chair.get(address)
        found[title] = len(queries(lambda address=address: chair.get(address)))
    found["sign"] = send(people["chair"], case, sign)
    found["sign and decide"] = send(people["representative"], case, sign)
    assert again(application).state == State.APPROVED
    assert found == AT_MOST


# The session with its person and mandates and the note of who reads are two; of a form with its mark three.
AT_MOST = {"queue": 5, "case": 10, "send in": 16, "sign": 12, "sign and decide": 21}


@pytest.mark.today("2022-06-20T12:00")
def test_pages_and_forms_of_refunds_ask_only_so_often(people):
    officer = people["officer"]
    situations.granted(situations.judged(situations.submitted(), by=officer), officer)
    application = situations.drafted(absence=["2022-06-07|half|3,5"])
    check = reverse("applications:check", args=[application.uuid])
    found = {"send in": send(application.applicant, check, check, true="on")}
    situations.judged(again(application), by=officer)
    case = reverse("decisions:case", args=[application.uuid])
    client = signed_in(officer)
    for title, address in (("queue", reverse("decisions:queue")), ("case", case)):
        client.get(address)
        found[title] = len(queries(partial(client.get, address)))
    sign = reverse("decisions:sign", args=[application.uuid])
    found["sign and decide"] = send(officer, case, sign)
    assert again(application).state == State.APPROVED
    assert found == AT_MOST_OF_REFUNDS


AT_MOST_OF_REFUNDS = {"queue": 6, "case": 13, "send in": 16, "sign and decide": 25}


def send(person, page, address, **typed):
    """Send the form of a page as a browser does; return how many queries that takes."""
    client = signed_in(person)
    client.get(page)
    form = dict(
        re.findall(r'name="(form_key|revision|amount)" value="([^"]+)"', client.get(page).text)
    )
    body, kind = urlencode(form | typed), "application/x-www-form-urlencoded"
    return len(queries(lambda: client.post(address, body, content_type=kind)))
