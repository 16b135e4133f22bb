"""A refund from a GP's draft without papers to the payment file, in a real browser with a real worker."""

import io
import re
from decimal import Decimal
from pathlib import Path

import pytest
import xmlschema
from django.urls import reverse
from playwright.sync_api import expect
from pypdf import PdfReader

from applications.models import Application, State
from invoicing.models import Invoice
from tests.applications.files import pdf
from tests.factories import appointed, person
from tests.journeys.people import (
    fill,
    go_on,
    open_case,
    press_sign,
    send,
    sign_in,
    signed_in,
    until,
)
from tests.payout.situations import PAYER, pays_from_now_on
from tests.payout.test_paying import SCHEMA
from tests.schemes.test_fastlege_forms import LISTED, NATIONAL_ID

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.today("2022-06-20T09:30"),
]
ACCOUNT = "12345678903"
BROWSER = {"locale": "nb-NO"}


@pytest.fixture(autouse=True)
def _payer(db):
    pays_from_now_on("fastlege")


def write_application(page):
    page.goto(reverse("applications:start", args=["fastlege"]))
    go_on(page)
    page.wait_for_url("**/step/applicant/")
    fill(
        page,
        kind="self_employed",
        name="Test Fastlege",
        hpr_number="1234567",
        national_id=NATIONAL_ID,
        account_number="1234.56.78904",
    )
    go_on(page)
    expect(page.locator("[role=alert] a")).to_have_count(1)
    fill(page, account_number="1234.56.78903")
    go_on(page)
    page.wait_for_url("**/step/course/")
    fill(page, title=LISTED, starts_on="2022-06-07", ends_on="2022-06-10")
    go_on(page)
    page.wait_for_url("**/step/absence/")
    fill(page, **{"absence-0-part": "whole", "absence-1-part": "half", "absence-1-hours": "3,5"})
    expect(page.locator("#amount .big")).to_contain_text(re.compile(r"12\s750"))
    go_on(page)
    page.wait_for_url("**/step/fee/")
    fill(page, fee_paid="3 200,50", other_funding="0")
    go_on(page)
    page.wait_for_url("**/step/papers/")
    go_on(page)
    page.wait_for_url("**/check/")


def bring_papers(page, application):
    page.goto(reverse("applications:case", args=[application.uuid]))
    page.locator(
        f"a.btn-primary[href='{reverse('applications:resume', args=[application.uuid])}']"
    ).click()
    page.wait_for_url("**/step/papers/")
    fill(page, certificate_issued_on="2022-06-13")
    for kind in ("certificate", "absence"):
        file = {"name": f"{kind}.pdf", "mimeType": "application/pdf", "buffer": pdf()}
        page.locator(f"input[name=paper-{kind}]").set_input_files(file)
    go_on(page)
    page.wait_for_load_state()


def accept_papers(page, application):
    open_case(page, application)
    for name in ("documents-certificate_accepted", "documents-absence_accepted"):
        box = page.locator(f"main form [name=word-{name}][value=accept]")
        page.locator(f"label[for={box.get_attribute('id')}]").click()
    address = reverse("decisions:judge", args=[application.uuid])
    page.locator(f"form[action='{address}'] .buttons button").click()
    page.wait_for_load_state()


def statement_read(page, statement):
    """Return the text of the settlement statement, as finance gets it from its page."""
    page.goto(reverse("invoicing:overview"))
    page.locator(f"main a[href='{reverse('invoicing:invoice', args=[statement.uuid])}']").click()
    packet = reverse("invoicing:packet", args=[statement.uuid])
    with page.expect_download() as download:
        page.locator(f"a[href='{packet}'], form[action='{packet}'] button").first.click()
    return " ".join(each.extract_text() for each in PdfReader(download.value.path()).pages)


def last_letter(mailbox, to):
    return mailbox.to(to.email)[-1].get_body(("plain",)).get_content()


def release(page, statement):
    """Release the payment of a statement and return the payment file."""
    page.goto(reverse("invoicing:overview"))
    page.locator(f"main input[name=invoice][value='{statement.pk}']").check()
    page.locator("main form .buttons .btn-primary").click()
    page.locator("input[name=batch] ~ .buttons .btn-primary").click()
    page.wait_for_url("**/batches/**")
    with page.expect_download() as download:
        page.locator("form[action$='/pain001/'] button").click()
    return Path(download.value.path()).read_bytes()


def test_a_gp_applies_after_the_course_brings_the_papers_and_is_paid(
    new_page, live_server, mailbox, start_worker
):
    doctor = person(name="Test Fastlege", language="nb")
    officer = appointed("case_officer", scheme="fastlege")
    treasurer = appointed("finance", scheme="fastlege")
    start_worker()

    page = new_page(**BROWSER)
    sign_in(page, doctor)
    write_application(page)
    send(page)
    application = Application.objects.get()
    assert (application.state, application.awaited) == (State.SUBMITTED, ["certificate", "absence"])
    expect(page.locator("main")).to_contain_text("Kursbevis")
    until(lambda: mailbox.to(doctor.email))

    bring_papers(page, application)
    application.refresh_from_db()
    assert application.awaited == []

    office = signed_in(new_page(**BROWSER), officer, live_server)
    accept_papers(office, application)
    press_sign(office, application)
    application.refresh_from_db()
    assert (application.state, application.granted) == (State.APPROVED, Decimal("15950.50"))

    statement = Invoice.objects.get(application=application)
    until(lambda: Invoice.objects.filter(pk=statement.pk, packet__rendered_at__isnull=False))
    finance = signed_in(new_page(**BROWSER), treasurer, live_server)
    text = statement_read(finance, statement)
    for told in (str(statement), LISTED, application.reference, "•••• 8903"):
        assert told in text
    for amount in (r"8\s500", r"4\s250", r"3\s200,50", r"15\s950,50"):
        assert re.search(amount, text)
    for secret in (NATIONAL_ID, ACCOUNT):
        assert secret not in text

    file = release(finance, statement)
    xmlschema.XMLSchema(SCHEMA).validate(io.BytesIO(file))
    for told in (ACCOUNT, PAYER.account, "15950.50", str(statement)):
        assert told in file.decode()
    application.refresh_from_db()
    assert application.state == State.SETTLED

    page.goto(reverse("applications:case", args=[application.uuid]))
    link = reverse("invoicing:statement", args=[statement.uuid])
    expect(page.locator(f"main a[href='{link}'], aside a[href='{link}']").first).to_be_visible()
    until(lambda: str(statement) in last_letter(mailbox, doctor))
