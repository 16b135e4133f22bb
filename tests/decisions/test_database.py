"""What PostgreSQL refuses by itself, whoever writes: tried with raw SQL, past all our verbs."""

import pytest
from django.db import DatabaseError, connection, transaction

from applications.models import State
from decisions import guards, services
from decisions.models import Decision, Signature
from invoicing.services import settle
from schemes import services as pools
from tests import factories
from tests.factories import APRIL, signatory, signed
from tests.role import as_owner

pytestmark = pytest.mark.django_db

SIGN = """
INSERT INTO decisions_signature (application_id, signatory_id, name, capacity, deputy, ground,
    outcome, amount, reasons, text, revision, signed_at, void_reason)
SELECT id, %s, 'X', %s, false, '', %s, %s, %s, '', revision, now(), ''
FROM applications_application WHERE id = %s
"""
DECIDE = """
INSERT INTO decisions_decision (application_id, outcome, amount, capacities, reasons, text, terms,
    assessment, pool_id, decided_at, decided_on)
VALUES (%s, 'grant', %s, %s, '{}', '', '{}', '{}', %s, now(), '2026-04-15')
"""


def run(sql, *values):
    """Run statements, parted by ";", and let PostgreSQL check everything as it would at commit."""
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        for statement in sql.split("; "):
            number = statement.count("%s")
            cursor.execute(statement, values[:number])
            values = values[number:]
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def refused(sql, *values, saying):
    with pytest.raises(DatabaseError, match=saying):
        run(sql, *values)


def sign(application, person, capacity="chair", outcome="grant", amount=6000, reasons=()):
    run(SIGN, person.pk, capacity, outcome, amount, list(reasons), application.pk)


def pool():
    return pools.pool_for(scheme=factories.SCHEME, on=APRIL.date(), at=APRIL)


# Signatures


@pytest.mark.parametrize("state", ["approved", "refused", "settled", "ended"])
def test_no_state_is_reached_that_the_table_does_not_know(state):
    draft = factories.draft()
    refused(
        "UPDATE applications_application SET state = %s WHERE id = %s",
        state,
        draft.pk,
        saying="Invalid transition|violates check constraint",
    )


def test_r21_the_applicant_signs_nothing():
    application = factories.confirmed()
    with pytest.raises(DatabaseError, match="own case"):
        sign(application, application.applicant)


def test_r21_the_participant_signs_nothing_whoever_applied():
    application, chair = factories.confirmed(), signatory("chair")
    chair.person_key = application.person_key
    chair.save()
    with pytest.raises(DatabaseError, match="own case"):
        sign(application, chair)


def test_r21_the_head_of_the_unit_signs_nothing():
    application = factories.confirmed()
    head = factories.person(email=application.head_email.upper())
    with pytest.raises(DatabaseError, match="head of the unit"):
        sign(application, head)


def test_r21_the_head_signs_nothing_before_the_answer():
    application = factories.submitted()
    head = factories.person(email=application.head_email)
    with pytest.raises(DatabaseError, match="head of the unit"):
        sign(application, head)


def test_r21_who_has_answered_as_head_signs_nothing_when_another_is_named():
    application = factories.confirmed()
    answered = factories.person(email=application.head_email)
    run("UPDATE applications_application SET head_email = 'x@example.org'")
    with pytest.raises(DatabaseError, match="head of the unit"):
        sign(application, answered)


def test_r21_who_declared_a_bias_signs_nothing():
    application, chair = factories.confirmed(), signatory("chair")
    services.recuse(application=application, by=chair, reason="Kusiner", at=APRIL)
    with pytest.raises(DatabaseError, match="bias"):
        sign(application, chair)


def test_r21_one_person_has_one_signature_and_one_capacity_too():
    application, chair = factories.confirmed(), signatory("chair")
    factories.people.appoint(
        user=chair, scheme="rfr", capacity="representative", valid_from=factories.LONG_AGO
    )
    sign(application, chair)
    with pytest.raises(DatabaseError, match="signature_one_per_person"):
        sign(application, chair, "representative")
    with pytest.raises(DatabaseError, match="signature_one_per_capacity"):
        sign(application, signatory("chair"))


def test_what_has_been_changed_since_is_not_signed():
    application, chair = factories.confirmed(), signatory("chair")
    before = SIGN.replace("revision, now()", "revision - 1, now()")
    values = (chair.pk, "chair", "grant", 6000, [], application.pk)
    refused(before, *values, saying="as it reads now")


def test_a_draft_is_not_signed():
    with pytest.raises(DatabaseError, match="submitted application"):
        sign(factories.draft(), signatory("chair"))


def test_a_refusal_needs_reasons():
    with pytest.raises(DatabaseError, match="signature_complete"):
        sign(factories.confirmed(), signatory("chair"), outcome="refuse", amount=None)


@pytest.mark.parametrize(
    "change",
    [
        "amount = 9000",
        "signatory_id = application_id",
        "voided_at = now()",
        "outcome = 'refuse', amount = NULL, reasons = '{R8}'",
        "amount = 9000, voided_at = now(), void_reason = 'x'",
    ],
)
def test_a_signature_is_never_changed(change):
    signature = signed(factories.confirmed()).signature
    refused(
        f"UPDATE decisions_signature SET {change} WHERE id = %s",
        signature.pk,
        saying="never changed|signature_voided_with_reason",
    )


def test_a_signature_is_voided_once_and_not_brought_back():
    signature = signed(factories.confirmed()).signature
    void = "UPDATE decisions_signature SET voided_at = now(), void_reason = 'x' WHERE id = %s"
    run(void, signature.pk)
    refused(void, signature.pk, saying="voided once")
    refused(
        "UPDATE decisions_signature SET voided_at = NULL, void_reason = '' WHERE id = %s",
        signature.pk,
        saying="voided once",
    )


def test_a_signature_behind_a_decision_is_not_voided():
    signature = factories.approved().signatures.first()
    refused(
        "UPDATE decisions_signature SET voided_at = now(), void_reason = 'x' WHERE id = %s",
        signature.pk,
        saying="behind a decision",
    )


# Decisions


def test_r21_no_decision_without_signatures():
    application = factories.confirmed()
    values = (application.pk, 6000, ["chair", "representative"], pool().pk)
    refused(DECIDE, *values, saying="same word in each capacity")


def test_r21_no_decision_on_one_of_two_signatures():
    application = factories.confirmed()
    sign(application, signatory("chair"))
    values = (application.pk, 6000, ["chair", "representative"], pool().pk)
    refused(DECIDE, *values, saying="same word in each capacity")


def test_r21_no_decision_on_signatures_that_disagree():
    application = factories.confirmed()
    sign(application, signatory("chair"))
    sign(application, signatory("representative"), "representative", "refuse", None, ["R8"])
    values = (application.pk, 6000, ["chair", "representative"], pool().pk)
    refused(DECIDE, *values, saying="same word in each capacity")


def test_r21_no_decision_on_signatures_for_another_amount():
    application = factories.confirmed()
    sign(application, signatory("chair"), amount=5000)
    sign(application, signatory("representative"), "representative", amount=5000)
    values = (application.pk, 6000, ["chair", "representative"], pool().pk)
    refused(DECIDE, *values, saying="same word in each capacity")


def test_a_decision_names_at_least_one_capacity():
    application = factories.confirmed()
    refused(DECIDE, application.pk, 6000, [], pool().pk, saying="its scheme asks for")


def test_a_decision_without_its_state_is_refused():
    application = factories.confirmed()
    for capacity in ("chair", "representative"):
        sign(application, signatory(capacity), capacity)
    values = (application.pk, 6000, ["chair", "representative"], pool().pk)
    refused(DECIDE, *values, saying="go together")


def test_r27_no_grant_without_a_decision_and_bound_money():
    application = factories.confirmed()
    refused(
        "UPDATE applications_application SET state = 'approved', granted = 6000, pool_id = %s, "
        "decided_at = now() WHERE id = %s",
        pool().pk,
        application.pk,
        saying="has its decision",
    )


def test_r27_no_grant_with_a_decision_and_without_bound_money():
    application, source = factories.confirmed(), pool()
    for capacity in ("chair", "representative"):
        sign(application, signatory(capacity), capacity)
    granted = (
        "UPDATE applications_application SET state = 'approved', granted = 6000, pool_id = %s, "
        "decided_at = now() WHERE id = %s"
    )
    values = (application.pk, 6000, ["chair", "representative"], source.pk)
    refused(f"{DECIDE}; {granted}", *values, source.pk, application.pk, saying="money is bound")


def test_no_refusal_without_a_decision():
    refused(
        "UPDATE applications_application SET state = 'refused' WHERE id = %s",
        factories.confirmed().pk,
        saying="a decision that refuses",
    )


OTHER = {
    "answers": "'{}'",
    "applicant_id": "applicant_id + 1",
    "decided_at": "decided_at + interval '1 day'",
    "exclusive_key": "NULL",
    "facts": "'{}'",
    "granted": "9000",
    "person_key": "'x'",
    "pool_id": "NULL",
    "revision": "revision + 1",
    "scheme": "'x'",
    "starts_on": "starts_on + 1",
    "submitted_at": "submitted_at - interval '1 day'",
    "year": "year + 1",
}


@pytest.mark.parametrize("column", guards.KEPT)
def test_what_was_decided_on_is_never_changed(column):
    application = factories.approved()
    refused(
        f"UPDATE applications_application SET {column} = {OTHER[column]} WHERE id = %s",
        application.pk,
        saying="never changed",
    )


def settled():
    application = factories.approved()
    settle(application=application, actual_cost=4000, by=factories.finance(), at=APRIL)
    return application


@pytest.mark.parametrize("reached", [factories.refused, settled, factories.ended])
def test_what_was_decided_on_stays_whatever_has_become_of_it(reached):
    refused(
        "UPDATE applications_application SET answers = '{}' WHERE id = %s",
        reached().pk,
        saying="never changed",
    )


def test_r23_a_second_live_grant_of_a_person_and_year_is_refused():
    first, second = factories.approved(), factories.confirmed()
    refused(
        "UPDATE applications_application SET state = 'approved', granted = 1, decided_at = now(), "
        "pool_id = %s, exclusive_key = %s WHERE id = %s",
        first.pool_id,
        first.exclusive_key,
        second.pk,
        saying="application_one_live_grant",
    )


LOWER = (
    "INSERT INTO decisions_lowering (application_id, amount, reason, by_id, at) "
    "VALUES (%s, %s, 'x', %s, now())"
)


@pytest.mark.parametrize("amount", [4000, 4500])
def test_an_amount_is_never_raised_nor_lowered_to_what_it_is(amount):
    application, chair = factories.confirmed(), signatory("chair")
    services.lower(application=application, amount=4000, reason="x", by=chair, at=APRIL)
    refused(LOWER, application.pk, amount, chair.pk, saying="never raised")


def test_an_amount_is_not_lowered_after_the_decision():
    application, chair = factories.approved(), signatory("chair")
    refused(LOWER, application.pk, 4000, chair.pk, saying="before the decision")


# What is written for good


def written():
    """Return an application behind which every table of decisions has a row."""
    application = factories.confirmed()
    chair, biased = signatory("chair"), signatory("chair")
    services.recuse(application=application, by=biased, reason="Kusiner", at=APRIL)
    services.lower(application=application, amount=4000, reason="x", by=chair, at=APRIL)
    signed(application, by=chair)
    signed(application, by=signatory("representative"))
    return application


TABLES = ["decisions_decision", "decisions_recusal", "decisions_lowering", "decisions_signature"]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "verb", ["DELETE FROM {}", "TRUNCATE {} CASCADE", "UPDATE {} SET application_id = 0"]
)
def test_rows_of_decisions_are_never_changed_or_removed(table, verb):
    written()
    refused(verb.format(table), saying="Cannot|never")


def test_all_of_it_still_stands():
    application = written()
    application.refresh_from_db()
    assert application.state == State.APPROVED
    assert Decision.objects.count() == 1
    assert Signature.objects.live().count() == 2
