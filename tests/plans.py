"""How PostgreSQL goes about a query in the small tables of the tests."""

from django.db import connection

from tests.role import as_owner


def plan(rows, *, bitmaps=True, without=()):
    """Return how it is done where PostgreSQL may neither read a whole table nor sort.

    In small tables one index costs what another does: `without` names those that would do as well there.
    They come back with the end of the test.
    """
    with as_owner(), connection.cursor() as cursor:
        # What still waits for the commit would be in the way.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        for index in without:
            cursor.execute(f"DROP INDEX {index}")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan TO off; SET LOCAL enable_sort TO off")
        cursor.execute(f"SET LOCAL enable_bitmapscan TO {'on' if bitmaps else 'off'}")
    return rows.explain()
