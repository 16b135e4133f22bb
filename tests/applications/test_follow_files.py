"""Papers and documents are handed to the owner and to those who work with the case, to nobody else."""

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from applications import services
from schemes.models import Organisation
from tests import factories
from tests.applications.files import upload
from tests.factories import APRIL, SCHEME

pytestmark = [pytest.mark.django_db, pytest.mark.today("2026-04-20T10:00")]


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def with_paper(application):
    """Return the address of a programme that was attached to a draft."""
    paper = services.attach(
        application=application,
        step=SCHEME.step("course"),
        kind="programme",
        upload=upload(name="program å.pdf"),
        at=APRIL,
    )
    return reverse("applications:paper", args=[paper.uuid])


def sent_in():
    """Return an application that was sent in with a programme, and the programme's address."""
    application = factories.draft()
    url = with_paper(application)
    application.refresh_from_db()
    return services.submit(application=application, by=application.applicant, at=APRIL), url


def granted():
    """Return a granted application with a programme, and the programme's address."""
    application, url = sent_in()
    services.answer_as_head(request=application.head_requests.last(), answer="confirmed", at=APRIL)
    for capacity in ("chair", "representative"):
        factories.signed(application, by=factories.signatory(capacity))
    return factories.again(application), url


def status(url, user=None):
    client = Client()
    if user:
        client.force_login(user)
    return client.get(url).status_code


def test_the_owner_gets_the_file_as_an_attachment_under_its_own_name():
    application = factories.draft()
    client = Client()
    client.force_login(application.applicant)

    response = client.get(with_paper(application))

    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment")
    assert "program%20%C3%A5.pdf" in response["Content-Disposition"]
    assert "no-store" in response["Cache-Control"]
    assert b"".join(response.streaming_content).startswith(b"%PDF")


def test_a_draft_is_read_by_its_owner_alone():
    url = with_paper(factories.draft())

    for user in (factories.signatory("chair"), factories.appointed("auditor"), factories.finance()):
        assert status(url, user) == 404


@pytest.mark.parametrize("capacity", ["chair", "representative", "administrator", "auditor"])
def test_what_was_sent_in_is_read_by_the_office(capacity):
    _application, url = sent_in()

    assert status(url, factories.appointed(capacity)) == 200


def test_a_stranger_finds_nothing_and_a_visitor_signs_in_first():
    _application, url = sent_in()

    assert status(url, factories.person()) == 404
    assert status(url) == 302


def test_a_mandate_that_has_ended_opens_nothing():
    _application, url = sent_in()

    past = factories.appointed("chair", valid_to=factories.LONG_AGO)

    assert status(url, past) == 404


def test_finance_reads_what_was_granted_to_its_own_administration():
    application, url = granted()
    other = Organisation.objects.filter(scheme=SCHEME.slug).exclude(pk=application.organisation_id)

    assert status(url, factories.finance()) == 200
    assert status(url, factories.finance(application.organisation)) == 200
    assert status(url, factories.finance(other.first())) == 404


def test_finance_does_not_read_what_is_not_granted():
    _application, url = sent_in()

    assert status(url, factories.finance()) == 404


def test_a_document_is_handed_out_once_it_is_made():
    application, _paper = sent_in()
    document = application.documents.get()
    url = reverse("applications:document", args=[document.uuid])
    assert status(url, application.applicant) == 404

    document.file.save("x.pdf", ContentFile(b"%PDF-1.7"))
    document.rendered_at = APRIL
    document.save()

    client = Client()
    client.force_login(application.applicant)
    response = client.get(url)
    assert f'filename="{application.reference}-confirmation.pdf"' in response["Content-Disposition"]
    assert status(url, factories.signatory("chair")) == 200
    assert status(url, factories.person()) == 404


def test_a_file_that_the_storage_has_lost_is_not_there():
    application, url = sent_in()
    paper = application.papers.get()
    paper.file.storage.delete(paper.file.name)

    assert status(url, application.applicant) == 404


def test_files_are_only_read():
    application, url = sent_in()
    client = Client()
    client.force_login(application.applicant)

    assert client.post(url).status_code == 405
