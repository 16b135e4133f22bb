"""What is kept of small tables is read anew once PostgreSQL says that one was changed, and not before."""

import re
import sys
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import get_language, override

from database.reads import edition, kept, made_once
from schemes import clock, services
from schemes.fastlege import tables as fastlege
from schemes.models import Break, Closing, Edition, Organisation
from schemes.registry import SCHEMES
from schemes.rfr import tables as rfr
from schemes.rfr.models import DatedTerms
from tests import factories
from tests.role import as_owner

pytestmark = pytest.mark.django_db

READER = kept(list).__code__
KEPT = {
    each
    for name, module in sorted(sys.modules.items())
    if name.startswith(("schemes.", "applications."))
    for each in vars(module).values()
    if getattr(each, "__code__", None) is READER
}
# What administrators keep of a scheme: terms and lists, and what all schemes share.
LISTS = {Break, Closing, Organisation} | {
    part.model for scheme in SCHEMES for part in (*scheme.terms_parts, *scheme.lists)
}


def asked(read):
    """Return the tables that a reader asks, after one that was not asked before."""
    with CaptureQueriesContext(connection) as sent:
        read()
    tables = re.findall(r'(?:FROM|JOIN)\s+"?(\w+)', " ".join(each["sql"] for each in sent))
    return set(tables) - {"schemes_edition"}


def a_change():
    Break.objects.create(scheme="other", starts_on="2026-07-01", ends_on="2026-07-02")


def named(read):
    return f"{read.__module__}.{read.__name__}"


def test_every_reader_that_keeps_something_is_known():
    assert {rfr.read, fastlege.read} < KEPT


@pytest.mark.parametrize("read", sorted(KEPT, key=named), ids=named)
def test_all_that_is_kept_stands_in_tables_that_make_a_new_edition(read):
    a_change()
    tables = asked(read)
    assert tables
    assert asked(read) == set()
    for table in tables:
        before = edition()
        with as_owner(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET id = id WHERE false")
        assert edition() != before, table
        assert asked(read) == tables


def test_the_terms_of_today_count_as_soon_as_they_are_changed():
    caps = rfr.in_force(2026).caps
    DatedTerms.objects.update(cap_sweden=1)
    assert rfr.in_force(2026).caps != caps


def test_a_change_that_is_taken_back_leaves_nothing_behind():
    before = rfr.in_force(2026)
    with transaction.atomic():
        DatedTerms.objects.update(cap_sweden=1)
        assert rfr.in_force(2026).caps != before.caps
        transaction.set_rollback(True)
    assert rfr.in_force(2026).caps == before.caps
    with transaction.atomic():
        DatedTerms.objects.update(cap_sweden=2)
        assert rfr.in_force(2026).caps["sweden"] == 2


def test_without_an_edition_everything_is_read_each_time():
    with as_owner():
        Edition.objects.all().delete()
    assert asked(rfr.read) == asked(rfr.read) != set()


def test_nobody_but_postgresql_makes_an_edition():
    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        Edition.objects.update(key="00000000-0000-0000-0000-000000000000")


def test_a_closing_counts_from_its_moment_until_it_is_opened_again():
    now, hour = clock.now(), timedelta(hours=1)
    scheme = factories.SCHEME
    Closing.objects.create(scheme=scheme.slug, closes_at=now, opens_at=now + hour, reason="Full")
    assert not services.closed(scheme=scheme, at=now - hour)
    assert services.closed(scheme=scheme, at=now).reason == "Full"
    assert not services.closed(scheme=scheme, at=now + hour)


@pytest.fixture
def made():
    """What was made, in order, and what makes it and keeps the last two."""
    made = []

    @made_once(2)
    def make(what):
        made.append((what, get_language()))
        return f"{what} {len(made)}"

    return made, make


def test_what_was_made_is_kept_for_the_same_words_and_language(made):
    made, make = made
    with override("sv"):
        assert [make("a"), make("b"), make("a")] == ["a 1", "b 2", "a 1"]
    with override("nb"):
        assert make("a") == "a 3"
    assert made == [("a", "sv"), ("b", "sv"), ("a", "nb")]


def test_what_was_made_is_made_anew_once_a_list_of_administrators_is_changed(made):
    _made, make = made
    assert make("a") == make("a") == "a 1"
    a_change()
    assert make("a") == make("a") == "a 2"


def test_of_what_was_made_so_many_are_kept(made):
    _made, make = made
    assert [make(each) for each in "abcab"] == ["a 1", "b 2", "c 3", "a 4", "b 5"]


def test_many_are_made_and_kept_as_one_by_one(made):
    _made, make = made
    assert make("b") == "b 1"
    assert make.many((each,) for each in "aba") == ["a 2", "b 1", "a 2"]


def test_what_was_made_in_another_time_zone_is_another_thing(made):
    _made, make = made
    with timezone.override("Europe/Stockholm"):
        assert [make("a"), make("a")] == ["a 1", "a 1"]
    with timezone.override("UTC"):
        assert make("a") == "a 2"


@pytest.mark.parametrize("model", sorted(LISTS, key=str), ids=str)
def test_what_rows_are_drawn_from_makes_a_new_edition(model):
    triggers = [each.name for each in model._meta.triggers]
    assert "edition" in triggers


def test_without_an_edition_nothing_is_kept(made):
    _made, make = made
    with as_owner():
        Edition.objects.all().delete()
    assert [make("a"), make("a")] == ["a 1", "a 2"]
