"""Finance's pages of payments, and the applicant's: who sees what, two steps, each file noted."""

from io import BytesIO
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from accounts import once
from accounts.office import in_scheme
from accounts.services import appoint
from applications.models import Reading, State
from invoicing.models import FileDownload, Handling, Payment, PaymentBatch
from schemes.models import Organisation, PayingAccount
from tests import factories
from tests.factories import PASSWORD, again
from tests.payout.scheme import Lectures
from tests.payout.situations import (
    ACCOUNT,
    a_steward,
    a_treasurer,
    ended,
    made,
    pays_from_now_on,
    released,
    stated,
)

pytestmark = [pytest.mark.django_db, pytest.mark.today("2026-04-20T12:00")]


@pytest.fixture(autouse=True)
def _payer(db):
    pays_from_now_on()


@pytest.fixture(autouse=True)
def _in_english(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"


@pytest.fixture
def treasurer(client):
    treasurer = a_treasurer()
    client.force_login(treasurer)
    return treasurer


def page(client, name="overview", *args, **params):
    return client.get(reverse(f"invoicing:{name}", args=args), params)


def post(client, name, *args, follow=False, **data):
    return client.post(reverse(f"invoicing:{name}", args=args), data, follow=follow)


def listed(response):
    return [each.invoice for each in response.context["page"]]


# The list


def test_the_list_shows_what_is_to_be_paid_the_earliest_first(client, treasurer):
    later, sooner = made(at=factories.APRIL.replace(day=16)), made()
    making, gone, paid = stated(price="12"), made(), made(price="30")
    ended(gone), released(paid)
    response = page(client)
    assert listed(response) == [sooner, making, later]
    values = [figure["value"] for figure in response.context["figures"]]
    assert values == [f"{sum}\N{NO-BREAK SPACE}kr" for sum in (800, 12, 30)]
    assert [tab["count"] for tab in response.context["tabs"]] == [3, 1]
    assert "•••• 7947" in response.text
    assert ACCOUNT not in response.text
    assert f'value="{making.pk}"' in response.text
    assert page(client, tab="released").context["page"].rows[0].total == 30


def test_all_that_is_ready_is_ticked_at_once_without_a_script(client, treasurer):
    steward = a_steward()
    made(), stated(), made(steward=steward)
    assert page(client).text.count(" checked") == 0
    assert page(client, all="1").text.count(" checked") == 2


def test_who_decided_sees_that_somebody_else_pays(client):
    steward = a_steward()
    factories.people.appoint(
        user=steward, scheme=Lectures.slug, capacity="finance", valid_from=factories.LONG_AGO
    )
    statement = made(steward=steward)
    client.force_login(steward)
    assert "somebody else pays" in page(client).text
    review = post(client, "release", invoice=statement.pk)
    assert "You have decided on it" in review.text
    assert 'name="batch"' not in review.text
    post(client, "release", invoice=statement.pk, batch=uuid4())
    assert not Payment.objects.exists()


def test_the_list_asks_as_many_questions_for_one_row_as_for_three(client, treasurer):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            page(client)
        return len(queries)

    made()
    one = asked()
    made(), made()
    assert asked() == one


def test_the_list_is_noted_as_one_and_the_page_before_a_release_for_each_case(client, treasurer):
    first, second = made(), made()
    page(client)
    post(client, "release", invoice=[first.pk, second.pk])

    noted = Reading.objects.order_by("pk").values_list("what", "listed", "application")
    assert list(noted) == [
        ("payouts", 2, None),
        *(("payments", None, each.application_id) for each in (first, second)),
    ]


def test_without_a_paying_account_the_list_says_so_kindly(client, treasurer):
    PayingAccount.objects.all().delete()
    statement = made()
    assert "not entered" in page(client).text
    review = post(client, "release", invoice=statement.pk)
    assert 'name="batch"' not in review.text
    response = post(client, "release", invoice=statement.pk, batch=uuid4(), follow=True)
    assert "not entered yet" in response.text
    assert not Payment.objects.exists()


# Releasing in two steps


def test_payments_are_reviewed_and_then_released(client, treasurer):
    first, second = made(), made()
    review = post(client, "release", invoice=[first.pk, second.pk])
    assert review.context["total"] == 800
    assert not Payment.objects.exists()
    form = {"invoice": [first.pk, second.pk], "batch": review.context["batch"]}
    response = post(client, "release", follow=True, **form)
    batch = PaymentBatch.objects.get()
    assert response.request["PATH_INFO"] == reverse("invoicing:batch", args=[batch.uuid])
    assert "2 payments are released" in response.text
    assert (batch.by, batch.total) == (treasurer, 800)
    # The button was pressed twice, or the page sent anew.
    assert post(client, "release", **form).url == response.request["PATH_INFO"]
    assert Payment.objects.count() == 2


def test_three_payments_are_reviewed_and_released_with_as_many_questions_as_one(client, treasurer):
    def asked(**form):
        with CaptureQueriesContext(connection) as queries:
            post(client, "release", **form)
        return sum(each["sql"].startswith("SELECT") for each in queries)

    first, *others = [made().pk for _nth in range(4)]
    assert asked(invoice=others) == asked(invoice=first)
    assert asked(invoice=others, batch=uuid4()) == asked(invoice=first, batch=uuid4())
    assert Payment.objects.count() == 4


def test_the_way_back_from_a_statement_is_named_as_the_page_it_leads_to(client, treasurer):
    statement = made()
    review = post(client, "release", invoice=statement.pk)
    link = f'href="{in_scheme("invoicing:overview", Lectures())}"><span aria-hidden="true">‹</span>'
    for shown in (page(client, "invoice", statement.uuid), page(client, "months"), review):
        assert f"{link} Payments</a>" in shown.text
    assert "<h1>Payments</h1>" in page(client).text


@pytest.mark.parametrize("keys", [[], ["x"], ["0"]])
def test_nothing_ticked_leads_back(client, treasurer, keys):
    response = post(client, "release", invoice=keys, scheme=Lectures.slug)
    assert response.url.endswith("?scheme=lectures")


def test_a_broken_batch_is_not_there(client, treasurer):
    assert post(client, "release", invoice=made().pk, batch="x").status_code == 404


def test_ticked_statements_are_downloaded_and_noted(client, treasurer):
    statement = made()
    response = post(client, "download", invoice=statement.pk)
    assert response["Content-Type"] == "application/zip"
    list(response)
    assert Handling.objects.get().invoice == statement


# A batch


def test_the_files_of_a_batch_are_handed_out_and_noted(client, treasurer):
    batch = released(made())
    for kind, starts in (("pain001", b"<?xml"), ("csv", b"\xef\xbb\xbf")):
        response = post(client, "batch_file", batch.uuid, kind)
        assert response.content.startswith(starts)
        assert ACCOUNT.encode() in response.content
        assert response["Cache-Control"] == "no-store"
        assert "attachment" in response["Content-Disposition"]
    taken = FileDownload.objects.values_list("file__kind", "by")
    assert list(taken) == [("pain001", treasurer.pk), ("csv", treasurer.pk)]
    shown = page(client, "batch", batch.uuid)
    assert shown.text.count("File downloaded") == 2
    assert ACCOUNT not in shown.text
    assert client.get(reverse("invoicing:batch_file", args=[batch.uuid, "csv"])).status_code == 405


def test_a_file_with_accounts_is_handed_out_only_on_a_sign_in_of_the_last_hours(
    client, treasurer, settings
):
    batch, hours = released(made()), settings.SIGN_AGAIN_SECONDS
    settings.SIGN_AGAIN_SECONDS = -1
    key = {once.FIELD: once.new_key(treasurer)}
    asked = post(client, "batch_file", batch.uuid, "csv", **key)
    assert asked.url.startswith(reverse("account_reauthenticate"))
    assert not FileDownload.objects.exists()

    settings.SIGN_AGAIN_SECONDS = hours
    back = client.post(asked.url, {"password": PASSWORD}).url
    shown = client.get(back)
    assert "<h1>Nothing has been sent yet</h1>" in shown.text
    typed = shown.context["typed"]
    assert ACCOUNT.encode() in client.post(typed.path, dict(typed.fields)).content
    assert FileDownload.objects.get().by == treasurer


def test_auditors_read_a_batch_and_take_no_file(client):
    batch = released(made())
    auditor = factories.appointed("auditor", scheme=Lectures.slug)
    # Nor is it theirs because they pay out elsewhere.
    appoint(user=auditor, capacity="finance", scheme="rfr", valid_from=factories.LONG_AGO)
    client.force_login(auditor)
    shown = page(client, "batch", batch.uuid)
    assert shown.status_code == 200
    assert "Download" not in shown.text
    assert post(client, "batch_file", batch.uuid, "csv").status_code == 404
    assert not FileDownload.objects.exists()


def test_others_see_no_batch_and_release_nothing(client):
    statement, batch = made(), released(made())
    organisation = Organisation.objects.create(
        scheme=Lectures.slug, name="Test", code="test", valid_from=factories.LONG_AGO
    )
    for other in (
        factories.finance(),
        a_treasurer(organisation=organisation),
        factories.person(),
        a_steward(),
    ):
        client.force_login(other)
        assert page(client, "batch", batch.uuid).status_code == 404
        assert post(client, "batch_file", batch.uuid, "csv").status_code == 404
        post(client, "release", invoice=statement.pk, batch=uuid4())
    assert Payment.objects.count() == 1


def test_a_statement_s_own_page_offers_nothing_of_an_invoice(client, treasurer):
    statement = made()
    shown = page(client, "invoice", statement.uuid)
    assert "•••• 7947" in shown.text
    assert reverse("invoicing:settle", args=[statement.uuid]) not in shown.text
    read = Reading.objects.count()
    for name in ("settle", "correct"):
        assert page(client, name, statement.uuid).status_code == 404
    assert Reading.objects.count() == read
    released(statement)
    assert "Payment released" in page(client, "invoice", statement.uuid).text


# The applicant


def test_the_applicant_reads_when_it_is_paid_and_takes_the_statement(client):
    statement = made()
    application = statement.application
    client.force_login(application.applicant)
    case = reverse("applications:case", args=[application.uuid])
    address = reverse("invoicing:statement", args=[statement.uuid])
    assert "To be paid by" in client.get(case).text
    assert client.get(address).status_code == 404
    released(statement)
    assert again(application).state == State.SETTLED
    shown = client.get(case).text
    assert "to account •••• 7947" in shown
    assert address in shown
    pdf = b"".join(client.get(address).streaming_content)
    assert str(statement) in PdfReader(BytesIO(pdf)).pages[0].extract_text()
    client.force_login(factories.person())
    assert client.get(address).status_code == 404


def test_the_months_speak_of_statements_and_of_no_credit_invoices(client, treasurer):
    made()
    text = page(client, "months").text
    assert "Withdrawn statements are taken off the sums." in text
    assert "credit invoices" not in text
