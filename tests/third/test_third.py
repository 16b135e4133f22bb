"""A third scheme is one folder and one line: it is asked, assessed and sent in like the others."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from applications import services
from applications.assessment import assess
from applications.models import State
from tests.factories import APRIL, person
from tests.role import registered
from tests.third.scheme import Books

pytestmark = pytest.mark.django_db
TYPED = {
    "reader": "Test Läsare",
    "number": "198001011230",
    "title": "A book",
    "price": "40",
    "begins_on": "2026-05-01",
}


@pytest.fixture
def books(db):
    with registered(Books()) as scheme:
        yield scheme


def draft(books, **typed):
    application = services.start(scheme=books, applicant=person(name="Test Läsare"), at=APRIL)
    return services.save_step(
        application=application,
        step=books.step("book"),
        typed=TYPED | typed,
        revision=application.revision,
        by=application.applicant,
        at=APRIL,
    )


def test_a_third_scheme_is_drafted_prefilled_and_kept(books):
    application = services.start(scheme=books, applicant=person(name="Test Läsare"), at=APRIL)
    assert application.answers == {"book": {"reader": "Test Läsare"}}
    assert application.participant == "Test Läsare"


def test_a_third_scheme_is_assessed_by_its_own_rules(books):
    found = assess(draft(books), on=date(2026, 4, 20), at=APRIL)
    assert (found.outcome, found.amount, found.rules) == ("grant", Decimal(40), [])
    dear = assess(draft(books, price="501"), on=date(2026, 4, 20), at=APRIL)
    assert (dear.outcome, dear.amount, dear.rules) == ("refuse", Decimal(0), ["B1"])


def test_a_third_scheme_is_sent_in(books):
    application = draft(books)
    sent = services.submit(application=application, by=application.applicant, at=APRIL)
    assert (sent.state, sent.assessed, sent.year) == (State.SUBMITTED, Decimal(40), 2026)
    assert sent.head_requests.count() == 0
    assert sent.documents.get().content["reference"] == sent.reference


def test_a_third_scheme_lacks_what_its_form_lacks(books):
    application = draft(books, price="dear")
    with pytest.raises(services.Incomplete) as error:
        services.submit(application=application, by=application.applicant, at=APRIL)
    assert list(error.value.steps) == ["book"]


def test_the_pages_of_a_third_scheme_are_those_of_the_house(books, client):
    application = draft(books)
    client.force_login(application.applicant)
    page = client.get(reverse("applications:step", args=[application.uuid, "book"]))
    assert page.status_code == 200
    assert 'value="A book"' in page.text
    assert client.get(reverse("applications:check", args=[application.uuid])).status_code == 200
