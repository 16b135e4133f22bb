"""RFR from a doctor's draft to the packet in finance's hands, in a real browser with a real worker."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect
from pypdf import PdfReader

from applications.models import Application, State
from invoicing.models import Invoice
from schemes.models import Organisation
from tests.factories import finance, person, personal_number, signatory
from tests.journeys.people import fill, go_on, send, sign, sign_in, signed_in, until

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.today("2026-04-15T09:30"),
]


def write_application(page, organisation):
    begin = page.locator('details.begin:has(form[action$="/rfr/"])')
    begin.locator("summary").click()
    begin.locator(".btn-primary").click()
    page.wait_for_url("**/step/participant/")
    fill(
        page,
        name="Test Läkare",
        personal_number=personal_number(),
        specialty="Kardiologi",
        specialist="yes",
        employed="yes",
        organisation=str(organisation.pk),
        unit="Medicinkliniken",
        head_name="Test Chef",
        head_email="chef@example.org",
    )
    go_on(page)
    page.wait_for_url("**/step/course/")
    fill(
        page,
        kind="conference",
        title="Hjärtdagarna",
        organiser="Kardiologföreningen",
        external="yes",
        attendance="on_site",
        country="DE",
        place="Berlin",
        starts_on="2026-06-10",
        ends_on="2026-06-12",
    )
    go_on(page)
    page.wait_for_url("**/step/costs/")
    fill(page, fee="6 000", travel="4 000", lodging="två tusen", other_funding="0")
    fill(page, requested="10 000")
    go_on(page)
    expect(page.locator("[role=alert] a")).to_have_count(1)
    expect(page.locator("[name=lodging]")).to_have_value("två tusen")
    fill(page, lodging="2 000")
    expect(page.locator("#amount .big")).to_contain_text(re.compile(r"6\s000"))
    go_on(page)
    page.wait_for_url("**/step/benefit/")
    fill(
        page,
        active_participation="Jag håller ett föredrag.",
        dissemination="Genom en skriftlig sammanfattning.",
        feedback_plan="På klinikens möte i september.",
    )
    go_on(page)
    page.wait_for_url("**/step/earlier/")
    fill(page, applied_earlier="no")
    go_on(page)
    page.wait_for_url("**/check/")


def confirm_as_head(page, letters):
    link = re.search(r"https?://\S+/head/\S+", letters[0].get_body(("plain",)).get_content())
    page.goto(link.group())
    page.locator("button[name=answer][value=confirmed]").click()
    page.wait_for_load_state()


def test_a_doctor_applies_the_head_confirms_both_sign_and_finance_gets_the_packet(
    new_page, live_server, mailbox, start_worker
):
    doctor, chair = person(name="Test Läkare"), signatory("chair")
    representative, clerk = signatory("representative"), finance()
    organisation = Organisation.objects.first()
    start_worker()

    page = new_page()
    sign_in(page, doctor)
    write_application(page, organisation)
    send(page)
    application = Application.objects.get()
    assert (application.state, application.assessed) == (State.SUBMITTED, 6000)

    until(lambda: mailbox.to(doctor.email))
    confirm_as_head(new_page(), until(lambda: mailbox.to("chef@example.org")))
    for signing in (chair, representative):
        sign(signed_in(new_page(), signing, live_server), application)
    application.refresh_from_db()
    assert (application.state, application.granted) == (State.APPROVED, 6000)

    invoice = Invoice.objects.get(application=application)
    until(lambda: Invoice.objects.filter(pk=invoice.pk, packet__rendered_at__isnull=False))
    office = signed_in(new_page(), clerk, live_server)
    office.goto(reverse("invoicing:overview"))
    office.locator(f"main a[href='{reverse('invoicing:invoice', args=[invoice.uuid])}']").click()
    packet = reverse("invoicing:packet", args=[invoice.uuid])
    with office.expect_download() as download:
        office.locator(f"a[href='{packet}'], form[action='{packet}'] button").first.click()
    text = " ".join(page.extract_text() for page in PdfReader(download.value.path()).pages)
    assert str(invoice) in text
    for told in ("i84201", "4270700", "Hjärtdagarna", application.reference):
        assert told in text
    assert re.search(r"6\s000", text)
    assert personal_number() not in text

    page.goto(reverse("applications:case", args=[application.uuid]))
    expect(page.locator("main h1")).to_have_text("Hjärtdagarna")
    assert mailbox.to(doctor.email)[-1]["Subject"]
