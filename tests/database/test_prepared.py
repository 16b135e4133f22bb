"""A query that is put together once and asked again with other values."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection, connections
from django.db.models import F
from django.db.models.functions import Length

from database.finding import Among
from database.prepared import prepared
from schemes.models import Organisation
from tests.role import as_owner

SCHEME, SINCE = "rfr", date(2020, 1, 1)
NAMES = ("Norra sjukhuset", "Södra sjukhuset", "Västra sjukhuset")


@pytest.fixture
def organisations(db):
    with as_owner():
        return [_organisation(name) for name in NAMES]


def _organisation(name):
    return Organisation.objects.create(scheme=SCHEME, name=name, code=name[:3], valid_from=SINCE)


def names(rows):
    return sorted(row.name for row in rows)


def test_it_finds_what_the_query_set_finds_with_other_values_each_time(organisations):
    @prepared
    def named(name):
        return Organisation.objects.filter(scheme=SCHEME, name=name)

    for name in (*NAMES, "'; --", "%s", ""):
        assert named(name=name) == [*Organisation.objects.filter(scheme=SCHEME, name=name)]
    assert names(named(name=NAMES[1])) == [NAMES[1]]


def test_it_is_put_together_once(organisations):
    put_together = []

    @prepared
    def named(name):
        put_together.append(name)
        return Organisation.objects.filter(name=name)

    for name in NAMES:
        assert names(named(name=name)) == [name]
    assert len(put_together) == 1


def test_one_of_several_values_under_a_name_can_be_asked_for(organisations):
    @prepared
    def named(given):
        return Organisation.objects.filter(scheme=given[0], name=given["name"])

    assert names(named(given={0: SCHEME, "name": NAMES[2]})) == [NAMES[2]]
    assert named(given={0: "fastlege", "name": NAMES[2]}) == []


def test_an_array_of_any_length_is_compared_with_a_column(organisations):
    @prepared
    def with_keys(keys):
        return Organisation.objects.filter(Among(F("pk"), keys))

    keys = [each.pk for each in organisations]
    for chosen in ([], keys[:1], keys[1:]):
        assert sorted(each.pk for each in with_keys(keys=chosen)) == chosen


def test_each_shape_is_a_query_of_its_own(organisations):
    @prepared
    def named(name, *, sort, size):
        return Organisation.objects.filter(valid_from=SINCE, name__gte=name).order_by(sort)[:size]

    assert [each.name for each in named(name="N", sort="name", size=2)] == [*NAMES[:2]]
    assert [each.name for each in named(name="N", sort="-name", size=1)] == [NAMES[2]]
    assert [each.name for each in named(name="S", sort="name", size=2)] == [*NAMES[1:]]


def test_rows_come_as_the_query_set_gives_them(organisations):
    @prepared
    def pairs(code, since):
        found = Organisation.objects.filter(code=code).annotate(length=Length("name"))
        return found.filter(valid_from__lte=since).values_list("name", "length")

    assert pairs(code="Nor", since=SINCE) == [(NAMES[0], len(NAMES[0]))]
    assert pairs(code="Nor", since=date.min) == []


@pytest.mark.parametrize(("often_enough", "kept"), [(2, 1), (5, 0), (0, 0)])
def test_postgresql_keeps_what_was_asked_often_enough(organisations, settings, often_enough, kept):
    @prepared
    def kept_as(name):
        return Organisation.objects.filter(scheme=SCHEME, name=name).order_by("code")

    settings.DATABASE_PREPARE = often_enough
    before = kept_statements()
    for name in NAMES:
        assert names(kept_as(name=name)) == [name]
    assert len(kept_statements() - before) == kept
    # What is asked without it is not kept, however often.
    for _time in range(3 * often_enough):
        assert Organisation.objects.filter(name=NAMES[0]).order_by("valid_from").exists()
    assert len(kept_statements() - before) == kept


@pytest.mark.parametrize("constant", ["100 %s", "50 %% o'clock", "%(name)s", "\\", "'; --"])
def test_what_is_the_same_each_time_is_taken_as_it_is(organisations, constant):
    @prepared
    def with_key(key):
        return Organisation.objects.filter(name=constant, scheme=SCHEME, pk=key)

    with as_owner():
        so_named = _organisation(constant)
    for each in (*organisations, so_named):
        assert with_key(key=each.pk) == ([so_named] if each == so_named else [])


def test_postgresql_plans_once_for_whoever_looks(organisations, settings):
    @prepared
    def of_scheme(pk, *, scheme):
        return Organisation.objects.filter(scheme=scheme, pk=pk, code__in=["Nor", "Söd"])

    settings.DATABASE_PREPARE = 1
    for _time in range(8):
        of_scheme(pk=organisations[0].pk, scheme=SCHEME)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans > 0, cardinality(parameter_types) FROM pg_prepared_statements"
            " WHERE statement LIKE '%code%IN%Nor%'"
        )
        assert cursor.fetchall() == [(True, 1)]


def kept_statements():
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements")
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.django_db(transaction=True)
def test_another_thread_asks_through_its_own_connection(transactional_db):
    @prepared
    def with_key(key):
        return Organisation.objects.filter(pk=key)

    def ask():
        seen = []

        def watch(execute, *args):
            seen.append(execute)
            return execute(*args)

        try:
            with connection.execute_wrapper(watch):
                with_key(key=0)
        finally:
            connections.close_all()
        return len(seen)

    assert with_key(key=0) == []
    with ThreadPoolExecutor(1) as other:
        assert other.submit(ask).result() == 1
