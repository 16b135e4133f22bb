"""Every index is written with each row: none of ours tells what another one tells as well."""

import pytest
from django.apps import apps
from django.db import connection

pytestmark = pytest.mark.django_db

# Each plain index with its table, its columns in order and how they are compared.
PLAIN = """
SELECT c.relname, t.relname, i.indkey::text, i.indclass::text, i.indisunique
FROM pg_index i
    JOIN pg_class c ON c.oid = i.indexrelid
    JOIN pg_class t ON t.oid = i.indrelid
    JOIN pg_am a ON a.oid = c.relam
WHERE a.amname = 'btree' AND i.indpred IS NULL AND i.indexprs IS NULL AND t.relname = ANY(%s)
"""
OURS = ("accounts", "applications", "decisions", "invoicing", "oversight", "schemes")


def plain_indexes():
    models = [model for model in apps.get_models() if model._meta.app_label in OURS]
    with connection.cursor() as cursor:
        cursor.execute(PLAIN, [[model._meta.db_table for model in models]])
        return cursor.fetchall()


def tells_less(index, other):
    """Whether an index has only the first columns of another one, and forbids nothing."""
    name, table, columns, kinds, unique = index
    if unique or name == other[0] or table != other[1]:
        return False
    return f"{other[2]} ".startswith(f"{columns} ") and f"{other[3]} ".startswith(f"{kinds} ")


def test_no_index_has_only_the_first_columns_of_another():
    found = plain_indexes()
    assert len(found) > 100
    assert [
        (each[0], other[0]) for each in found for other in found if tells_less(each, other)
    ] == []
