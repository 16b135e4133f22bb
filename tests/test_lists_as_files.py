"""Every list can be taken home as a file, CSV or Excel: all of it, as narrowed, and nothing in it runs."""

import csv
import io
import re
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.test import Client
from django.urls import reverse

from accounts import services as people
from applications import holds
from applications import services as applications
from applications.views import readings as reading_pages
from drawing import spreadsheet
from oversight.anonymising import anonymise
from schemes.fastlege.models import ListedCourse
from schemes.models import Organisation
from schemes.registry import get
from tests import factories
from tests.factories import APRIL
from tests.payout import test_fastlege as refunds
from tests.payout.situations import PAYER, pays_from_now_on
from tests.schemes.test_fastlege_forms import APPLICANT, MUNICIPALITY

pytestmark = [pytest.mark.django_db, pytest.mark.today("2026-04-20")]
REFUND = get("fastlege")
FORMULA = "=HYPERLINK(1)"
# Lists that are shown in pages and are no file: the demo's mail, and the page of the components.
NO_FILE = {"accounts/inbox.html", "style.html"}
PAGED, AS_FILE = "components/pagination.html", "components/as_file.html"


@pytest.fixture(autouse=True)
def _papers_of_this_test(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def named(user, name=FORMULA):
    return people.keep_profile(user=user, name=name)


def statement():
    """Return the statement of a refund whose doctor is called like a formula."""
    return refunds.services.current(refunds.granted(account_holder=FORMULA))


def own():
    draft = factories.draft(course={"title": FORMULA})
    return draft.applicant, ["applications:overview"], "applications", [draft.reference, "Draft"]


def drafts():
    clerk = factories.person()
    draft = applications.start(scheme=REFUND, applicant=clerk, at=APRIL)
    applications.save_step(
        application=draft,
        step=REFUND.step("applicant"),
        typed=APPLICANT | MUNICIPALITY,
        revision=draft.revision,
        by=clerk,
        at=APRIL,
    )
    return clerk, ["applications:several_drafts", REFUND.slug], "drafts", [draft.reference]


def courses():
    ListedCourse.objects.create(title=FORMULA, organiser="-1", valid_from=date(2020, 1, 1))
    return None, ["applications:courses", REFUND.slug], "fastlege-courses", ["'-1"]


def readings():
    case, chair = factories.confirmed(), named(factories.signatory("chair"))
    browser(chair).get(reverse("decisions:case", args=[case.uuid]))
    row = [case.reference, case.participant, "The case"]
    return factories.appointed("auditor"), ["applications:readings"], "readings", row


def mandates():
    named(factories.signatory("chair", deputy=True, ground="+46"))
    row = ["'+46", "Chair of RFR, deputy"]
    who = factories.appointed("administrator")
    return who, ["administration:people", "rfr"], "rfr-mandates", row


def organisations():
    Organisation.objects.create(scheme="rfr", name=FORMULA, valid_from=date(2020, 1, 1))
    who = factories.appointed("administrator")
    return who, ["administration:list", "rfr", "organisations"], "rfr-organisations", []


def payments():
    stated = statement()
    row = [str(stated), "•••• 8903", f"{stated.amount:.2f}".replace(".", ",")]
    who = factories.finance(scheme="fastlege")
    return who, ["invoicing:overview"], "fastlege-payments", row


def invoices():
    case = factories.approved()
    row = [case.reference, case.participant, case.course_title, "6000,00"]
    return factories.finance(), ["invoicing:overview"], "rfr-unsent", row


def months():
    factories.approved()
    return factories.finance(), ["invoicing:months"], "rfr-months", ["2026-04", "6000,00", "SEK"]


def removed():
    factories.draft(at=APRIL.replace(year=2022))
    anonymise(on=date(2026, 1, 1), at=APRIL)
    return factories.appointed("auditor"), ["oversight:retention"], "removed", ["1", "0"]


LISTS = [own, drafts, courses, readings, mandates, organisations]
LISTS += [payments, invoices, months, removed]


def browser(user):
    client = Client(headers={"accept-language": "en"})
    if user:
        client.force_login(user)
    return client


def fetched(list_, **asked):
    who, (name, *about), file, row = list_()
    response = browser(who).get(reverse(name, args=about), asked)
    assert response.status_code == 200
    return response, file, row


def rows(response):
    text = response.content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


@pytest.mark.parametrize("list_", LISTS)
def test_a_list_is_a_table_in_which_nothing_runs(list_):
    response, name, said = fetched(list_, file="csv")
    assert response.headers["Content-Disposition"] == f'attachment; filename="{name}.csv"'
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    titles, *found = rows(response)
    assert all(titles)
    assert {len(row) for row in found} == {len(titles)}
    assert any(set(said or ()) <= set(row) for row in found), found
    cells = [cell for row in found for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize("list_", LISTS)
def test_a_list_is_a_workbook_in_which_nothing_runs(list_):
    response, name, _said = fetched(list_, file="xlsx")
    assert response.headers["Content-Disposition"] == f'attachment; filename="{name}.xlsx"'
    with zipfile.ZipFile(io.BytesIO(response.content)) as book:
        assert "<f>" not in book.read("xl/worksheets/sheet1.xml").decode()


def test_what_is_counted_is_a_number_in_a_workbook():
    made = spreadsheet.workbook(["A title"], [[3], ["3"], [True]])
    with zipfile.ZipFile(io.BytesIO(made)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert re.findall(r'r="A[234]"( t="s")?', sheet) == ["", ' t="s"', ' t="s"']


@pytest.mark.parametrize("list_", LISTS)
def test_the_page_of_a_list_offers_both_files(list_):
    html = fetched(list_)[0].content.decode()
    assert "file=csv" in html
    assert "file=xlsx" in html


@pytest.mark.parametrize(
    "begin", ["=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t"]
)
def test_however_a_formula_begins_it_is_text(begin):
    assert f"'{begin}1+1" in spreadsheet.table(["A title"], [[f"{begin}1+1"]]).decode("utf-8-sig")


@pytest.mark.parametrize("list_", [own, courses, readings, mandates, organisations])
def test_what_people_have_written_as_a_formula_is_text(list_):
    response, _name, _said = fetched(list_, file="csv")
    assert f"'{FORMULA}" in [cell for row in rows(response) for cell in row]


def test_every_list_that_has_pages_is_a_file_too():
    root = Path(configured.BASE_DIR) / "templates"
    texts = {str(path.relative_to(root)): path.read_text() for path in root.rglob("*.html")}
    paged = {name for name, text in texts.items() if PAGED in text}
    assert {name for name in paged if AS_FILE not in texts[name]} == NO_FILE


def test_the_batches_that_were_released_are_a_list_of_their_own():
    stated, by = statement(), factories.finance(scheme="fastlege")
    assert refunds.packet.render(stated.packet.pk, at=APRIL)
    pays_from_now_on("fastlege")
    said = {"statements": [factories.again(stated)], "batch": refunds.uuid4(), "payer": PAYER}
    batch = refunds.services.release(by=by, at=APRIL, **said)
    address = reverse("invoicing:overview")
    [row] = rows(browser(by).get(address, {"tab": "released", "file": "csv"}))[1:]
    assert (row[0], row[3]) == (str(batch), "1")
    assert Decimal(row[4].replace(",", ".")) == batch.total


def test_what_is_held_is_a_file_of_its_own():
    case, by = factories.submitted(), factories.appointed("administrator")
    holds.hold(application=case, reason=FORMULA, by=by, at=APRIL)
    asked = {"list": "held", "file": "csv"}
    [row] = rows(browser(by).get(reverse("oversight:retention"), asked))[1:]
    assert (row[0], row[4]) == (case.reference, f"'{FORMULA}")


def test_nobody_takes_home_the_applications_of_another():
    factories.draft()
    asked = browser(factories.person()).get(reverse("applications:overview"), {"file": "csv"})
    assert len(rows(asked)) == 1


def test_of_readings_without_end_a_period_is_taken(monkeypatch):
    monkeypatch.setattr(reading_pages, "MOST_ROWS", 0)
    response, _name, _said = fetched(readings, file="csv")
    assert "Narrow it by days first" in response.content.decode()


def test_a_month_of_payments_counts_what_is_ready_and_paid():
    statement()
    who = factories.finance(scheme="fastlege")
    titles, row = rows(browser(who).get(reverse("invoicing:months"), {"file": "csv"}))
    assert titles[:4] == ["Month", "Being made", "Ready to be paid", "Paid"]
    assert row[1:4] == ["1", "0", "0"]
