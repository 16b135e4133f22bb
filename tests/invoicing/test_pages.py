"""Finance's pages: each sees its own, hands over, settles and corrects; downloads are noted."""

import csv
import io
import re
import zipfile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.services import appoint
from applications.models import Notice, State
from invoicing import register, services
from invoicing.models import Handling, Invoice
from schemes.registry import SCHEMES
from tests import factories
from tests.factories import again
from tests.invoicing.situations import administrations, invoiced, made, of, sent

pytestmark = [pytest.mark.django_db, pytest.mark.today("2026-04-20T12:00")]


@pytest.fixture
def clerk(client):
    clerk = factories.finance()
    client.force_login(clerk)
    return clerk


def page(client, name="overview", *args, **params):
    return client.get(reverse(f"invoicing:{name}", args=args), params)


def post(client, name, *args, **data):
    return client.post(reverse(f"invoicing:{name}", args=args), data)


def listed(response):
    return [each.invoice for each in response.context["page"]]


def counts(response):
    labels = ("unsent", "due", "overdue", "sent", "settled", "credited", "all")
    return dict(zip(labels, [tab["count"] for tab in response.context["tabs"]], strict=True))


# The list


def test_the_list_opens_with_what_must_be_sent_first_due_first(client, clerk):
    later = made(starts_on=factories.APRIL.date().replace(month=9))
    sooner, out = made(), sent()
    response = page(client)
    assert listed(response) == [sooner, later]
    expected = {
        "unsent": 2,
        "due": 0,
        "overdue": 0,
        "sent": 1,
        "settled": 0,
        "credited": 0,
        "all": 3,
    }
    assert counts(response) == expected
    assert listed(page(client, tab="sent")) == [out]
    # A tab is about several, the state in a row about one.
    assert [tab["label"] for tab in response.context["tabs"]][2:4] == ["Förfallna", "Skickade"]


@pytest.mark.parametrize(
    ("today", "standing"),
    [
        ("2026-07-06T12:00", "ready"),
        ("2026-07-07T12:00", "due"),
        ("2026-07-14T12:00", "due"),
        ("2026-07-15T12:00", "overdue"),
    ],
)
def test_r34_an_unsent_packet_becomes_due_and_overdue(client, clerk, hold, today, standing):
    invoice = made()  # due on 14 July
    hold(today)
    response = page(client)
    assert listed(response) == [invoice]
    assert f">{register.Standing(standing).label}</span>" in response.context["lines"]


def test_sums_count_what_was_credited_against_it(client, clerk):
    invoice = sent()
    services.settle(application=invoice.application, actual_cost=9000, by=clerk, at=factories.APRIL)
    figures = [figure["value"] for figure in page(client, tab="all").context["figures"]]
    assert figures == [
        "\N{MINUS SIGN}1\N{NO-BREAK SPACE}500\N{NO-BREAK SPACE}kr",  # the credit invoice must go out
        "0\N{NO-BREAK SPACE}kr",
        "0\N{NO-BREAK SPACE}kr",
        "6\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}kr",
    ]


def test_what_was_credited_before_it_went_out_is_not_to_be_sent(client, clerk):
    factories.ended()
    assert counts(page(client))["credited"] == 2
    assert listed(page(client)) == []


def test_a_grant_that_ended_after_it_was_sent_leaves_a_credit_to_send(client, clerk):
    invoice = sent()
    credit = services.credit_rest(
        application=invoice.application, reason="Inställd", by=clerk, at=factories.APRIL
    )
    assert listed(page(client)) == [credit]
    assert listed(page(client, tab="credited")) == [invoice]


@pytest.mark.parametrize("words", ["00002", "Hjärt", "test läk", "RFR-2026"])
def test_a_search_finds_by_number_course_participant_and_reference(client, clerk, words):
    invoiced(course={"title": "Kirurgveckan"}, participant={"name": "Annan"})
    wanted = invoiced()
    found = listed(page(client, q=words))
    assert wanted in found
    assert len(found) == (2 if words == "RFR-2026" else 1)


def test_the_list_asks_as_many_questions_for_one_row_as_for_three(client, clerk):
    def asked():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page(client)
        return len(queries)

    made()
    one = asked()
    made(), made()
    assert asked() == one


@pytest.mark.parametrize("sort", ["number", "-number", "due", "-amount", "course", "nonsense"])
def test_every_column_sorts(client, clerk, sort):
    first, second = made(), made()
    found = listed(page(client, sort=sort))
    assert found == ([second, first] if sort.startswith("-") else [first, second])


# Who sees what


def test_finance_sees_its_own_administration_only(client):
    mine, other = administrations()
    invoice, foreign = made(**of(mine)), made(**of(other))
    client.force_login(factories.finance(mine))
    assert listed(page(client)) == [invoice]
    assert page(client, "invoice", invoice.uuid).status_code == 200
    assert page(client, "invoice", foreign.uuid).status_code == 404
    assert page(client, "settle", foreign.uuid).status_code == 404
    assert post(client, "packet", foreign.uuid).status_code == 404
    post(client, "mark_sent", invoice=[foreign.pk])
    post(client, "download", invoice=[foreign.pk])
    assert Handling.objects.count() == 0


def test_koncernkontoret_sees_all_administrations(client, clerk):
    mine, other = administrations()
    invoices = [made(**of(mine)), made(**of(other))]
    assert set(listed(page(client))) == set(invoices)
    response = page(client, organisation=other.pk)
    assert listed(response) == [invoices[1]]


@pytest.mark.parametrize("capacity", ["auditor", "administrator"])
def test_auditor_and_administrator_read_but_hand_nothing_over(client, capacity):
    invoice = made()
    client.force_login(factories.appointed(capacity))
    assert listed(page(client)) == [invoice]
    assert page(client, "invoice", invoice.uuid).status_code == 200
    assert page(client, "settle", invoice.uuid).status_code == 404
    assert post(client, "mark_sent", invoice=[invoice.pk]).status_code == 404


@pytest.mark.parametrize("capacity", ["", SCHEMES[0].capacities[0].slug])
def test_for_everybody_else_there_is_no_finance(client, capacity):
    invoice = made()
    client.force_login(factories.appointed(capacity) if capacity else factories.person())
    assert page(client).status_code == 404
    assert page(client, "invoice", invoice.uuid).status_code == 404


# Handing over


def test_one_packet_is_downloaded_and_the_download_is_noted(client, clerk):
    invoice = made()
    response = post(client, "packet", invoice.uuid)
    assert response["Content-Type"] == "application/pdf"
    assert f'filename="{invoice}.pdf"' in response["Content-Disposition"]
    assert b"".join(response.streaming_content) == invoice.packet.file.read()
    row = Handling.objects.get()
    assert (row.invoice, row.kind, row.by, row.by_name) == (
        invoice,
        "downloaded",
        clerk,
        str(clerk),
    )
    assert str(clerk) in page(client, "invoice", invoice.uuid).content.decode()


def test_a_packet_that_is_being_made_is_not_downloaded(client, clerk):
    invoice = invoiced()
    assert post(client, "packet", invoice.uuid).status_code == 302
    assert Handling.objects.count() == 0


def test_several_packets_come_as_a_zip_with_an_index(client, clerk):
    invoices = [made(), made(course={"title": "=HYPERLINK(1)"})]
    waiting = invoiced()
    ticked = [each.pk for each in [*invoices, waiting]]
    response = post(client, "download", invoice=ticked)
    archive = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))
    index, *packets = archive.namelist()
    assert packets == [f"{each}.pdf" for each in invoices]
    assert archive.testzip() is None
    assert [archive.read(name) for name in packets] == [
        each.packet.file.read() for each in invoices
    ]
    rows = list(csv.reader(io.StringIO(archive.read(index).decode("utf-8-sig")), delimiter=";"))
    assert [row[0] for row in rows[1:]] == [str(each) for each in invoices]
    assert [row[5] for row in rows[1:]] == ["Hjärtdagarna", "'=HYPERLINK(1)"]
    assert [row[6] for row in rows[1:]] == ["6000,00", "6000,00"]
    assert [row[-1] for row in rows[1:]] == [each.packet.sha256 for each in invoices]
    assert Handling.objects.filter(kind="downloaded").count() == 2


def test_ticked_packets_are_marked_as_sent_each_with_its_own_answer(client, clerk):
    ready, waiting = made(), invoiced()
    response = client.post(
        reverse("invoicing:mark_sent"), {"invoice": [ready.pk, waiting.pk]}, follow=True
    )
    told = [str(message) for message in response.context["messages"]]
    assert services.is_sent(ready)
    assert len(told) == 2
    assert told[1].startswith(f"{waiting}: ")


def test_packets_are_mailed_only_where_a_mailbox_is_set(client, clerk, settings):
    invoice = made()
    assert post(client, "mail", invoice=[invoice.pk]).status_code == 404
    settings.FINANCE_MAILBOX = "ekonomi@example.org"
    assert post(client, "mail", invoice=[invoice.pk]).status_code == 302
    assert Notice.objects.filter(recipient="ekonomi@example.org").count() == 1
    assert services.is_sent(invoice)


def reads_all(user):
    """Let a person audit the scheme of the invoices besides."""
    said = {"scheme": factories.SCHEME.slug, "valid_from": factories.LONG_AGO}
    appoint(user=user, capacity="auditor", **said)
    return user


def test_who_reads_more_than_they_handle_acts_on_their_own_alone(client, settings):
    settings.FINANCE_MAILBOX = "ekonomi@example.org"
    own, other = administrations()
    mine, theirs = made(**of(own)), made(**of(other))
    client.force_login(reads_all(factories.finance(own)))

    assert page(client, "invoice", theirs.uuid).status_code == 200
    for name in ("settle", "correct"):
        assert page(client, name, mine.uuid).status_code == 200
        assert page(client, name, theirs.uuid).status_code == 404
    for name in ("mark_sent", "mail"):
        post(client, name, invoice=[theirs.pk])
    assert not services.is_sent(theirs)


def test_who_administers_another_scheme_postpones_nothing_that_they_only_read(client):
    invoice = made()
    client.force_login(reads_all(factories.appointed("administrator", scheme="fastlege")))
    assert page(client, "invoice", invoice.uuid).status_code == 200
    assert page(client, "postpone", invoice.uuid).status_code == 404


TO_MAIL, TO_DOWNLOAD, TO_MARK = (
    "Mail to box@example.org",
    "Download those ticked as ZIP",
    "Mark as sent",
)


@pytest.mark.parametrize(
    ("tab", "mailbox", "offered"),
    [
        ("unsent", "", [("primary", TO_DOWNLOAD), ("secondary", TO_MARK)]),
        (
            "unsent",
            "box@example.org",
            [("primary", TO_MAIL), ("secondary", TO_DOWNLOAD), ("secondary", TO_MARK)],
        ),
        ("sent", "box@example.org", [("primary", TO_DOWNLOAD)]),
    ],
)
def test_the_list_offers_first_what_is_done_first_and_nothing_that_is_done(
    client, clerk, settings, tab, mailbox, offered
):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    settings.FINANCE_MAILBOX = mailbox
    made(), sent()
    text = page(client, "overview", tab=tab).text
    buttons = text.partition('<div class="buttons">')[2].partition("</div>")[0]
    assert re.findall(r'btn-(\w+)"[^>]*>([^<]*)<', buttons) == offered


@pytest.mark.parametrize("name", ["download", "mark_sent"])
def test_without_a_tick_nothing_happens_and_a_link_leads_to_the_rows(client, clerk, name):
    made()
    told = client.post(reverse(f"invoicing:{name}"), follow=True).text
    assert ('<a href="#rows">' in told, 'id="rows"' in told) == (True, True)
    assert Handling.objects.count() == 0


@pytest.mark.parametrize("name", ["download", "mark_sent", "mail"])
def test_looking_at_an_address_that_acts_does_nothing(client, clerk, name):
    assert page(client, name).status_code == 405


# One invoice


def main_action(client, invoice):
    """Return the words of the buttons that are the main ones of an invoice's page."""
    text = page(client, "invoice", invoice.uuid).text
    return re.findall(r'<button class="btn btn-primary"[^>]*>([^<]*)<', text)


def test_a_packet_is_downloaded_before_it_is_marked_as_sent(client, clerk):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    invoice = made()
    assert main_action(client, invoice) == ["Download the packet"]
    list(post(client, "packet", invoice.uuid))
    assert main_action(client, invoice) == ["Mark as sent"]
    post(client, "mark_sent", invoice=[invoice.pk])
    assert main_action(client, invoice) == ["Download the packet"]


def test_the_actual_cost_is_shown_before_it_is_settled(client, clerk):
    invoice = made()
    shown = page(client, "settle", invoice.uuid, actual_cost="9 001")
    assert (shown.context["due"], shown.context["spare"]) == (4500, 1500)
    assert again(invoice.application).state == State.APPROVED
    post(client, "settle", invoice.uuid, actual_cost="9 001")
    assert again(invoice.application).state == State.SETTLED
    assert invoice.application.settlement.payable == 4500


@pytest.mark.parametrize("cost", ["", "mycket", "-5"])
def test_a_cost_that_is_no_amount_is_asked_for_again(client, clerk, cost):
    invoice = made()
    response = post(client, "settle", invoice.uuid, actual_cost=cost)
    assert response.context["form"].errors.keys() == {"actual_cost"}
    assert again(invoice.application).state == State.APPROVED


def test_what_is_settled_already_is_said_and_stays(client, clerk):
    invoice = made()
    for _nth in range(2):
        response = client.post(
            reverse("invoicing:settle", args=[invoice.uuid]), {"actual_cost": "9000"}, follow=True
        )
    assert response.status_code == 200
    assert invoice.credited_by.count() == 1


def test_an_invoice_is_corrected_from_its_page(client, clerk):
    invoice = made()
    assert page(client, "correct", invoice.uuid).status_code == 200
    post(client, "correct", invoice.uuid, reason="Fel kontakt")
    assert Invoice.objects.count() == 3
    assert page(client, "invoice", invoice.replaced_by.uuid).status_code == 200


def test_r34_the_administrator_postpones_from_the_invoice_s_page(client):
    invoice = made()
    client.force_login(factories.appointed("administrator"))
    early = post(client, "postpone", invoice.uuid, due_on="2026-07-14", reason="Sjukdom")
    assert early.context["form"].errors.keys() == {"due_on"}
    post(client, "postpone", invoice.uuid, due_on="2026-08-01", reason="Sjukdom")
    assert str(services.due_date(invoice)) == "2026-08-01"
    assert "Sjukdom" in page(client, "invoice", invoice.uuid).content.decode()


def test_r34_what_was_sent_and_is_past_its_day_is_corrected_once_an_administrator_has_postponed(
    client, clerk, hold
):
    invoice = made()
    services.mark_sent(invoices=[invoice], by=clerk, at=factories.APRIL)
    correct, postpone = (
        reverse(f"invoicing:{name}", args=[invoice.uuid]) for name in ("correct", "postpone")
    )
    hold("2026-12-01T10:00")

    before = page(client, "invoice", invoice.uuid).content.decode()
    client.force_login(factories.appointed("administrator"))
    found = page(client, "invoice", invoice.uuid).content.decode()
    post(client, "postpone", invoice.uuid, due_on="2026-12-20", reason="Fel kontakt")
    client.force_login(clerk)
    after = page(client, "invoice", invoice.uuid).content.decode()

    assert "när en administratör har angett ett senare förfallodatum" in before
    assert correct not in before
    assert postpone in found
    assert correct in after


@pytest.mark.parametrize("capacity", ["finance", "auditor"])
def test_r34_nobody_else_postpones(client, capacity):
    invoice = made()
    client.force_login(factories.appointed(capacity))
    assert page(client, "postpone", invoice.uuid).status_code == 404


def test_a_credit_invoice_has_no_due_date_to_postpone(client, clerk):
    invoice = made()
    credit = services.credit(invoice=invoice, reason="Fel", by=clerk, at=factories.APRIL)
    client.force_login(factories.appointed("administrator"))
    assert page(client, "postpone", credit.uuid).status_code == 404


def test_no_personal_number_stands_on_finance_s_pages(client, clerk):
    number = factories.personal_number(99)
    invoice = made(number=number)
    text = page(client).content.decode() + page(client, "invoice", invoice.uuid).content.decode()
    assert number not in text
    assert number[2:] not in text


def test_every_standing_has_its_words():
    assert [standing.label for standing in register.Standing]
