"""Each tab and sort of finance's list is a walk along an index, first page and last: nothing is sorted."""

from datetime import date

import pytest
from django.db import connection

from database import paging
from invoicing import register
from invoicing.entries import SOON, Entry
from invoicing.views.lists import TABS
from tests import factories
from tests.plans import plan

pytestmark = pytest.mark.django_db
ON = date(2026, 4, 20)


@pytest.mark.parametrize("turned", ["", "-"])
@pytest.mark.parametrize("sort", register.SORTS)
@pytest.mark.parametrize("tab", ["unsent", "sent", "settled", "credited", "all"])
def test_every_tab_and_sort_is_paged_by_an_index(tab, sort, turned):
    rows = Entry.objects.filter(scheme="rfr")
    if tab != "all":
        rows = rows.filter(register.standing_in(TABS[tab], ON, ON + SOON))
    column = register.SORTS[sort]
    other = [] if tab == "all" else [f"entry_{column}"]
    ordered = rows.order_by(*register.order(f"{turned}{sort}"))
    said = plan(ordered[:50], bitmaps=False, without=other)
    assert f"using {'entry' if tab == 'all' else 'entry_at'}_{column} " in said, said
    assert "Sort" not in said


@pytest.mark.parametrize("tab", ["due", "overdue"])
def test_what_is_due_is_found_by_its_day(tab):
    rows = Entry.objects.filter(register.standing_in(TABS[tab], ON, ON + SOON), scheme="rfr")
    assert "using entry_pending " in plan(rows.order_by("due")[:50], bitmaps=False)


def test_the_page_after_a_row_begins_at_its_place_in_the_index(django_assert_num_queries):
    for nth in range(3):
        factories.approved(number=factories.personal_number(nth))
    rows, order = Entry.objects.filter(scheme="rfr"), register.order("amount")
    first = paging.page(rows, order, None, size=1)
    with django_assert_num_queries(2) as asked:
        second = paging.page(rows, order, first.next, size=1)
    assert first.rows != second.rows
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan TO off; SET LOCAL enable_bitmapscan TO off")
        cursor.execute(f"EXPLAIN {asked.captured_queries[0]['sql']}")
        said = "\n".join(line for (line,) in cursor.fetchall())
    assert "Index Cond" in said
    assert "ROW(signed, invoice_id) >" in said
