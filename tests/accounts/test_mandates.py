"""Mandates count on the days of their period, and a deputy's rests on a decision."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404, HttpResponse

from accounts import mandates, services
from accounts.models import Mandate, User
from schemes.models import Organisation
from schemes.registry import SCHEMES
from tests.factories import appointed, person

pytestmark = pytest.mark.django_db

SCHEME = SCHEMES[0]
SIGNS = SCHEME.capacities[0].slug
FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)


@pytest.mark.parametrize(
    ("day", "held"),
    [
        (date(2026, 2, 28), False),
        (FIRST, True),
        (LAST, True),
        (date(2026, 4, 1), False),
    ],
)
def test_a_mandate_counts_from_its_first_to_its_last_day(day, held):
    user = appointed(SIGNS, valid_from=FIRST, valid_to=LAST)
    assert mandates.holds(user, SIGNS, scheme=SCHEME.slug, on=day) is held
    assert mandates.schemes_of(user, SIGNS, on=day) == ({SCHEME.slug} if held else set())
    assert list(mandates.holders(SIGNS, scheme=SCHEME.slug, on=day)) == (
        list(user.mandates.all()) if held else []
    )


def test_a_mandate_without_end_goes_on():
    user = appointed(SIGNS, valid_from=FIRST)
    assert mandates.holds(user, SIGNS, scheme=SCHEME.slug, on=date(2046, 1, 1))


def test_a_mandate_can_be_ended_with_a_day():
    user = appointed(SIGNS, valid_from=FIRST)
    services.end_mandate(mandate=user.mandates.get(), on=LAST)
    assert mandates.holds(user, SIGNS, scheme=SCHEME.slug, on=LAST)
    assert not mandates.holds(user, SIGNS, scheme=SCHEME.slug, on=date(2026, 4, 1))


def test_a_mandate_cannot_end_before_it_begins():
    user = appointed(SIGNS, valid_from=FIRST)
    with pytest.raises(ValidationError):
        services.end_mandate(mandate=user.mandates.get(), on=date(2026, 2, 28))


def test_a_deputy_needs_a_ground():
    with pytest.raises(ValidationError):
        appointed(SIGNS, deputy=True, ground=" ")


def test_postgresql_itself_refuses_a_deputy_without_ground():
    row = {"user": person(), "scheme": SCHEME.slug, "capacity": SIGNS, "valid_from": FIRST}
    with pytest.raises(IntegrityError, match="mandate_deputy_has_ground"), transaction.atomic():
        Mandate.objects.create(**row, deputy=True)


def test_a_deputy_with_a_ground_stands_behind_who_they_stand_in_for():
    deputy = appointed(SIGNS, deputy=True, ground="Delegation 2026-01")
    chair = appointed(SIGNS)
    held = mandates.holders(SIGNS, scheme=SCHEME.slug, on=LAST)
    assert [mandate.user for mandate in held] == [chair, deputy]


def test_nobody_is_appointed_to_what_the_scheme_does_not_know():
    with pytest.raises(ValidationError):
        appointed("emperor")


def test_only_finance_is_of_one_organisation():
    organisation = Organisation.objects.filter(scheme=SCHEME.slug).first()
    assert appointed("finance", organisation=organisation).mandates.get().organisation
    with pytest.raises(ValidationError):
        appointed("auditor", organisation=organisation)


def test_the_mandates_of_today_are_read_once(django_assert_num_queries):
    user = User.objects.get(pk=appointed(SIGNS).pk)
    with django_assert_num_queries(1):
        assert mandates.current(user, mandates.SIGNATORY)
        assert not mandates.current(user, mandates.FINANCE)
        assert not user.is_staff


def test_a_view_is_not_there_for_those_without_the_mandate(rf):
    view = mandates.requires(mandates.SIGNATORY)(lambda request: HttpResponse("in"))
    request = rf.get("/")
    request.user = appointed(SIGNS)
    assert view(request).status_code == 200
    request.user = person()
    with pytest.raises(Http404):
        view(request)


def test_finance_of_one_administration_sees_its_own_only():
    mine, other = Organisation.objects.filter(scheme=SCHEME.slug)[:2]
    seen = Mandate.objects.filter(mandates.money_seen_by(appointed("finance", organisation=mine)))
    appointed("finance", organisation=other)
    assert {mandate.organisation for mandate in seen} == {mine}
    whole = Mandate.objects.filter(mandates.money_seen_by(appointed("finance")))
    assert {mandate.organisation for mandate in whole} == {mine, other, None}
    assert not Mandate.objects.filter(mandates.money_seen_by(person())).exists()
