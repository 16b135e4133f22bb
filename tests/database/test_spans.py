"""Rows that hold some words are found near by first, and none is missed, however far off its key lies."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from applications.models import Application, holds
from database import finding, paging, spans
from invoicing import register
from invoicing.entries import Entry
from schemes.models import Break
from tests.plans import plan

pytestmark = pytest.mark.django_db
SIZE, APART = 3, 3000  # rows; so far the keys lie apart from each other
SOUGHT = Q(note__contains="sought")
DAY = date(2031, 1, 1)
# On which day row n of so many is: in the order of their keys, against it, nearly so, or anyhow.
DAYS = {
    "with the keys": lambda n: n // 4,
    "against the keys": lambda n: 300 - n // 4,
    "late now and then": lambda n: n // 4 + 40 * (n % 17 == 0),
    "anyhow": lambda n: n * 7919 % 101,
}
HELD = {"many": lambda n: n % 2 == 0, "few": lambda n: n % 23 == 0, "old ones": lambda n: n < 12}


def breaks(days, held, number=240):
    return Break.objects.bulk_create(
        Break(
            pk=(nth + 1) * APART,
            scheme="paged",
            starts_on=DAY + timedelta(days(nth)),
            ends_on=DAY + timedelta(900),
            note="sought" if held(nth) else "other",
        )
        for nth in range(number)
    )


def walked(order, *, back):
    """Return the rows that hold the words, page by page, from the first to the last or back again."""
    found, asked, seen = Break.objects.filter(scheme="paged"), "last" if back else None, []
    while asked != "":
        page = paging.page(found, order, asked, size=SIZE, most=5, words=SOUGHT)
        seen = page.rows + seen if back else seen + page.rows
        asked = page.previous if back else page.next
        assert (page.count, page.more) == counted()
    return list(dict.fromkeys(seen))


def counted():
    number = Break.objects.filter(SOUGHT, scheme="paged").count()
    return min(number, 5), number > 5


@pytest.mark.parametrize("held", HELD)
@pytest.mark.parametrize("days", DAYS)
@pytest.mark.parametrize(("order", "back"), [("starts_on", False), ("-starts_on", True)])
def test_every_row_that_holds_the_words_stands_on_one_page(monkeypatch, days, held, order, back):
    monkeypatch.setattr(spans, "ELSEWHERE", 5)
    breaks(DAYS[days], HELD[held])
    down = "-" * order.startswith("-")
    expected = Break.objects.filter(SOUGHT, scheme="paged").order_by(order, f"{down}pk")
    assert walked([order], back=back) == list(expected)


def test_a_row_that_lies_elsewhere_and_stands_first_is_found():
    rows = breaks(DAYS["with the keys"], HELD["few"])
    late = rows[1]
    Break.objects.filter(pk=late.pk).update(starts_on=DAY + timedelta(500), note="sought")
    found = Break.objects.filter(scheme="paged")
    page = paging.page(found, ["-starts_on"], None, size=SIZE, most=5, words=SOUGHT)
    assert page.rows[0].pk == late.pk


def test_near_rows_are_found_without_looking_at_the_whole_table(monkeypatch):
    monkeypatch.setattr(spans, "AMPLE", 1)
    breaks(DAYS["with the keys"], lambda nth: True)
    found = Break.objects.filter(scheme="paged")
    with CaptureQueriesContext(connection) as asked:
        page = paging.page(found, ["-starts_on"], None, size=SIZE, most=5, words=SOUGHT)
    assert len(page.rows) == SIZE
    sent = [each["sql"] for each in asked if "note" in each["sql"] and "LIKE" in each["sql"]]
    assert sent
    assert all("&&" in each for each in sent)


def test_what_many_hold_is_left_to_a_walk(monkeypatch):
    monkeypatch.setattr(spans, "MANY", 2)
    breaks(DAYS["with the keys"], lambda nth: True)
    found = Break.objects.filter(scheme="paged")
    page = paging.page(found, ["-starts_on"], None, size=SIZE, most=1, words=SOUGHT)
    assert (len(page.rows), page.count, page.more) == (SIZE, 1, True)


def test_as_many_keys_are_told_as_there_are_or_as_are_wanted():
    breaks(DAYS["anyhow"], HELD["old ones"])
    found = Break.objects.filter(scheme="paged")
    assert len(spans.some(found, SOUGHT, 50)) == 12
    assert len(spans.some(found, SOUGHT, 5)) == 5
    assert spans.some(found, Q(note="nowhere"), 5) == []


@pytest.mark.parametrize(
    ("held", "told"),
    [
        (HELD["few"], "few"),
        (lambda nth: nth >= 238, "many"),  # the nearest, also of a table that is small
        (lambda nth: nth in (3, 90, 200), "many in all"),
        (lambda nth: False, "none"),
    ],
)
def test_keys_are_told_of_rows_that_are_few_near_the_end_and_in_all(held, told, monkeypatch):
    monkeypatch.setattr(spans, "OFTEN", 2)
    monkeypatch.setattr(spans, "MOST_KEYS", 2 if told == "many in all" else 20)
    expected = {each.pk for each in breaks(DAYS["anyhow"], held) if each.note == "sought"}
    keys = spans.keys(Break.objects.filter(SOUGHT))
    if told in ("few", "none"):
        assert {int(each) for each in keys.strip("{}").split(",") if each} == expected
    else:
        assert keys is None


def test_words_in_some_slices_are_found_by_the_index_of_words():
    near = finding.within(0, range(3))
    assert "entry_sought" in plan(Entry.objects.filter(near, register.holds("klin")))
    assert "application_sought" in plan(Application.objects.filter(near, holds("hjärt")))
    assert "user_sought" in plan(User.objects.holding("test").filter(near))
