"""Cases that wait for the last signature: one made through the services, then copied in PostgreSQL."""

from benchmarks.stage import sql

# A copy is a draft first and is submitted then, so that the guards of the table see it like any other.
COPY = """
INSERT INTO {table} SELECT (jsonb_populate_record(NULL::{table}, to_jsonb(t) || {changes}
    || jsonb_build_object('id', nextval(pg_get_serial_sequence('{table}', 'id'))))).*
FROM {table} t, {times} RETURNING id
"""
OF_A_CASE = ("applications_event", "applications_verdict")
# With what is their own besides the key
OWN = {
    "applications_headrequest": "'uuid', gen_random_uuid(), ",
    "applications_paper": "'uuid', gen_random_uuid(), 'original_id', NULL, ",
}


REFUNDS = "fastlege"


def grants(count, *, same_person=False, signed_by=None):
    """Return applications of the first scheme, confirmed by their heads of unit."""
    from schemes import services as pools
    from tests import factories

    # Opened beforehand: who opens a pool keeps the others waiting until all is decided.
    pools.pool_for(scheme=factories.SCHEME, on=factories.APRIL.date(), at=factories.APRIL)
    first = factories.confirmed(number=factories.personal_number(_next()))
    return _many(first, count, same_person=same_person, signed_by=signed_by)


def refunds(count, *, same_person=False):
    """Return applications of a scheme that pays out, judged already: one whole day of absence."""
    from schemes import services as pools
    from schemes.registry import get
    from tests.decisions import test_refund as situations

    officer = situations.officer()
    pools.pool_for(scheme=get(REFUNDS), on=situations.JUNE.date(), at=situations.JUNE)
    with _own_files():
        case = situations.submitted(absence=["2022-06-07|whole|"])
    first = situations.judged(case, by=officer)
    return officer, _many(first, count, same_person=same_person)


def _many(first, count, *, same_person, signed_by=None):
    from applications.models import Application
    from tests.factories import signed

    keys = [first.pk, *copies(first, count - 1, same_person=same_person)]
    cases = list(Application.objects.filter(pk__in=keys).order_by("pk"))
    for each in cases if signed_by else ():
        signed(each, by=signed_by)
    return cases


def copies(case, count, *, same_person):
    """Copy a submitted case so many times and return the keys."""
    key = "t.person_key" if same_person else "md5(random()::text)"
    changes = (
        f"jsonb_build_object('uuid', gen_random_uuid(), 'state', 'draft', 'person_key', {key})"
    )
    table, times = "applications_application", f"generate_series(1, {count}) WHERE t.id = %s"
    keys = [pk for (pk,) in sql(COPY.format(table=table, changes=changes, times=times), [case.pk])]
    sql("UPDATE applications_application SET state = 'submitted' WHERE id = ANY (%s)", [keys])
    for table in (*OF_A_CASE, *OWN):
        _copy_rows(table, case, keys)
    return keys


def _copy_rows(table, case, keys):
    own = OWN.get(table, "")
    changes = f"jsonb_build_object({own}'application_id', k.id)"
    times = "unnest(%s::bigint[]) k(id) WHERE t.application_id = %s"
    sql(COPY.format(table=table, changes=changes, times=times), [keys, case.pk])


def _own_files():
    import tempfile

    from django.test import override_settings

    return override_settings(MEDIA_ROOT=tempfile.mkdtemp(prefix="kursmedel-benchmark-"))


def _next(counter=iter(range(1, 10_000))):  # noqa: B008, one counter for the whole run
    return next(counter)


def forget():
    """Empty the tables of cases and money, past their guards, so that each question begins alone."""
    from django.db import connection

    tables = [each for each in connection.introspection.table_names() if each.startswith(EMPTIED)]
    names = ", ".join(f'"{each}"' for each in [*tables, *POOLS])
    sql(f"BEGIN; SET LOCAL session_replication_role TO replica; TRUNCATE {names} CASCADE; COMMIT")


EMPTIED = ("applications_", "decisions_", "invoicing_", "oversight_")
POOLS = (
    *("schemes_pool", "schemes_ledgerentry"),
    *("schemes_personalallowance", "schemes_allowanceentry"),
)
