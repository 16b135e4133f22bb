"""Each check finds every fault it is for, one alone at a time, and nothing in what only looks like one."""

from datetime import UTC, datetime

import pytest

from decisions import preparing
from invoicing import services
from schemes.models import PersonalAllowance
from tests import factories
from tests.factories import APRIL, again, personal_number
from tests.oversight.force import by_force, found
from tests.oversight.test_verify import paid, refunded, settled

pytestmark = pytest.mark.django_db
NEXT_APRIL = APRIL.replace(year=2027)


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def ended_beside_another_pool():
    factories.pools_of_the_year()
    return factories.ended()


def two_ended():
    factories.ended(number=personal_number(1))
    return factories.ended()


def settled_beside_another():
    """Return a settled grant; another person holds one of the same year."""
    factories.approved(number=personal_number(1))
    return settled()


def first_of_the_second_year():
    """Return the first of two grants of a year; the year before has two as well."""
    return [
        factories.approved(at=at, number=personal_number(nth))
        for nth, at in enumerate((APRIL, APRIL, NEXT_APRIL, NEXT_APRIL))
    ][2]


def to_each_guard(statement):
    """Return the SQL that does something to every trigger of the history."""
    return (
        "DO $$DECLARE guard name; BEGIN FOR guard IN SELECT tgname FROM pg_trigger "
        "WHERE tgrelid = 'applications_event'::regclass AND NOT tgisinternal "
        f"LOOP EXECUTE format('{statement}', guard); END LOOP; END$$"
    )


# The check, a situation, and a fault done by force that no other part of the check's question would find
# (%s is the application's key).
FAULTS = [
    ("pool_adds_up", factories.approved, "DELETE FROM schemes_ledgerentry"),
    ("month_kept", factories.approved, "DELETE FROM schemes_spent"),
    (
        "month_kept",
        factories.approved,
        "INSERT INTO schemes_spent (pool_id, month, amount) "
        "SELECT pool_id, date '2026-01-01', 5 FROM applications_application WHERE id = %s",
    ),
    (
        "pool_overspent",
        factories.approved,
        "UPDATE schemes_ledgerentry SET amount = 10 WHERE kind = 'budget'",
    ),
    (
        "pool_overspent",
        factories.approved,
        "ALTER TABLE schemes_pool DROP CONSTRAINT pool_never_overspent; "
        "UPDATE schemes_pool SET committed = -1",
    ),
    (
        "grant_bound",
        ended_beside_another_pool,
        "UPDATE schemes_ledgerentry SET pool_id = (SELECT max(id) FROM schemes_pool) "
        "WHERE kind = 'release'",
    ),
    (
        "ledger_subject",
        factories.ended,
        "UPDATE schemes_ledgerentry SET subject = gen_random_uuid() WHERE kind = 'release'",
    ),
    (
        "grant_doubled",
        settled_beside_another,
        "DROP INDEX application_one_live_grant; UPDATE applications_application "
        "SET person_key = 'X'",
    ),
    (
        "grant_keyed",
        settled,
        "UPDATE applications_application SET exclusive_key = NULL WHERE id = %s",
    ),
    (
        "allowance_overspent",
        refunded,
        "ALTER TABLE schemes_personalallowance DROP CONSTRAINT allowance_never_exceeded; "
        'UPDATE schemes_personalallowance SET "limit" = used - 1',
    ),
    (
        "state_in_history",
        factories.draft,
        "DELETE FROM applications_event WHERE application_id = %s",
    ),
    (
        "history_in_order",
        factories.approved,
        "DELETE FROM applications_event WHERE kind = 'started' AND application_id = %s",
    ),
    (
        "state_has_decision",
        factories.approved,
        "ALTER TABLE decisions_decision DROP CONSTRAINT decision_complete; "
        "UPDATE decisions_decision SET outcome = 'refuse'",
    ),
    (
        "state_has_decision",
        factories.approved,
        "ALTER TABLE decisions_decision DROP CONSTRAINT decision_has_pool; "
        "UPDATE decisions_decision SET pool_id = NULL",
    ),
    (
        "state_has_decision",
        factories.refused,
        "ALTER TABLE decisions_decision DROP CONSTRAINT decision_complete; "
        "ALTER TABLE decisions_decision DROP CONSTRAINT decision_has_pool; "
        "UPDATE decisions_decision SET outcome = 'grant'",
    ),
    ("state_has_decision", factories.refused, "DELETE FROM decisions_decision"),
    (
        "state_has_decision",
        factories.approved,
        "UPDATE applications_application SET state = 'withdrawn' WHERE id = %s",
    ),
    (
        "decision_signed",
        factories.approved,
        "UPDATE decisions_signature SET voided_at = now(), void_reason = 'X' "
        "WHERE capacity = 'chair'",
    ),
    (
        "decision_signed",
        factories.refused,
        "ALTER TABLE decisions_signature DROP CONSTRAINT signature_complete; "
        "UPDATE decisions_signature SET outcome = 'grant' WHERE capacity = 'chair'",
    ),
    (
        "decision_signed",
        factories.approved,
        "UPDATE decisions_signature SET revision = revision - 1 WHERE capacity = 'chair'",
    ),
    (
        "decision_signed",
        factories.approved,
        "DROP INDEX signature_one_per_person; "
        "UPDATE decisions_signature SET signatory_id = (SELECT max(signatory_id) "
        "FROM decisions_signature)",
    ),
    (
        "decision_signed",
        factories.approved,
        "DROP INDEX signature_one_per_capacity; UPDATE decisions_signature SET capacity = 'chair'",
    ),
    (
        "decision_by_charter",
        factories.approved,
        "UPDATE decisions_decision SET capacities = capacities || 'case_officer'::varchar",
    ),
    (
        "signed_with_mandate",
        factories.approved,
        "UPDATE accounts_mandate SET capacity = 'finance' WHERE capacity = 'chair'",
    ),
    (
        "signed_with_mandate",
        factories.approved,
        "UPDATE accounts_mandate SET scheme = 'fastlege' WHERE capacity = 'chair'",
    ),
    (
        "signed_with_mandate",
        factories.approved,
        "UPDATE accounts_mandate SET valid_from = '2026-04-17' WHERE capacity = 'chair'",
    ),
    (
        "signed_with_mandate",
        factories.approved,
        "UPDATE accounts_mandate SET valid_to = '2026-04-13' WHERE capacity = 'chair'",
    ),
    (
        "returned_with_question",
        factories.returned,
        "UPDATE applications_question SET answered_at = now()",
    ),
    (
        "signed_unbiased",
        factories.approved,
        "INSERT INTO decisions_recusal (application_id, user_id, reason, at) "
        "SELECT application_id, signatory_id, 'X', now() FROM decisions_signature "
        "WHERE capacity = 'chair' AND application_id = %s",
    ),
    (
        "signed_unbiased",
        factories.approved,
        "UPDATE accounts_user u SET person_key = a.person_key FROM applications_application a, "
        "decisions_signature s WHERE s.signatory_id = u.id AND s.application_id = a.id",
    ),
    (
        "number_missing",
        first_of_the_second_year,
        "DELETE FROM invoicing_invoice WHERE application_id = %s",
    ),
    (
        "decision_invoiced",
        factories.approved,
        "DELETE FROM decisions_decision WHERE application_id = %s",
    ),
    (
        "credit_too_large",
        two_ended,
        "UPDATE invoicing_invoice SET credits_id = (SELECT min(credits_id) FROM invoicing_invoice) "
        "WHERE kind = 'credit'",
    ),
    (
        "settled_whole",
        factories.approved,
        "UPDATE applications_application SET state = 'settled' WHERE id = %s",
    ),
    (
        "settled_whole",
        settled,
        "UPDATE applications_application SET state = 'approved' WHERE id = %s",
    ),
    (
        "settled_whole",
        paid,
        "INSERT INTO invoicing_settlement (application_id, actual_cost, granted, payable, at, by_id, "
        "by_name) SELECT id, granted, granted, granted, now(), applicant_id, '' "
        "FROM applications_application WHERE id = %s",
    ),
    (
        "settled_whole",
        settled,
        "ALTER TABLE invoicing_settlement DROP CONSTRAINT settlement_never_above_grant; "
        "UPDATE invoicing_settlement SET payable = granted + 1",
    ),
    (
        "settled_whole",
        settled,
        "UPDATE invoicing_settlement SET granted = granted + 1",
    ),
    ("payment_of_statement", paid, "UPDATE invoicing_payment SET amount = amount - 1"),
    (
        "payment_of_statement",
        paid,
        "UPDATE invoicing_invoice SET kind = 'invoice'",
    ),
    ("payment_of_statement", paid, "UPDATE invoicing_paymentbatch SET scheme = 'rfr'"),
    (
        "payment_of_statement",
        paid,
        "UPDATE invoicing_payment SET amount = amount + 1; "
        "UPDATE invoicing_invoice SET amount = amount + 1",
    ),
    (
        "payment_of_statement",
        paid,
        "ALTER TABLE invoicing_invoice DROP CONSTRAINT invoice_credits_one; "
        "UPDATE invoicing_invoice SET credits_id = id",
    ),
    (
        "payment_of_statement",
        paid,
        "UPDATE decisions_signature SET signatory_id = b.by_id FROM invoicing_paymentbatch b",
    ),
    ("batch_adds_up", paid, "DELETE FROM invoicing_payment"),
    ("tally_kept", factories.approved, "UPDATE invoicing_tally SET number = number + 1"),
    ("tally_kept", factories.approved, "UPDATE invoicing_tally SET amount = amount + 1"),
    ("guard_down", factories.draft, to_each_guard("DROP TRIGGER %%I ON applications_event")),
    (
        "guard_down",
        factories.draft,
        to_each_guard("ALTER TABLE applications_event ENABLE REPLICA TRIGGER %%I"),
    ),
]


@pytest.mark.parametrize(
    ("check", "situation", "sql"), FAULTS, ids=[check for check, *_fault in FAULTS]
)
def test_a_fault_that_no_other_part_of_the_check_finds_is_found(check, situation, sql):
    application = situation()
    assert found() == {}
    by_force(sql, *[application.pk] * sql.count("%s"))
    assert check in found()


# What looks like a fault and is none


def test_a_grant_just_after_midnight_counts_in_the_month_of_the_schemes_own_clock():
    factories.approved(at=datetime(2026, 3, 31, 22, 30, tzinfo=UTC))
    factories.approved(at=APRIL.replace(month=3, day=2), number=personal_number(1))
    assert found() == {}


def test_what_is_used_up_to_the_last_krona_is_not_overspent():
    factories.with_budget(factories.approved().pool, 6000)
    assert found() == {}


def test_a_settlement_of_all_that_was_granted_is_whole():
    application, by = factories.approved(), factories.finance()
    services.settle(application=application, actual_cost=12000, by=by, at=APRIL)
    assert again(application).settlement.payable == application.granted
    assert found() == {}


def test_a_new_grant_after_one_that_ended_and_in_another_year_is_no_second_one():
    factories.ended()
    factories.approved()
    factories.approved(at=NEXT_APRIL)
    assert found() == {}


def test_several_grants_may_use_up_an_allowance_where_the_scheme_says_so():
    first, second = refunded(), refunded()
    assert first.person_key == second.person_key
    allowance = PersonalAllowance.objects.get()
    assert allowance.used == allowance.limit
    assert found() == {}


def test_a_bias_in_another_case_or_of_whoever_signed_nothing_that_counts_is_none():
    chair = factories.signatory("chair")
    biased = factories.confirmed(number=personal_number(1))
    factories.signed(biased, by=chair)
    preparing.recuse(application=again(biased), by=chair, reason="Kollega", at=APRIL)
    factories.signed(biased)
    factories.signed(biased, by=factories.signatory("representative"))
    factories.approved(chair=chair)
    assert found() == {}


def test_a_signature_that_was_voided_needs_no_mandate_any_more():
    application, chair = factories.confirmed(), factories.signatory("chair")
    factories.signed(application, by=chair)
    preparing.recuse(application=again(application), by=chair, reason="Kollega", at=APRIL)
    by_force("DELETE FROM accounts_mandate WHERE user_id = %s", chair.pk)
    assert found() == {}
