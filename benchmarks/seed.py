"""Fills a database with many applications of both schemes: python -m benchmarks.seed 100000

A dozen cases in every situation are made through the services, then copied in PostgreSQL: people,
history, signatures, decisions, ledger, invoices, payments, each with its own keys, numbers and links.
`manage.py verify` finds nothing in what comes of it. Needs the owner of an empty, migrated database, given by
DATABASE_URL; KURSMEDEL_TODAY=2026-04-20 is the day that fits it.
"""

import os
import sys
import tempfile
import time
from decimal import Decimal

# What a case is made of, in the order in which the rows point to each other.
COPIED = [
    *("accounts_user", "applications_application", "applications_event", "applications_original"),
    *("applications_paper", "applications_document", "applications_headrequest"),
    *("applications_verdict", "applications_question", "applications_notice"),
    *("decisions_signature", "decisions_decision", "schemes_ledgerentry"),
    *("schemes_personalallowance", "schemes_allowanceentry", "invoicing_invoice"),
    *("invoicing_packet", "invoicing_settlement", "invoicing_paymentbatch"),
    *("invoicing_payment", "invoicing_paymentfile"),
]
ONLY = {
    "accounts_user": "t.id IN (SELECT applicant_id FROM applications_application)",
    "schemes_ledgerentry": "t.subject IS NOT NULL",
}
# Columns whose copies differ by more than their keys.
OWN = {
    "person_key": "CASE WHEN t.person_key = '' THEN '' "
    "ELSE encode(sha256((t.person_key || n)::bytea), 'hex') END",
    "message_id": "'KM-' || md5(t.message_id || n)",
    "email": "n || '.' || t.email",
    "number": "t.number + n * 1000",
}
OWN_OF = {
    "accounts_user": ("person_key", "email"),
    "applications_application": ("person_key",),
    "schemes_personalallowance": ("person_key",),
    "invoicing_paymentbatch": ("message_id",),
    "invoicing_invoice": ("number",),
}
NUMBERED = """
UPDATE invoicing_invoice i SET number = r.number, snapshot = jsonb_set(i.snapshot, '{number}',
    to_jsonb(regexp_replace(i.snapshot->>'number', '[0-9]+$', '')
        || lpad(r.number::text, greatest(5, length(r.number::text)), '0')))
FROM (SELECT id, row_number() OVER (PARTITION BY series_id ORDER BY id) AS number
    FROM invoicing_invoice) r
WHERE r.id = i.id
"""
POOLS = """
INSERT INTO schemes_ledgerentry (pool_id, kind, amount, note, at, by_id)
    SELECT pool_id, 'budget', 10 * sum(amount) FILTER (WHERE kind = 'grant'), 'Seed', max(at),
        (SELECT min(id) FROM accounts_user)
    FROM schemes_ledgerentry GROUP BY pool_id;
UPDATE schemes_pool p SET budget = s.budget, committed = s.committed
FROM (SELECT pool_id, sum(amount) FILTER (WHERE kind IN ('budget', 'transfer')) AS budget,
    sum(amount) FILTER (WHERE kind IN ('grant', 'release')) AS committed
    FROM schemes_ledgerentry GROUP BY pool_id) s WHERE s.pool_id = p.id;
DELETE FROM oversight_balance;
INSERT INTO oversight_balance (pool_id, committed, budget)
    SELECT id, committed, budget FROM schemes_pool
"""


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    began = time.perf_counter()
    made = seed(count)
    sys.stdout.write(f"{made} applications in {time.perf_counter() - began:.0f} s\n")


def seed(count):
    """Make about as many applications and return how many there are."""
    from django.db import connection, transaction

    from applications.models import Application

    _samples()
    times = max(0, -(-count // Application.objects.count()) - 1)
    with transaction.atomic(), connection.cursor() as cursor:
        # The triggers were honoured by the samples; the copies are made past them, and verified.
        cursor.execute("SET LOCAL session_replication_role TO replica")
        plan = Plan(cursor)
        for table in COPIED:
            plan.copy(table, times)
        # Far above all that are given, so that no two are alike on the way.
        cursor.execute("UPDATE invoicing_invoice SET number = 1000000000 + id")
        cursor.execute(NUMBERED)
        cursor.execute(POOLS)
        _link(cursor)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return Application.objects.count()


def _samples():
    """Make the cases that are copied, through the services."""
    from django.conf import settings

    from tests import factories

    both = {name: factories.signatory(name) for name in ("chair", "representative")}
    number = iter(factories.personal_number(nth) for nth in range(100))
    with tempfile.TemporaryDirectory() as folder:
        settings.MEDIA_ROOT = folder
        factories.draft(number=next(number))
        for _ in range(2):
            factories.confirmed(number=next(number))
        factories.refused(number=next(number), **both)
        factories.ended(number=next(number), **both)
        _settled([factories.approved(number=next(number), **both) for _ in range(5)][2:])
        _refunds()


def _settled(granted):
    from invoicing import services
    from tests import factories

    by, at = factories.finance(), factories.APRIL
    for each in granted:
        services.settle(application=each, actual_cost=Decimal(4000), by=by, at=at)


def _refunds():
    from decisions import services as decisions
    from invoicing import packet, services
    from tests import factories
    from tests.payout import test_fastlege as refunds
    from tests.payout.situations import released

    at, ended = refunds.AUGUST, refunds.granted()
    decisions.end(application=ended, reason="X", by=ended.applicant, at=at)
    statement = services.current(refunds.granted())
    packet.render(statement.packet.pk, at=at)
    finance = factories.appointed("finance", scheme=statement.application.scheme)
    released(factories.again(statement), by=finance, at=at)


class Plan:
    """How the samples are copied: each key is moved by as much as the row that it points to."""

    def __init__(self, cursor):
        self.cursor = cursor
        self.strides = {
            table: self._one(f"SELECT max(id) + 1 FROM {table}") or 1 for table in COPIED
        }
        self.applicants = self._one(
            "SELECT string_agg(DISTINCT applicant_id::text, ',') FROM applications_application"
        )

    def copy(self, table, times):
        columns = self._columns(table)
        names = ", ".join(f'"{name}"' for name, _kind in columns)
        values = ", ".join(self._value(table, *column) for column in columns)
        self.cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} t "
            f"CROSS JOIN generate_series(1, %s) n WHERE {ONLY.get(table, 'true')}",
            [times],
        )
        self._one(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")

    def _one(self, sql):
        self.cursor.execute(sql)
        return self.cursor.fetchone()[0]

    def _columns(self, table):
        self.cursor.execute(
            "SELECT column_name, data_type FROM information_schema.columns "
            "WHERE table_schema = 'public' AND table_name = %s ORDER BY ordinal_position",
            [table],
        )
        return self.cursor.fetchall()

    def _value(self, table, name, kind):
        if name in OWN_OF.get(table, ()):
            return OWN[name]
        if kind == "uuid":
            return f'md5(t."{name}"::text || n)::uuid'
        target = table if name == "id" else self._target(table, name)
        if target not in COPIED:
            return f't."{name}"'
        moved = f't."{name}" + n * {self.strides[target]}'
        if target == "accounts_user" and name != "id":
            return f'CASE WHEN t."{name}" IN ({self.applicants}) THEN {moved} ELSE t."{name}" END'
        return moved

    def _target(self, table, name):
        from django.db import connection

        relation = connection.introspection.get_relations(self.cursor, table).get(name)
        return relation[1] if relation else None


def _link(cursor):
    from oversight.chain import content_of
    from oversight.linking import Unlinked, link_all
    from oversight.models import CHAINED

    cursor.execute("DELETE FROM oversight_link")
    tables = []
    for model, chained in CHAINED.items():
        table = model._meta.db_table
        key = chained.key.replace("NEW.", f"{table}.")
        tables.append(Unlinked(table, chained.chain, key, content_of(model, chained, row=table)))
    link_all(cursor, tables)


if __name__ == "__main__":
    main()
