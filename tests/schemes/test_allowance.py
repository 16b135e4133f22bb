"""A person's allowance is never exceeded: real threads, each with its own connection, on PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.db.models import Sum

from schemes import services
from schemes.base import Allowance
from schemes.models import AllowanceEntry, PersonalAllowance
from tests.factories import APRIL, SCHEME
from tests.role import as_owner, aside

CROWD, LIMIT = 32, 4


@pytest.fixture(autouse=True)
def _of_no_case(request):
    """Here units are drawn for nobody's case: the guard that asks for one stands aside."""
    request.getfixturevalue("transactional_db")
    aside("schemes_allowanceentry", "draw_within_terms")


def draw(*, units=2, year=2026, limit=LIMIT, subject=None, person="somebody"):
    services.draw_units(
        scheme=SCHEME,
        person_key=person,
        allowances=[Allowance(year, units, limit)],
        subject=subject or uuid4(),
        at=APRIL,
        by=None,
    )


def used(year=2026):
    row = PersonalAllowance.objects.get(year=year)
    written = row.entries.aggregate(sum=Sum("units"))["sum"] or 0
    return row.used, written


@pytest.mark.django_db(transaction=True)
class TestAlone:
    def test_l8_units_are_drawn_and_given_back(self):
        subject = uuid4()
        draw(units=3, subject=subject)
        assert used() == (3, 3)
        services.return_units(subject=subject, at=APRIL, by=None)
        services.return_units(subject=subject, at=APRIL, by=None)
        assert used() == (0, 0)
        assert list(AllowanceEntry.objects.values_list("units", flat=True)) == [3, -3]

    def test_l8_what_exceeds_the_limit_changes_nothing(self):
        draw(units=3)
        with pytest.raises(services.AllowanceSpent):
            draw(units=2)
        assert used() == (3, 3)

    def test_l8_of_two_years_both_or_none_are_drawn(self):
        draw(units=4, year=2027)
        both = [Allowance(2026, 1, LIMIT), Allowance(2027, 1, LIMIT)]
        said = {"scheme": SCHEME, "person_key": "somebody", "subject": uuid4()}
        with pytest.raises(services.AllowanceSpent):
            services.draw_units(**said, allowances=both, at=APRIL, by=None)
        assert PersonalAllowance.objects.filter(used__gt=0).count() == 1

    def test_l8_each_person_and_year_has_its_own(self):
        draw(units=4)
        draw(units=4, year=2027)
        draw(units=4, person="somebody else")
        assert PersonalAllowance.objects.filter(used=4).count() == 3

    def test_l8_a_new_limit_counts_from_the_next_grant(self):
        draw(units=4)
        draw(units=2, limit=6)
        assert used() == (6, 6)

    def test_l8_the_database_refuses_more_whoever_writes(self):
        draw(units=4)
        with pytest.raises(IntegrityError, match="allowance_never_exceeded"):
            PersonalAllowance.objects.update(used=5)

    def test_l8_the_database_refuses_a_sum_that_no_entry_explains(self):
        draw(units=4)
        with pytest.raises(IntegrityError, match="entries"):
            PersonalAllowance.objects.update(used=1)
        with pytest.raises(IntegrityError, match="entries"):
            AllowanceEntry.objects.create(
                allowance=PersonalAllowance.objects.get(), units=-1, subject=uuid4(), at=APRIL
            )


def all_at_once(work):
    """Do the work in 32 threads, all let go together; return how many succeeded."""
    start = Barrier(CROWD)

    def one(_nth):
        try:
            start.wait(timeout=60)
            with transaction.atomic():
                work()
        except services.AllowanceSpent:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(CROWD) as crowd:
        return sum(crowd.map(one, range(CROWD)))


@pytest.mark.django_db(transaction=True)
def test_l8_32_grants_at_once_never_exceed_the_allowance():
    assert all_at_once(lambda: draw(units=1)) == LIMIT
    assert used() == (LIMIT, LIMIT)


@pytest.mark.django_db(transaction=True)
def test_l8_the_control_reading_adding_and_writing_back_does_exceed_it():
    draw(units=1)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE schemes_personalallowance DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE schemes_allowanceentry DISABLE TRIGGER USER")
    all_at_once(add_in_python)
    assert used()[1] > LIMIT


def add_in_python():
    """Draw a unit as one would without the guard: the CHECK on the total holds all the same."""
    row = PersonalAllowance.objects.get()
    if row.used + 1 > row.limit:
        raise services.AllowanceSpent(Allowance(row.year, 1, row.limit))
    connection.cursor().execute("SELECT pg_sleep(0.05)")  # a decision has more to do than this
    PersonalAllowance.objects.filter(pk=row.pk).update(used=row.used + 1)
    AllowanceEntry.objects.create(allowance=row, units=1, subject=uuid4(), at=APRIL)
