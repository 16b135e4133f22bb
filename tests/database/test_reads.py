"""Small tables are read once for each page that is fetched, and anew wherever something may have changed."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from database.reads import ReadsOnce, read_anew, read_once, reading_once


@pytest.fixture
def table():
    """A table with one figure, and how often it was read."""
    return {"figure": 1, "read": 0}


@pytest.fixture
def figure(table):
    @read_once
    def figure(times):
        table["read"] += 1
        return table["figure"] * times

    return figure


def sent(figure, method):
    """Send a request whose page reads the figure twice and then once of another kind."""
    page = ReadsOnce(lambda request: HttpResponse(f"{figure(1)} {figure(1)} {figure(2)}"))
    return page(RequestFactory().generic(method, "/")).content.decode()


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_page_that_is_fetched_reads_the_same_thing_once(table, figure, method):
    assert sent(figure, method) == "1 1 2"
    assert table["read"] == 2


def test_a_form_that_is_sent_reads_each_time(table, figure):
    assert sent(figure, "POST") == "1 1 2"
    assert table["read"] == 3


def test_the_next_page_reads_what_was_changed(table, figure):
    sent(figure, "GET")
    table["figure"] = 10
    assert sent(figure, "GET") == "10 10 20"


def test_a_page_that_breaks_keeps_nothing_for_the_next(table, figure):
    def breaks(request):
        figure(1)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ReadsOnce(breaks)(RequestFactory().get("/"))
    table["figure"] = 5
    assert figure(1) == 5


def test_a_block_reads_once_until_it_is_told_that_something_changed(table, figure):
    with reading_once():
        assert [figure(1), figure(1), table["read"]] == [1, 1, 1]
        table["figure"] = 7
        read_anew(figure)
        assert figure(1) == 7
    table["figure"] = 9
    assert figure(1) == 9
