"""The application's own database role cannot rewrite what is written for good."""

import pgtrigger
import pytest
from django.db import ProgrammingError, connection, transaction
from psycopg import sql

from database.rights import locked, written_for_good
from schemes.guards import append_only, never_removed
from tests.role import ROLE

pytestmark = pytest.mark.django_db


def as_the_role(statement, **names):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(**names))


def test_every_test_works_as_the_role():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == (ROLE,)


def test_what_may_be_changed_and_is_never_removed_is_known():
    tables = {
        kept: {table for right, table in written_for_good() if right == kept}
        for kept in ("UPDATE", "DELETE")
    }
    assert tables["UPDATE"] <= tables["DELETE"]
    assert tables["DELETE"] - tables["UPDATE"] == {
        *("applications_question", "decisions_signature", "invoicing_packet")
    }


def test_what_is_never_removed_may_be_changed_and_what_is_only_added_to_may_not():
    kept, written = never_removed("question"), append_only("question")
    assert [each.operation for each in kept] == [pgtrigger.Delete, pgtrigger.Truncate]
    assert [each.operation for each in written] == [pgtrigger.Update, *(k.operation for k in kept)]
    assert [each.name for each in written[1:]] == [each.name for each in kept]


@pytest.mark.parametrize(("right", "table"), written_for_good())
def test_the_role_lacks_the_right_to_rewrite(right, table):
    statement = "DELETE FROM {table}" if right == "DELETE" else "UPDATE {table} SET id = id"
    if right == "UPDATE" and table in locked():
        statement = "UPDATE {table} SET scheme = scheme"
    with pytest.raises(ProgrammingError, match="permission denied"):
        as_the_role(statement, table=sql.Identifier(table))


@pytest.mark.parametrize("table", sorted({table for _right, table in written_for_good()}))
def test_the_role_cannot_empty_a_table_or_switch_off_its_triggers(table):
    for statement in ["TRUNCATE {table}", "ALTER TABLE {table} DISABLE TRIGGER ALL"]:
        with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
            as_the_role(statement, table=sql.Identifier(table))


def test_the_role_can_do_the_daily_work():
    as_the_role("UPDATE schemes_pool SET id = id WHERE false")
    as_the_role("DELETE FROM accounts_session WHERE false")
