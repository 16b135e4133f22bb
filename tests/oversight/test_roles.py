"""What the application's own database role tries by raw SQL, and what PostgreSQL answers, in both schemes."""

import pytest
from django.db import DatabaseError, connection

from database.rights import written_for_good
from invoicing.models import Invoice
from tests import factories
from tests.factories import again
from tests.oversight.force import at_commit, found
from tests.payout import test_fastlege as refunds
from tests.role import ROLE

pytestmark = pytest.mark.django_db
# Tables whose rows follow what happens: each may be changed, and none of the money rests on it alone.
FREE = {
    *(
        "accounts_mandate",
        "accounts_user",
        "accounts_user_groups",
        "accounts_user_user_permissions",
    ),
    *("account_emailaddress", "account_emailconfirmation", "mfa_authenticator"),
    *("socialaccount_socialaccount", "socialaccount_socialapp", "socialaccount_socialtoken"),
    *("auth_group", "auth_group_permissions", "auth_permission", "cache", "django_admin_log"),
    *("django_content_type", "accounts_session", "django_migrations"),
    *("accounts_sentform", "accounts_keptform", "applications_canary"),
    *("applications_application", "applications_document", "applications_headrequest"),
    *("applications_notice", "applications_paper", "applications_question"),
    *("decisions_signature", "decisions_savedview", "invoicing_packet", "invoicing_batchkey"),
    "invoicing_bundle",
    *("schemes_break", "schemes_closing", "schemes_organisation", "schemes_personalallowance"),
    *("schemes_pool", "schemes_payingaccount", "schemes_termsdraft"),
    # Dated figures of a scheme: a decision keeps a copy of those that counted for it.
    *("rfr_", "fastlege_"),
    # Written by PostgreSQL's own functions only.
    *("oversight_balance", "invoicing_entry", "invoicing_tally", "schemes_spent"),
    "schemes_edition",
    # By the tables' owner, after a migration.
    "schemes_charter",
    "oversight_aside",
    # Files that wait for being removed: the row goes with the file.
    "oversight_filetoremove",
}


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def test_every_table_is_written_for_good_or_named_as_free():
    for_good = {table for right, table in written_for_good() if right == "UPDATE"}
    unnamed = [
        table
        for table in connection.introspection.table_names()
        if table not in for_good and not any(table.startswith(name) for name in FREE)
    ]
    assert unnamed == []


# Invariants 1 to 5 of the design: what is tried, and what PostgreSQL answers. `case` is the application.
ATTEMPTS = {
    "1 a pool is granted beyond its budget": (
        "UPDATE schemes_pool SET committed = budget + 1 WHERE id = {pool}",
        "pool_never_overspent",
    ),
    "1 a budget sinks below what is granted": (
        "UPDATE schemes_pool SET budget = committed - 1 WHERE id = {pool}",
        "pool_never_overspent",
    ),
    "1 a pool forgets what is granted": (
        "UPDATE schemes_pool SET committed = 0 WHERE id = {pool}",
        "granted as far as its ledger says",
    ),
    "1 money is bound past the pool": (
        "INSERT INTO schemes_ledgerentry (pool_id, kind, amount, note, at) "
        "VALUES ({pool}, 'grant', 5, '', now())",
        "ledger_row_whole",
    ),
    "1 the money of a live grant is given back": (
        "INSERT INTO schemes_ledgerentry (pool_id, kind, amount, subject, note, at) "
        "SELECT {pool}, 'release', -granted, uuid, '', now() FROM applications_application "
        "WHERE id = {case}; UPDATE schemes_pool SET committed = 0 WHERE id = {pool}",
        "no more and no less",
    ),
    "1 money is given back that nobody had": (
        "INSERT INTO schemes_ledgerentry (pool_id, kind, amount, subject, note, at) "
        "VALUES ({pool}, 'release', -5, gen_random_uuid(), '', now()); "
        "UPDATE schemes_pool SET committed = committed - 5 WHERE id = {pool}",
        "no more and no less",
    ),
    "1 what the ledger adds up to is written over": (
        "UPDATE oversight_balance SET committed = 0",
        "permission denied",
    ),
    "1 what is granted is raised afterwards": (
        "UPDATE applications_application SET granted = granted + 1 WHERE id = {case}",
        "never changed",
    ),
    "2 the year of a grant is made free": (
        "UPDATE applications_application SET exclusive_key = 'other' WHERE id = {case}",
        "never changed",
    ),
    "2 a grant becomes another person's": (
        "UPDATE applications_application SET person_key = 'other' WHERE id = {case}",
        "never changed",
    ),
    "3 a decided application becomes a draft": (
        "UPDATE applications_application SET state = 'draft' WHERE id = {case}",
        "Invalid transition",
    ),
    "3 a grant is refused afterwards": (
        "UPDATE applications_application SET state = 'refused' WHERE id = {case}",
        "Invalid transition",
    ),
    "3 an application begins as granted": (
        "INSERT INTO applications_application (uuid, scheme, applicant_id, state, revision, answers, "
        "facts, participant, person_key, head_name, head_email, workplace, course_title, country, "
        "attendance, created_at, changed_at, awaited, report) SELECT gen_random_uuid(), scheme, "
        "applicant_id, 'approved', 0, '{{}}', '{{}}', '', 'x', '', '', '', '', '', '', now(), now(), "
        "'{{}}', '' FROM applications_application WHERE id = {case}",
        "Cannot insert",
    ),
    "3 a signature is added after the decision": (
        "INSERT INTO decisions_signature (application_id, signatory_id, name, capacity, deputy, ground, "
        "outcome, amount, reasons, text, revision, signed_at, void_reason) SELECT id, applicant_id, "
        "'X', 'x', false, '', 'grant', 1, '{{}}', '', revision, now(), '' "
        "FROM applications_application WHERE id = {case}",
        "A signature counts for a submitted application",
    ),
    "4 a row of the ledger is changed": (
        "UPDATE schemes_ledgerentry SET amount = 1",
        "permission denied",
    ),
    "4 a row of the ledger is removed": ("DELETE FROM schemes_ledgerentry", "permission denied"),
    "4 the ledger is emptied": ("TRUNCATE schemes_ledgerentry CASCADE", "permission denied"),
    "4 the history is changed": ("UPDATE applications_event SET text = 'X'", "permission denied"),
    "4 a decision is removed": ("DELETE FROM decisions_decision", "permission denied"),
    "4 an invoice is changed": ("UPDATE invoicing_invoice SET amount = 1", "permission denied"),
    "4 a link of the chain is changed": (
        "UPDATE oversight_link SET number = 9",
        "permission denied",
    ),
    "4 a signature is removed": ("DELETE FROM decisions_signature", "permission denied"),
    "4 a guard is switched off": (
        "ALTER TABLE schemes_ledgerentry DISABLE TRIGGER ALL",
        "must be owner",
    ),
    "4 all guards are switched off": (
        "SET LOCAL session_replication_role TO replica",
        "permission denied",
    ),
    "4 a temporary table stands before the real one": (
        "CREATE TEMPORARY TABLE decisions_signature (id int)",
        "permission denied",
    ),
    "4 a schema of its own stands before the real one": (
        "CREATE SCHEMA mine",
        "permission denied",
    ),
    "4 where an invoice stands is written over": (
        "UPDATE invoicing_entry SET stage = 'sent'",
        "permission denied",
    ),
    "4 what stands alike is counted otherwise": (
        "DELETE FROM invoicing_tally",
        "permission denied",
    ),
    "5 a number is left out": (
        "INSERT INTO invoicing_invoice (uuid, kind, application_id, series_id, number, amount, issued_on, "
        "due_on, issued_at, credits_id, snapshot) SELECT gen_random_uuid(), 'credit', application_id, "
        "series_id, number + 2, 1, issued_on, NULL, now(), id, '{{}}' "
        "FROM invoicing_invoice WHERE application_id = {case}",
        "The next invoice of the series is number 2, not 3",
    ),
    "5 a number is used twice": (
        "INSERT INTO invoicing_invoice (uuid, kind, application_id, series_id, number, amount, issued_on, "
        "due_on, issued_at, credits_id, snapshot) SELECT gen_random_uuid(), 'credit', application_id, "
        "series_id, number, 1, issued_on, NULL, now(), id, '{{}}' "
        "FROM invoicing_invoice WHERE application_id = {case}",
        "The next invoice of the series is number 2, not 1",
    ),
    "5 a decision has two invoices": (
        "INSERT INTO invoicing_invoice (uuid, kind, application_id, series_id, number, amount, issued_on, "
        "due_on, issued_at, snapshot) SELECT gen_random_uuid(), kind, application_id, series_id, "
        "number + 1, amount, issued_on, due_on, now(), '{{}}' "
        "FROM invoicing_invoice WHERE application_id = {case}",
        "invoice_one_per_decision",
    ),
    "5 more is credited than was claimed": (
        "INSERT INTO invoicing_invoice (uuid, kind, application_id, series_id, number, amount, issued_on, "
        "due_on, issued_at, credits_id, snapshot) SELECT gen_random_uuid(), 'credit', application_id, "
        "series_id, number + 1, amount + 1, issued_on, NULL, now(), id, '{{}}' "
        "FROM invoicing_invoice WHERE application_id = {case}",
        "is more than the",
    ),
}
GRANTS = {"first scheme": factories.approved, "refunds": refunds.granted}


@pytest.mark.parametrize("scheme", GRANTS)
@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_the_role_is_refused(attempt, scheme):
    sql, answer = ATTEMPTS[attempt]
    case = GRANTS[scheme]()
    with pytest.raises(DatabaseError, match=answer), at_commit() as cursor:
        cursor.execute(sql.format(case=case.pk, pool=case.pool_id))
    assert again(case).state == case.state


@pytest.mark.parametrize("scheme", GRANTS)
def test_no_setting_lets_the_role_step_around_a_guard(scheme):
    case = GRANTS[scheme]()
    with connection.cursor() as cursor:
        cursor.execute("SELECT array_agg(tgname) FROM pg_trigger WHERE tgname LIKE 'pgtrigger%'")
        names = "{" + ",".join(cursor.fetchone()[0]) + "}"
    back = "UPDATE applications_application SET state = 'draft' WHERE id = %s"
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", [names])
    with pytest.raises(DatabaseError, match="Invalid transition"), at_commit() as cursor:
        cursor.execute(back, [case.pk])


def test_the_role_does_the_whole_daily_work():
    case, refund = factories.approved(), refunds.granted()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == (ROLE,)
    assert Invoice.objects.filter(application__in=[case, refund]).count() == 2
    assert found() == {}
