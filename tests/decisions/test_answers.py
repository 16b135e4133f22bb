"""A case shows the answers as they stand: what is kept of them as they were drawn is never older."""

import pytest
from django.conf import settings

from applications.models import Application, Paper
from schemes.models import Organisation
from tests import factories
from tests.factories import signatory
from tests.role import as_owner

pytestmark = [pytest.mark.django_db, pytest.mark.today("2026-04-20T12:00")]


@pytest.fixture
def case():
    return factories.confirmed()


@pytest.fixture
def shown(client, case):
    """The answers as the chair reads them, in a language."""
    client.force_login(signatory("chair"))

    def page(language="en"):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        return client.get(f"/decisions/{case.uuid}/").context["case"].answers

    return page


def test_an_answer_that_was_changed(case, shown):
    assert "Medicinkliniken" in shown()
    answers = case.answers | {"participant": case.answers["participant"] | {"unit": "Kirurgen"}}
    with as_owner():
        Application.objects.filter(pk=case.pk).update(answers=answers)
    assert "Kirurgen" in shown()
    assert "Medicinkliniken" not in shown()


def test_an_administration_that_was_renamed(case, shown):
    assert "Norra sjukvården" not in shown()
    Organisation.objects.filter(pk=case.organisation_id).update(name="Norra sjukvården")
    assert "Norra sjukvården" in shown()


def test_a_paper_that_came_later(case, shown):
    assert "program.pdf" not in shown()
    paper = {"kind": "programme", "name": "program.pdf", "size": 1000, "sha256": "0" * 64}
    Paper.objects.create(application=case, uploaded_at=case.submitted_at, **paper)
    assert "program.pdf" in shown()


def test_the_reader_s_own_language(shown):
    assert ["Administration" in shown(each) for each in ("en", "sv", "en")] == [True, False, True]


def test_the_personal_number_is_not_among_them(shown):
    assert "Personal number" not in shown()
