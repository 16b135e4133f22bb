"""What the application's own database role may do: everything but rewrite what is written for good."""

import pgtrigger
from django.apps import apps
from django.db import connection
from django.db.backends.utils import CursorWrapper
from psycopg import sql

EVERYTHING = "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}"
NUMBERS = "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}"
FUNCTIONS = "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {role}"
# The library that puts up our triggers lets whoever asks by a setting step around them. Here only a row does
# that the owner's function for terms of retention writes and takes away again (oversight.removing): the
# setting spares everybody else the look.
ASIDE = """
BEGIN
    IF current_setting('kursmedel.aside', true) IS DISTINCT FROM 'on' THEN
        RETURN false;
    END IF;
    RETURN EXISTS (SELECT 1 FROM public.oversight_aside
        WHERE transaction = pg_current_xact_id_if_assigned()::text::bigint);
END
"""
HARDLY_ASIDE = f"""
CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(trigger_name name) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $aside${ASIDE}$aside$
"""
RIGHTS = {pgtrigger.Update: "UPDATE", pgtrigger.Delete: "DELETE"}


def grant_rights(*, role: str, password: str | None) -> None:
    """Make the database role *role* where it is missing and give it exactly the rights it needs.

    Needs the tables' owner; to be repeated after each migration. The role owns nothing, so it can
    neither change tables, nor empty them, nor switch off a trigger (invariant 4).
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        verb = "ALTER" if cursor.fetchone() else "CREATE"
        cursor.execute(_sql(f"{verb} ROLE {{role}} LOGIN", role) + _with(password))
        for statement in [
            EVERYTHING,
            NUMBERS,
            FUNCTIONS,
            "REVOKE ALL ON django_migrations FROM {role}",
        ]:
            cursor.execute(_sql(statement, role))
        cursor.execute(_sql("GRANT SELECT ON django_migrations TO {role}", role))
        close_back_doors(cursor)
        for right, table in written_for_good():
            cursor.execute(_sql(f"REVOKE {right} ON {{table}} FROM {{role}}", role, table))
        for table in written_by_triggers():
            write = "REVOKE INSERT, UPDATE, DELETE ON {table} FROM {role}"
            cursor.execute(_sql(write, role, table))
        for table in locked():
            cursor.execute(_sql("GRANT UPDATE (id) ON {table} TO {role}", role, table))


def close_back_doors(cursor: CursorWrapper) -> None:
    """Let no role step around the triggers: neither by the library's setting nor by temporary tables.

    A temporary table is found before the real one of its name, also by a trigger that counts in it.
    """
    cursor.execute(HARDLY_ASIDE)
    cursor.execute("SELECT current_database()")
    database = sql.Identifier(cursor.fetchone()[0])
    for right in ("TEMPORARY ON DATABASE {database}", "CREATE ON SCHEMA public"):
        cursor.execute(sql.SQL(f"REVOKE {right} FROM PUBLIC").format(database=database))


def written_for_good() -> list[tuple[str, str]]:
    """Return (right, table) for each UPDATE and DELETE that a trigger refuses whatever the row holds."""
    return [
        (right, model._meta.db_table)
        for model in apps.get_models(include_auto_created=True)
        for trigger in getattr(model._meta, "triggers", [])
        if type(trigger) is pgtrigger.Protect and trigger.condition is None
        for operation, right in RIGHTS.items()
        if trigger.operation == operation
    ]


def written_by_triggers() -> list[str]:
    """Return the tables that only the owner writes, or PostgreSQL's own functions in the owner's name."""
    models = apps.get_models()
    return [m._meta.db_table for m in models if getattr(m, "written_by_triggers", False)]


def locked() -> list[str]:
    """Return the tables whose unchanging rows are locked, as the name of a queue.

    A lock needs the right to update some column; the triggers refuse the update all the same.
    """
    return [m._meta.db_table for m in apps.get_models() if getattr(m, "rows_are_locked", False)]


def _sql(statement: str, role: str, table: str = "") -> sql.Composed:
    names = {"role": sql.Identifier(role), "table": sql.Identifier(table)}
    return sql.SQL(statement).format(**names)


def _with(password: str | None) -> sql.Composable:
    return sql.SQL(" PASSWORD {}").format(sql.Literal(password)) if password else sql.SQL("")
