"""What the owner of the database can do by force: write with every guard switched off."""

from contextlib import contextmanager

from django.db import connection, transaction
from django.utils import translation

from oversight.verifying import sentence, verify
from tests.role import as_owner


def by_force(sql, *values):
    """Run SQL as the owner, past every trigger and foreign key of ours."""
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("SET LOCAL session_replication_role TO replica")
        cursor.execute(sql, values)
        cursor.execute("SET LOCAL session_replication_role TO origin")


@contextmanager
def at_commit():
    """Hand out a cursor of the application's role; what is checked at commit is checked at the end."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        yield cursor
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def run(sql, *values):
    """Run statements, parted by ";", as the application's role, up to what is checked at commit."""
    with at_commit() as cursor:
        for statement in sql.split("; "):
            number = statement.count("%s")
            cursor.execute(statement, values[:number])
            values = values[number:]


def found(head=""):
    """Return how often each check finds something."""
    return {each.check.slug: each.count for each in verify(head=head) if each.count}


def sentences(head=""):
    """Return everything that is found, as English sentences."""
    with translation.override("en"):
        return [sentence(finding) for each in verify(head=head) for finding in each.findings]
