"""The queue shows its rows as they stand: what is kept of them as they were drawn is never older."""

from datetime import date
from decimal import Decimal

import pytest
from django.conf import settings

from applications.models import Application
from decisions import services
from decisions.views import rows
from schemes import services as pools
from schemes.models import Organisation
from schemes.rfr.models import DatedTerms
from tests import factories
from tests.factories import APRIL, signatory, signed
from tests.role import as_owner

pytestmark = [pytest.mark.django_db, pytest.mark.today("2026-04-20T12:00")]


@pytest.fixture
def case():
    return factories.confirmed()


@pytest.fixture
def drawn(monkeypatch):
    """The keys of the cases whose rows were drawn, in order."""
    found, row = [], rows.row

    def noted(case, *args, **kwargs):
        found.append(case.pk)
        return row(case, *args, **kwargs)

    monkeypatch.setattr(rows, "row", noted)
    return found


@pytest.fixture
def chair():
    return signatory("chair")


@pytest.fixture
def shown(client, case, chair):
    """The rows of the queue as the chair reads them, in a language."""
    client.force_login(chair)

    def page(language="en", place=""):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        return client.get("/decisions/", {"place": place}).context["lines"]

    return page


def change(case, **columns):
    with as_owner():
        Application.objects.filter(pk=case.pk).update(**columns)


def test_a_row_in_which_nothing_was_changed_is_not_drawn_again(case, shown, drawn):
    first = shown()
    assert drawn == [case.pk]
    assert shown() == first
    assert drawn == [case.pk]


def test_of_several_only_that_which_was_changed_is_drawn_again(case, shown, drawn):
    other = factories.confirmed(number=factories.personal_number(1))
    shown()
    assert drawn == [case.pk, other.pk]
    signed(other, by=signatory("representative"))
    shown()
    assert drawn == [case.pk, other.pk, other.pk]


def test_a_title_that_was_changed(case, shown):
    assert "Hjärtdagarna" in shown()
    change(case, course_title="Lungdagarna")
    assert "Lungdagarna" in shown()
    assert "Hjärtdagarna" not in shown()


def test_a_fact_that_was_changed(case, shown):
    assert "tag-bad" not in shown()
    change(
        case, facts=case.facts | {"participant": case.facts["participant"] | {"specialist": False}}
    )
    assert "tag-bad" in shown()


def test_a_bias_of_the_reader(case, shown, chair):
    assert "Your signature" in shown()
    services.recuse(application=case, by=chair, reason="x", at=APRIL)
    assert "Your signature" not in shown()


def test_an_administration_that_was_renamed(case, shown):
    change(case, workplace="")
    assert "Norra sjukvården" not in shown()
    Organisation.objects.filter(pk=case.organisation_id).update(name="Norra sjukvården")
    assert "Norra sjukvården" in shown()


def test_r23_a_grant_of_the_same_person_and_year(case, shown):
    other = factories.confirmed()
    assert "tag-bad" not in shown()
    for each in ("chair", "representative"):
        signed(other, by=signatory(each))
    assert "tag-bad" in shown()


def test_r27_money_that_ran_out(case, shown):
    assert "Funds" not in shown()
    pool = pools.pool_for(scheme=factories.SCHEME, on=APRIL.date(), at=APRIL)
    factories.with_budget(pool, 100)
    assert "Funds" in shown()


def test_terms_that_were_changed(case, shown):
    assert "6 000" in shown().replace("\xa0", " ")
    DatedTerms.objects.update(share=Decimal("0.10"))
    assert shown().replace("\xa0", " ").count("6 000") == 1  # as it was asked


def test_the_day_on_which_it_is_looked_at(case, shown, hold):
    assert "in 55 days" in shown().replace("\xa0", " ")
    hold(date(2026, 4, 21))
    assert "in 54 days" in shown().replace("\xa0", " ")


def test_the_reader_s_own_language(shown):
    assert ["Came in" in shown(each) for each in ("en", "sv", "en")] == [True, False, True]


def test_boxes_to_tick_stand_only_where_cases_are_signed(shown):
    ticks = ["checkbox" in shown(place=each) for each in ("", "mine", "")]
    assert ticks == [False, True, False]
