"""The decision letter: what it states, in the scheme's language, and never a personal number."""

import json
from io import BytesIO

import pytest
from pypdf import PdfReader

from applications.models import Document
from drawing import pdf
from tests import factories
from tests.factories import APRIL

pytestmark = pytest.mark.django_db


def letter_of(application):
    return application.documents.get(kind=Document.Kind.LETTER)


def test_r21_the_letter_names_both_who_signed_and_in_which_capacity():
    letter = letter_of(factories.approved())
    names = [each["name"] for each in letter.content["signatures"]]
    assert names == ["Test Chair", "Test Representative"]


def test_the_letter_states_outcome_sum_and_review(settings):
    settings.REVIEW_TEXT = "Skriv till kansliet."
    content = letter_of(factories.approved()).content
    assert (content["outcome"], float(content["amount"])) == ("grant", 6000)
    assert content["review"] == "Skriv till kansliet."
    assert content["arithmetic"][-2]["amount"] == "6000"


def test_a_personal_number_is_in_no_letter():
    content = json.dumps(letter_of(factories.approved()).content)
    assert factories.personal_number()[-10:] not in content
    assert factories.personal_number()[-4:] not in content


@pytest.mark.parametrize("situation", [factories.approved, factories.refused])
def test_the_letter_is_a_pdf_and_the_same_bytes_twice(situation):
    letter = letter_of(situation())
    once, twice = (
        pdf.render(letter.template, letter.content, title="Beslut", language="sv", at=APRIL)
        for _ in range(2)
    )
    assert once.startswith(b"%PDF")
    assert once == twice


def test_the_letter_names_a_rule_as_the_other_papers_do():
    letter = letter_of(factories.approved())
    made = pdf.render(letter.template, letter.content, title="Beslut", language="sv", at=APRIL)
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(made)).pages)
    rules = {each["rule"] for each in letter.content["findings"]}
    assert rules
    assert [rule for rule in rules if f"({rule})" not in text] == []


@pytest.mark.parametrize("situation", [factories.approved, factories.refused])
def test_a_personal_number_is_in_no_mail(situation):
    number = factories.personal_number()
    for notice in situation().notices.all():
        written = (notice.text + notice.html + notice.subject).replace("-", "")
        assert number[2:] not in written


def test_the_mail_says_what_was_granted():
    application = factories.approved(by=factories.person(language="en"))
    notice = application.notices.filter(recipient=application.applicant.email).last()
    assert notice.subject == f"Your application {application.reference} is granted"
    assert "6\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}kr" in notice.text
