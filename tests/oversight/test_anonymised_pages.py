"""The pages of an anonymised case say so, to everybody who could open it, and none of them fails."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from applications import holds
from applications import services as applications
from applications.services import NotAllowed
from decisions import services as decisions
from invoicing import packet
from invoicing import services as invoicing
from oversight.anonymising import anonymise
from schemes.models import Organisation
from tests import factories
from tests.factories import again
from tests.oversight import lived
from tests.oversight.lived import at
from tests.oversight.test_takeout import opened, taken

pytestmark = [pytest.mark.django_db, pytest.mark.today("2026-04-20T10:00")]


@pytest.fixture(autouse=True)
def storage(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path / "media"
    monkeypatch.setattr(packet, "build", lambda invoice: b"%PDF-1.7 Ofelia")
    Organisation.objects.update(valid_from=date(2000, 1, 1))


CASES = {
    "refused": (lived.refused, at(2022, 5, 10)),
    "ended": (lived.ended, at(2022, 5, 10)),
    "paid, with its vouchers": (lived.settled, at(2022, 5, 10)),
    "paid, without": (lived.settled, at(2016, 5, 10)),
}


@pytest.fixture(params=CASES)
def case(request):
    situation, when = CASES[request.param]
    made = situation(when=when)
    documents = list(made.documents.values_list("uuid", flat=True))
    anonymise(on=date(2026, 1, 1), at=at(2026))
    made = again(made)
    made.documents_before = documents
    return made


def browser(user):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


@pytest.mark.parametrize("capacity", ["chair", "administrator", "auditor"])
def test_the_office_reads_that_it_is_anonymised_and_what_was_decided(case, capacity):
    client = browser(factories.appointed(capacity))
    page = client.get(reverse("decisions:case", args=[case.uuid]))
    text = page.content.decode()
    assert page.status_code == 200
    assert "Answers, papers and texts were removed" in text
    assert case.reference in text
    assert case.get_state_display() in text
    assert client.get(reverse("decisions:decided")).status_code == 200


def test_whose_own_case_it_was_does_not_read_when_the_signatories_told_each_other_something():
    chair = factories.signatory("chair")
    case = lived.settled(when=at(2022, 5, 10), by=chair)
    anonymise(on=date(2026, 1, 1), at=at(2026))
    for who, reads in ((chair, False), (factories.signatory("chair"), True)):
        text = browser(who).get(reverse("decisions:case", args=[case.uuid])).text
        assert ("Note between the signatories" in text) is reads


@pytest.mark.parametrize("capacity", ["finance", "administrator", "auditor"])
def test_finance_reads_the_voucher_or_its_figures(case, capacity):
    client = browser(factories.appointed(capacity))
    overview = reverse("invoicing:overview") + "?tab=all"
    assert client.get(overview).status_code == 200
    for invoice in case.invoices.all():
        page = client.get(reverse("invoicing:invoice", args=[invoice.uuid]))
        assert page.status_code == 200
        assert str(invoice) in page.content.decode()
        sent = client.post(reverse("invoicing:packet", args=[invoice.uuid]))
        assert sent.status_code == (404 if case.vouchers_anonymised_at else 200)
        zipped = client.post(reverse("invoicing:download"), {"invoice": [invoice.pk]})
        assert zipped.status_code in (200, 302)
        if zipped.status_code == 200:
            assert b"".join(zipped.streaming_content)


def test_the_person_sees_what_is_left_as_long_as_it_is_theirs(case):
    client = browser(case.applicant) if not case.vouchers_anonymised_at else None
    if client is None:
        return
    for name in ("case", "receipt"):
        assert client.get(reverse(f"applications:{name}", args=[case.uuid])).status_code == 200
    assert client.get(reverse("applications:overview")).status_code == 200
    told, _archive = opened(taken(case.applicant))
    assert [each["reference"] for each in told["applications"]] == [case.reference]


def test_a_document_that_is_gone_is_not_found(case):
    client = browser(factories.appointed("auditor"))
    for uuid in case.documents_before:
        assert client.get(reverse("applications:document", args=[uuid])).status_code == 404


def test_nothing_more_is_written_about_an_anonymised_case(case):
    chair, finance = factories.signatory("chair"), factories.finance()
    with pytest.raises(NotAllowed, match="anonymised"):
        decisions.note(application=case, text="Ofelia", by=chair, at=at(2026))
    with pytest.raises(NotAllowed, match="anonymised"):
        applications.report(application=case, text="Ofelia", by=case.applicant, at=at(2026))
    for invoice in case.invoices.all():
        with pytest.raises(NotAllowed, match="anonymised"):
            invoicing.credit(invoice=invoice, reason="Ofelia", by=finance, at=at(2026))


def test_a_hold_stands_on_the_case_for_those_who_work_with_it():
    case = lived.refused(when=at(2022, 5, 10))
    administrator = factories.appointed("administrator", name="Test Adm")
    holds.hold(application=case, reason="A lawsuit", by=administrator, at=at(2023))
    for capacity in ("chair", "auditor"):
        client = browser(factories.appointed(capacity))
        text = client.get(reverse("decisions:case", args=[case.uuid])).content.decode()
        assert "A lawsuit" in text
        assert "by Test Adm: nothing of it is removed" in text
