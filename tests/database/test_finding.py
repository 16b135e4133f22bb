"""Words are found through an index of PostgreSQL, wherever they stand, and nothing in them is a sign."""

import pytest

from accounts.models import User
from applications.models import DECIDED, Application
from database import finding
from database.paging import page
from decisions import queue
from invoicing import register
from invoicing.entries import Entry
from invoicing.models import Invoice
from tests import factories
from tests.plans import plan

pytestmark = [pytest.mark.django_db, pytest.mark.today("2026-04-20T12:00")]


@pytest.fixture
def cases(db):
    """Make two applications by what they are found by, in one administration."""
    said = {"Hjärtdagarna i Åre": "Test Ångström", "Smärta 50% (A_B)": "Test O'Neill"}
    return [
        factories.approved(
            number=factories.personal_number(nth),
            course={"title": title},
            participant={"name": name},
        )
        for nth, (title, name) in enumerate(said.items())
    ]


def found(words):
    return [each.participant for each in Application.objects.holding(words).order_by("pk")]


@pytest.mark.parametrize(
    ("words", "which"),
    [
        ("hjärt", [0]),
        ("HJÄRTDAGARNA", [0]),
        ("ångström åre", [0]),
        ("dagarna i", [0]),
        ("o'neill", [1]),
        ("50%", [1]),
        ("a_b", [1]),
        ("%%%", []),
        ("___", []),
        ("\\\\\\", []),
        ("medicinkliniken", [0, 1]),
        ("", [0, 1]),
        ("hjärt neill", []),
        ("te", [0, 1]),
        ("år", [0]),
        ("är", []),  # two letters are found where a word begins
    ],
)
def test_an_application_is_found_by_every_word_that_it_holds(cases, words, which):
    assert found(words) == [cases[nth].participant for nth in which]
    waiting = queue.search(Application.objects.order_by("pk"), finding.patterns(words))
    assert [each.participant for each in waiting] == found(words)


def test_an_application_is_found_by_its_administration(cases):
    name = cases[0].organisation.name.split()[0]
    assert len(found(name)) == 2
    assert len(found(f"{name} hjärt")) == 1


def test_an_invoice_is_found_by_its_number_its_case_and_whom_it_is_for(cases):
    invoices = [Invoice.objects.get(application=each) for each in cases]
    seen = Entry.objects.all()
    for words in (str(invoices[0]), cases[0].reference.lower(), "hjärt ångström"):
        assert [each.pk for each in seen.filter(register.holds(words))] == [invoices[0].pk], words
    assert seen.filter(register.holds(cases[0].organisation.name)).count() == 2


def test_a_person_is_found_by_name_and_address(db):
    one = factories.person(name="Test Ögren", email="first@example.org")
    factories.person(name="Test Alm", email="second@example.org")
    assert list(User.objects.holding("ögren")) == list(User.objects.holding("FIRST@")) == [one]


def test_words_are_found_by_an_index(cases):
    assert "application_sought" in plan(Application.objects.holding("hjärt"))
    assert "organisation_id" in plan(Application.objects.holding(cases[0].organisation.name[:5]))
    assert "application_sought" in plan(Application.objects.holding("or"))
    assert "entry_sought" in plan(Entry.objects.filter(register.holds("KLIN")))
    assert "user_sought" in plan(User.objects.holding("test"))


@pytest.mark.parametrize("state", ["", *DECIDED])
def test_what_was_decided_is_paged_by_an_index(cases, state):
    states = {"state": state} if state else {"state__in": DECIDED}
    decided = Application.objects.filter(scheme="rfr", decided_at__isnull=False, **states)
    index = "application_decided_as" if state else "application_decided"
    other = ["application_decided"] if state else []
    said = plan(decided.order_by("-decided_at", "-pk")[:2], without=other)
    assert f"using {index} " in said, said
    assert "Sort" not in said
    for asked in (None, "last"):
        page(decided, ["-decided_at"], asked, size=1, never_null=["decided_at"])
