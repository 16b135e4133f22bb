"""A long list, page by page: every row once, whatever arrives meanwhile, and no address breaks a page."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import Value
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from database import paging
from database.prepared import prepared
from schemes.models import Break, Organisation, Pool

pytestmark = pytest.mark.django_db
SIZE = 3


@pytest.fixture
def breaks(db):
    """Make rows of which many are alike in what they are sorted by."""
    days = [date(2031, 1, 1 + nth % 3) for nth in range(8)]
    made = [
        Break(scheme="paged", starts_on=day, ends_on=day, note="ab"[nth % 2])
        for nth, day in enumerate(days)
    ]
    return Break.objects.bulk_create(made)


@prepared
def of_model(scheme, *, model):
    return model.objects.filter(scheme=scheme)


def found_in(model, *, busy):
    """Return the rows, also as a busy page asks for them, by a query that was put together before."""
    if busy:
        return of_model.on(scheme="paged", model=model)
    return model.objects.filter(scheme="paged")


def of(order, asked=None, *, found=None, **more):
    found = Break.objects.filter(scheme="paged") if found is None else found
    return paging.page(found, order, asked, size=SIZE, **more)


def walked(order, *, back=False, found=None):
    """Return the rows of all pages, from the first to the last or back again."""
    page = of(order, paging.LAST if back else None, found=found)
    seen = page.rows
    while asked := page.previous if back else page.next:
        page = of(order, asked, found=found)
        seen = page.rows + seen if back else seen + page.rows
    return seen


@pytest.mark.parametrize("busy", [False, True])
@pytest.mark.parametrize("back", [False, True])
@pytest.mark.parametrize(
    "order",
    [["starts_on"], ["-starts_on"], ["note", "-starts_on"], ["-note", "starts_on", "-pk"], ["-pk"]],
)
def test_every_row_stands_on_one_page_in_order(breaks, order, back, busy):
    names = order if order[-1].endswith("pk") else [*order, "-" * (order[-1][0] == "-") + "pk"]
    expected = list(Break.objects.filter(scheme="paged").order_by(*names))
    # Going back, the first page is filled up where the last one left too few.
    found = list(dict.fromkeys(walked(order, back=back, found=found_in(Break, busy=busy))))
    assert found == expected
    assert len(expected) == len(breaks)


@pytest.mark.parametrize("order", [["valid_to"], ["-valid_to"], ["code", "-valid_to"]])
@pytest.mark.parametrize("back", [False, True])
@pytest.mark.parametrize("busy", [False, True])
def test_rows_that_lack_what_they_are_sorted_by_are_on_a_page_too(order, back, busy):
    days = [date(2031, 1, 2), None, date(2031, 1, 1), None, None, date(2031, 1, 1), None]
    for nth, day in enumerate(days):
        Organisation.objects.create(
            scheme="paged", name="X", code=f"c{nth}", valid_from=date(2030, 1, 1), valid_to=day
        )
    found = found_in(Organisation, busy=busy)
    seen = list(dict.fromkeys(walked(order, back=back, found=found)))
    down = "-" * (order[-1][0] == "-")
    found = Organisation.objects.filter(scheme="paged")
    assert seen == list(found.order_by(*order, f"{down}pk"))
    assert len(seen) == len(days)


def test_no_row_is_lost_or_doubled_while_rows_arrive_and_go(breaks):
    page = of(["starts_on"])
    seen = list(page.rows)
    early = Break.objects.create(
        scheme="paged", starts_on=date(2030, 1, 1), ends_on=date(2030, 1, 1)
    )
    late = Break.objects.create(
        scheme="paged", starts_on=date(2032, 1, 1), ends_on=date(2032, 1, 1)
    )
    Break.objects.filter(pk=page.rows[-1].pk).delete()
    while page.next:
        page = of(["starts_on"], page.next)
        seen += page.rows
    assert len(seen) == len(set(seen))
    assert set(seen) == {*breaks, late}
    assert early not in seen
    back = [of(["starts_on"], page.previous)]
    while back[-1].previous:
        back.append(of(["starts_on"], back[-1].previous))
    assert early in back[-1].rows


def test_counted_pages_lose_a_row_when_another_goes(breaks):
    found = Break.objects.filter(scheme="paged").order_by("starts_on", "pk")
    first = list(found[:SIZE])
    Break.objects.filter(pk=first[0].pk).delete()
    assert set(first) | set(found[SIZE:]) != set(breaks)


def test_a_page_whose_rows_are_gone_is_the_nearest_one(breaks):
    second = of(["-pk"], of(["-pk"]).next)
    last = of(["-pk"], paging.LAST)
    Break.objects.filter(pk__lte=second.rows[-1].pk, scheme="paged").delete()
    assert of(["-pk"], second.next).rows == of(["-pk"], paging.LAST).rows != last.rows
    Break.objects.filter(scheme="paged").delete()
    empty = of(["-pk"], second.next)
    assert (empty.rows, empty.several, empty.count) == ([], False, 0)


def test_the_page_before_the_second_is_the_first_and_full(breaks):
    first = of(["-pk"])
    assert of(["-pk"], of(["-pk"], first.next).previous).rows == first.rows
    assert not of(["-pk"], of(["-pk"], first.next).previous).previous
    # Counted from the end it would be a rest.
    page = of(["-pk"], paging.LAST)
    while page.previous:
        page = of(["-pk"], page.previous)
    assert page.rows == first.rows


@pytest.mark.parametrize(
    "broken",
    ["x", "2", "0", "\0", "~", "a~b", "é~ß", "W10~x", ".." * 5000, "last ", "LAST", "null", "[]"],
)
def test_an_address_that_we_did_not_give_out_shows_the_first_page(breaks, broken):
    assert of(["starts_on"], broken).rows == of(["starts_on"]).rows


def test_an_address_counts_for_its_own_list_and_order_only(breaks):
    asked = of(["starts_on"]).next
    assert of(["starts_on"], asked).rows != of(["starts_on"]).rows
    for order in (["-starts_on"], ["note"], ["pk"], ["note", "starts_on"]):
        assert of(order, asked).rows == of(order).rows
    pools = paging.page(Pool.objects.all(), ["starts_on"], asked, size=SIZE)
    assert pools.rows == paging.page(Pool.objects.all(), ["starts_on"], None, size=SIZE).rows
    bent = ("B" if asked[0] == "A" else "A") + asked[1:]
    assert of(["starts_on"], bent).rows == of(["starts_on"]).rows


@pytest.mark.parametrize(
    "value", [Decimal("12.50"), datetime(2031, 1, 1, 8, 30, 1, 999, UTC), "å ~ ' \" ; --", 7, True]
)
def test_what_a_list_is_sorted_by_comes_through_an_address_unchanged(breaks, value):
    found = Break.objects.filter(scheme="paged").annotate(by=Value(value))
    page = of(["by", "pk"], found=found, never_null=["by"])
    url = RequestFactory().get("/", {"page": page.next}).GET["page"]
    assert of(["by", "pk"], url, found=found, never_null=["by"]).rows == breaks[SIZE : 2 * SIZE]


def test_a_long_list_is_counted_so_far_only(breaks, monkeypatch):
    monkeypatch.setattr(paging, "COUNTED", 5)
    page = of(["-pk"])
    assert (page.count, page.more) == (5, True)
    page = of(["-pk"], found=Break.objects.filter(scheme="paged", note="a"))
    assert (page.count, page.more) == (4, False)
    assert of(["-pk"], number=8).more
    assert (of(["-pk"], most=6).count, of(["-pk"], most=6).more) == (6, True)
    assert paging.counted_so_far(Break.objects.filter(scheme="paged")) == "5+"
    assert paging.counted_so_far(Break.objects.filter(scheme="paged", note="a")) == 4


@pytest.mark.parametrize("order", [["-starts_on"], ["starts_on", "pk"]])
def test_no_page_is_reached_by_counting(breaks, order):
    asked = of(order).next
    with CaptureQueriesContext(connection) as sent:
        of(order, asked, number=8)
    assert len(sent) == 1
    assert "OFFSET" not in sent[0]["sql"]
    assert sent[0]["sql"].count("ROW(") == 2


def test_what_a_busy_page_asks_is_counted_as_far_as_any_other(breaks):
    for most in (5, len(breaks), 100):
        plain, busy = (
            of(["-pk"], found=found_in(Break, busy=busy), most=most) for busy in (False, True)
        )
        assert (busy.count, busy.more) == (plain.count, plain.more)
