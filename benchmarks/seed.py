"""Fills a database with many applications of both schemes: python -m benchmarks.seed 100000

Two dozen cases of several years are made through the services, then copied in PostgreSQL: people,
history, signatures, decisions, ledger, invoices, payments, who read them, each with its own keys, numbers
and links. What an office has on its desk, drafts, undecided and unpaid, is copied a hundred times however
large the register is: as much as RFR decides in some months. `manage.py verify` finds nothing in what
comes of it. Needs the owner of an empty, migrated database, given by DATABASE_URL; KURSMEDEL_TODAY=2026-04-20
is the day that fits it.
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
    *("invoicing_packet", "invoicing_handling", "invoicing_settlement", "invoicing_paymentbatch"),
    *("invoicing_payment", "invoicing_paymentfile", "applications_reading"),
]
ON_THE_DESK = 100  # copies of each case that waits for somebody
YEARS = (2024, 2025, 2026)
ONLY = {
    "accounts_user": "t.id IN (SELECT applicant_id FROM applications_application)",
    "schemes_ledgerentry": "t.subject IS NOT NULL",
}
# The samples have the first numbers of each series; the copies go on from there.
NUMBER = """((SELECT last FROM last_numbers s WHERE s.series_id = t.series_id)
    + row_number() OVER (PARTITION BY t.series_id ORDER BY n, t.id))"""
LAST_NUMBERS = """
CREATE TEMPORARY TABLE last_numbers ON COMMIT DROP AS
    SELECT series_id, max(number) AS last FROM invoicing_invoice GROUP BY series_id
"""
NUMBERED = f"""jsonb_set(t.snapshot, '{{number}}', to_jsonb(
    regexp_replace(t.snapshot->>'number', '[0-9]+$', '')
    || lpad({NUMBER}::text, greatest(5, length({NUMBER}::text)), '0')))"""
PLAIN_INDEXES = """
SELECT indrelid::regclass::text, indexrelid::regclass::text, pg_get_indexdef(indexrelid)
FROM pg_index WHERE indrelid::regclass::text = ANY(%s) AND NOT indisunique
"""
# What PostgreSQL's own functions keep as each row is written; here it is filled at once.
KEPT = ["invoicing_entry", "invoicing_tally"]
# Columns whose copies differ by more than their keys.
OWN = {
    "person_key": "CASE WHEN t.person_key = '' THEN '' "
    "ELSE encode(sha256((t.person_key || n)::bytea), 'hex') END",
    "message_id": "'KM-' || md5(t.message_id || n)",
    "email": "n || '.' || t.email",
    "number": NUMBER,
    "snapshot": NUMBERED,
    "participant": "(ARRAY['Test Alm','Test Berg','Test Dahl','Test Ek','Test Fors','Test Gran',"
    "'Test Hav','Test Lind','Test Mo','Test Sten'])[mod(n, 10) + 1] || ' ' || n",
    "course_title": "CASE WHEN t.course_title = '' THEN '' ELSE (ARRAY['Hjärtdagarna','Ultraljud',"
    "'Smärta','Barnhälsa','Akutmötet','Hudveckan','Lungor'])[mod(n, 7) + 1] || ' ' || mod(n, 990) END",
    "html": "''",  # a letter's look, most of a seeded database
}
OWN_OF = {
    "accounts_user": ("person_key", "email"),
    "applications_application": ("person_key", "participant", "course_title"),
    "applications_notice": ("html",),
    "schemes_personalallowance": ("person_key",),
    "invoicing_paymentbatch": ("message_id",),
    "invoicing_invoice": ("number", "snapshot"),
}
POOLS = """
INSERT INTO schemes_ledgerentry (pool_id, kind, amount, note, at, by_id)
    SELECT pool_id, 'budget', 10 * sum(amount) FILTER (WHERE kind = 'grant'), 'Seed', max(at),
        (SELECT min(id) FROM accounts_user)
    FROM schemes_ledgerentry GROUP BY pool_id;
UPDATE schemes_pool p SET budget = s.budget, committed = s.committed
FROM (SELECT pool_id, sum(amount) FILTER (WHERE kind IN ('budget', 'transfer')) AS budget,
    sum(amount) FILTER (WHERE kind IN ('grant', 'release')) AS committed
    FROM schemes_ledgerentry GROUP BY pool_id) s WHERE s.pool_id = p.id;
DELETE FROM schemes_spent;
INSERT INTO schemes_spent (pool_id, month, amount)
    SELECT l.pool_id, date_trunc('month', l.at AT TIME ZONE c.time_zone), sum(l.amount)
    FROM schemes_ledgerentry l JOIN schemes_pool p ON p.id = l.pool_id
    JOIN schemes_charter c ON c.scheme = p.scheme
    WHERE l.kind IN ('grant', 'release') GROUP BY 1, 2;
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


def seed(count, *, links=True):
    """Make about as many applications and return how many there are.

    Without the links of the chain it is quicker, but `verify` finds every row unlinked.
    """
    from django.db import connection, transaction

    from applications.models import Application

    _samples()
    waiting = on_the_desk()
    few = len(waiting["id"]) * (ON_THE_DESK + 1)
    samples = Application.objects.count() - len(waiting["id"])
    times = max(0, -(-(count - few) // samples) - 1)
    with transaction.atomic(), connection.cursor() as cursor:
        # The triggers were honoured by the samples; the copies are made past them, and verified.
        cursor.execute("SET LOCAL session_replication_role TO replica")
        plan = Plan(cursor, waiting)
        cursor.execute(LAST_NUMBERS)
        cursor.execute(PLAIN_INDEXES, [[*COPIED, *KEPT, "oversight_link"]])
        indexes = cursor.fetchall()
        for _table, name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
        for table in COPIED:
            plan.copy(table, times)
        cursor.execute(POOLS)
        if links:
            _link(cursor)
        # One by one they would be brought up to date with every row.
        for table, _name, definition in indexes:
            if table not in KEPT:
                cursor.execute(definition)
        _keep(cursor)
        for table, _name, definition in indexes:
            if table in KEPT:
                cursor.execute(definition)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")  # as PostgreSQL does by itself within minutes
    return Application.objects.count()


def on_the_desk():
    """Return what tells the rows of a case that waits for somebody, by the column that says it."""
    from django.db.models import Q

    from applications.models import Application
    from invoicing.models import Invoice

    decided = Q(state="approved", invoices__packet__rendered_at=None)
    waits = Q(state__in=["draft", "submitted", "returned"]) | decided
    cases = Application.objects.filter(waits)
    invoices = Invoice.objects.filter(application__in=cases)
    return {
        "id": [each.pk for each in cases],
        "applicant_id": [each.applicant_id for each in cases],
        "subject": [str(each.uuid) for each in cases],
        "person_key": [each.person_key for each in cases if each.person_key],
        "invoice_id": [each.pk for each in invoices],
    }


def _samples():
    """Make the cases that are copied, through the services."""
    from django.conf import settings

    from tests import factories

    both = {name: factories.signatory(name) for name in ("chair", "representative")}
    number = iter(factories.personal_number(nth) for nth in range(100))
    with tempfile.TemporaryDirectory() as folder:
        settings.MEDIA_ROOT = folder
        for year in YEARS:
            said = both | {"at": factories.APRIL.replace(year=year)}
            factories.refused(number=next(number), **said)
            factories.ended(number=next(number), **said)
            _settled(
                [factories.approved(number=next(number), **said) for _ in range(4)], said["at"]
            )
        factories.draft(number=next(number))
        factories.confirmed(number=next(number))
        factories.approved(number=next(number), **both)
        _refunds()
    _read()


def _hand_over(invoice, *, by, at):
    from invoicing import packet, services

    packet.render(invoice.packet.pk, at=at)
    services.mark_sent(invoices=[invoice], by=by, at=at)


def _settled(granted, at):
    from invoicing import services
    from tests import factories

    by = factories.finance()
    for each in granted:
        _hand_over(services.current(each), by=by, at=at)
        services.settle(application=each, actual_cost=Decimal(6000), by=by, at=at)
        _hand_over(each.invoices.get(kind="credit"), by=by, at=at)


def _refunds():
    from invoicing import packet, services
    from tests import factories
    from tests.payout import test_fastlege as refunds
    from tests.payout.situations import released
    from tests.schemes.test_fastlege_several import ANOTHER, THIRD

    finance = factories.appointed("finance", scheme="fastlege")
    for number in (ANOTHER, THIRD):
        statement = services.current(refunds.granted(national_id=number))
        packet.render(statement.packet.pk, at=refunds.AUGUST)
        released(factories.again(statement), by=finance, at=refunds.AUGUST)
    refunds.granted()


def _read():
    """Let somebody of the staff have opened each case."""
    from applications.models import Application, Reading
    from tests import factories

    by = factories.appointed("auditor")
    for each in Application.objects.exclude(submitted_at=None):
        of = {"scheme": each.scheme, "application": each, "person_id": each.applicant_id}
        at, what = each.submitted_at, Reading.What.CASE
        Reading.objects.create(by=by, by_name=str(by), what=what, at=at, **of)


class Plan:
    """How the samples are copied: each key is moved by as much as the row that it points to."""

    def __init__(self, cursor, waiting):
        self.cursor, self.waiting = cursor, waiting
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
            f"CROSS JOIN generate_series(1, %s) n WHERE {ONLY.get(table, 'true')} "
            f"AND n <= CASE WHEN {self._waits(table, names)} THEN %s ELSE %s END",
            [max(times, ON_THE_DESK), ON_THE_DESK, times],
        )
        self._one(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")

    def _waits(self, table, names):
        """Return the SQL that tells whether a row is of a case that waits for somebody."""
        if table in ("accounts_user", "applications_application"):
            told = "applicant_id" if table == "accounts_user" else "id"
            return self._among("id", told)
        for name in ("application_id", "subject", "invoice_id", "person_key"):
            if f'"{name}"' in names:
                return self._among(name, "id" if name == "application_id" else name)
        return "false"

    def _among(self, column, told):
        found = ", ".join(f"'{each}'" for each in self.waiting[told]) or "NULL"
        return f"t.{column} IN ({found})"

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


def _keep(cursor):
    """Fill what is kept beside the rows, as their triggers would have."""
    from invoicing.keeping import FILL, FILL_TALLY

    for table in KEPT:
        cursor.execute(f"DELETE FROM {table}")
    cursor.execute("ANALYZE")
    cursor.execute(FILL)
    cursor.execute(FILL_TALLY)


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
