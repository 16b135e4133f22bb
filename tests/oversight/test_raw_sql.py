"""What raw SQL by the application's own role could still do before a decision, about money, and beside it."""

import pytest
from django.db import DatabaseError, connection

from applications.models import Question, State
from decisions import services as decisions
from invoicing import services as invoicing
from oversight.checks import all_checks
from oversight.models import Link
from schemes import services as pools
from schemes.models import AllowanceEntry, Charter, LedgerEntry, PersonalAllowance
from schemes.registry import SCHEMES
from tests import factories
from tests.applications.files import upload
from tests.factories import APRIL, again, signatory, signed
from tests.oversight.force import at_commit, by_force, found, run
from tests.oversight.test_verify import paid, settled
from tests.payout import test_fastlege as refunds
from tests.role import as_owner

pytestmark = pytest.mark.django_db
SIGN = """
INSERT INTO decisions_signature (application_id, signatory_id, name, capacity, deputy, ground, outcome,
    amount, reasons, text, revision, signed_at, void_reason)
SELECT id, %s, 'X', %s, false, '', 'grant', 6000, '{}', '', revision, %s, ''
FROM applications_application WHERE id = %s
"""
DECIDE = """
INSERT INTO decisions_decision (application_id, outcome, amount, capacities, reasons, text, terms,
    assessment, pool_id, decided_at, decided_on)
VALUES (%s, 'grant', 6000, %s, '{}', '', '{}', '{}', %s, %s, %s)
"""
BOOK = "INSERT INTO schemes_ledgerentry (pool_id, kind, amount, subject, note, at, by_id) VALUES "
CLOCK_HELD = next(each for each in all_checks() if each.slug == "clock_held")
BOTH = ["chair", "representative"]
YESTERDAY = "2020-01-01T09:00Z"
ANOTHER = "01418000119"  # an invented number of a second GP


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def refused(sql, *values, saying):
    with pytest.raises(DatabaseError, match=saying):
        run(sql, *values)


def pool(month=4):
    return pools.pool_for(scheme=factories.SCHEME, on=APRIL.replace(month=month).date(), at=APRIL)


@pytest.fixture
def todays_clock():
    """Let PostgreSQL be as in production, where no clock can be held."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION public.clock_can_be_held() RETURNS boolean "
            "LANGUAGE sql STABLE AS 'SELECT false'"
        )


# Who signs, as what, and when


def test_every_scheme_is_known_to_postgres():
    known = {each.scheme: (each.capacities, each.exclusive) for each in Charter.objects.all()}
    assert known == {
        each.slug: ([one.slug for one in each.capacities], each.exclusive_key(9999) or "")
        for each in SCHEMES
    }


def test_r21_nobody_signs_without_a_mandate_of_their_own():
    signatory("chair")
    refused(SIGN, factories.person().pk, "chair", APRIL, factories.confirmed().pk, saying="mandate")


@pytest.mark.parametrize(
    ("capacity", "mandate"),
    [
        ("representative", {"capacity": "chair"}),
        ("chair", {"capacity": "case_officer", "scheme": "fastlege"}),
        # PostgreSQL does not know where a scheme is at home: it lets a day pass at both ends.
        ("chair", {"capacity": "chair", "valid_to": APRIL.replace(day=13).date()}),
        ("chair", {"capacity": "chair", "valid_from": APRIL.replace(day=17).date()}),
    ],
)
def test_r21_nobody_signs_with_another_mandate(capacity, mandate):
    person = factories.appointed(**mandate)
    refused(SIGN, person.pk, capacity, APRIL, factories.confirmed().pk, saying="mandate")


def test_r21_nobody_signs_with_the_mandate_of_another_scheme():
    person = signatory("chair")
    person.mandates.update(scheme="fastlege")
    refused(SIGN, person.pk, "chair", APRIL, factories.confirmed().pk, saying="mandate")


@pytest.mark.parametrize(
    "mandate",
    [
        {},
        {"valid_to": APRIL.replace(day=14).date()},
        {"valid_from": APRIL.replace(day=16).date()},
    ],
)
def test_r21_the_control_with_the_mandate_it_is_signed(mandate):
    application = factories.confirmed()
    run(SIGN, signatory("chair", **mandate).pk, "chair", APRIL, application.pk)
    assert application.signatures.live().count() == 1


def test_r21_nobody_signs_for_another_day(todays_clock):
    chair, application = signatory("chair"), factories.confirmed()
    refused(SIGN, chair.pk, "chair", YESTERDAY, application.pk, saying="no other day")
    run(SIGN.replace("revision, %s", "revision, now() - %s::interval"), chair.pk, "chair", "1 minute",
        application.pk)  # fmt: skip


def waiting():
    """Return an application that both have signed, and nobody decided."""
    application = factories.confirmed()
    for capacity in BOTH:
        run(SIGN, signatory(capacity).pk, capacity, APRIL, application.pk)
    return application


@pytest.mark.parametrize("capacities", [["chair"], ["case_officer"], [*BOTH, "case_officer"]])
def test_r21_no_decision_without_every_capacity_of_the_scheme_or_with_another(capacities):
    values = (waiting().pk, capacities, pool().pk, APRIL, APRIL)
    refused(DECIDE, *values, saying="its scheme asks for")


def test_r21_no_decision_by_whose_mandate_has_ended():
    application = waiting()
    application.signatures.first().signatory.mandates.update(valid_to="2026-04-01")
    values = (application.pk, BOTH, pool().pk, APRIL, APRIL)
    refused(DECIDE, *values, saying="same word in each capacity")


def test_r26_no_grant_from_the_pool_of_another_time_or_scheme():
    application, _right = waiting(), pool()
    appropriation = pools.pool_for(scheme=SCHEMES[1], on=APRIL.date(), at=APRIL)
    for wrong in (pool(month=10), appropriation):
        refused(DECIDE, application.pk, BOTH, wrong.pk, APRIL, APRIL, saying="its day")


def test_no_decision_is_of_another_day(todays_clock):
    values = (factories.confirmed().pk, BOTH, pool().pk, YESTERDAY, YESTERDAY)
    refused(DECIDE, *values, saying="no other day")


# One live grant a year, and the allowance


@pytest.mark.parametrize(
    "change",
    [
        "person_key = 'x'",
        "year = 2027",
        "starts_on = '2027-01-02'",
        "applicant_id = %s",
        "scheme = 'x'",
        "submitted_at = now() - interval '10 years'",
    ],
)
def test_r23_what_was_sent_in_stays_as_it_is(change):
    application = factories.confirmed()
    values = [signatory("chair").pk] if "%s" in change else []
    refused(
        f"UPDATE applications_application SET {change} WHERE id = %s",
        *values,
        application.pk,
        saying="What was sent in",
    )


@pytest.mark.parametrize("key", [None, "rfr-2031"])
def test_r23_a_grant_takes_its_own_year(key, monkeypatch):
    monkeypatch.setattr(factories.SCHEME, "exclusive_key", lambda _year: key, raising=False)
    application, last = factories.confirmed(), signatory("representative")
    signed(application, by=signatory("chair"))
    with pytest.raises(DatabaseError, match="its own year"), at_commit():
        signed(application, by=last)
    assert again(application).state == State.SUBMITTED


def test_l8_who_draws_does_not_say_what_the_limit_is():
    case = refunds.granted()
    allowance = PersonalAllowance.objects.get()
    draw = (
        'UPDATE schemes_personalallowance SET "limit" = 999, used = used + 50 WHERE id = %s; '
        "INSERT INTO schemes_allowanceentry (allowance_id, units, subject, at) VALUES (%s, 50, %s, now())"
    )
    refused(draw, allowance.pk, allowance.pk, case.uuid, saying="units a year, no more")


def test_l8_units_of_a_live_grant_are_not_given_back():
    case, allowance = refunds.granted(), PersonalAllowance.objects.get()
    back = (
        "UPDATE schemes_personalallowance SET used = used - 1 WHERE id = %s; "
        "INSERT INTO schemes_allowanceentry (allowance_id, units, subject, at) VALUES (%s, -1, %s, now())"
    )
    refused(back, allowance.pk, allowance.pk, case.uuid, saying="only a live one")


@pytest.mark.parametrize(
    "subject",
    [
        factories.confirmed,
        refunds.sent_in,
        lambda: refunds.granted(national_id=ANOTHER),
    ],
    ids=["of another scheme", "not granted", "of somebody else"],
)
def test_l8_units_are_drawn_for_a_live_grant_of_the_person_and_for_nothing_else(subject):
    refunds.granted()
    allowance, other = PersonalAllowance.objects.get(), subject()
    before = AllowanceEntry.objects.count()
    draw = (
        "UPDATE schemes_personalallowance SET used = used + 1 WHERE id = %s; INSERT INTO "
        "schemes_allowanceentry (allowance_id, units, subject, at) VALUES (%s, 1, %s, now())"
    )
    refused(draw, allowance.pk, allowance.pk, other.uuid, saying="its own person's allowance")
    assert AllowanceEntry.objects.count() == before


# Budgets and the ledger


def test_r27_a_budget_is_what_its_ledger_says():
    raised = "UPDATE schemes_pool SET budget = budget + 1000000 WHERE id = %s"
    refused(raised, pool().pk, saying="has the budget that its ledger says")


def test_r26_no_pool_is_opened_past_the_ledger():
    refused(
        "INSERT INTO schemes_pool (scheme, key, starts_on, ends_on, budget, committed) "
        "VALUES ('rfr', 'X', '2026-01-01', '2026-12-31', 1000000, 0)",
        saying="has the budget that its ledger says",
    )


def test_r26_no_pool_is_opened_with_money_granted():
    opened = (
        "INSERT INTO schemes_pool (scheme, key, starts_on, ends_on, budget, committed) "
        "VALUES ('rfr', 'X', '2026-01-01', '2026-12-31', 1000, 1000); "
        f"{BOOK} (currval('schemes_pool_id_seq'), 'budget', 1000, NULL, '', now(), NULL)"
    )
    refused(opened, saying="granted as far as its ledger says")


@pytest.mark.parametrize(
    ("kind", "amount", "saying"),
    [
        ("budget", 1000, "has the budget that its ledger says"),
        ("release", -1000, "granted as far as its ledger says"),
    ],
)
def test_r27_no_row_of_the_ledger_leaves_its_pool_as_it_was(kind, amount, saying):
    case = factories.approved()
    book = f"{BOOK} (%s, '{kind}', {amount}, %s, 'Beslut', now(), %s)"
    subject = case.uuid if kind == "release" else None
    refused(book, case.pool_id, subject, case.applicant_id, saying=saying)


@pytest.mark.parametrize(
    ("row", "saying"),
    [
        ("'budget', 1000, NULL, '', now(), NULL", "ledger_opened_once"),
        ("'budget', 1000, NULL, '', now(), {by}", "ledger_row_whole"),
        ("'transfer', 1000, NULL, 'Behövs', now(), NULL", "ledger_row_whole"),
        ("'transfer', 1000, NULL, 'Behövs', now(), {by}", "arrives in another"),
        ("'grant', 1000, NULL, '', now(), NULL", "ledger_row_whole"),
        ("'grant', -1000, gen_random_uuid(), '', now(), NULL", "ledger_row_whole"),
        ("'grant', 1000, gen_random_uuid(), '', now(), NULL", "no more and no less"),
        ("'release', 1000, gen_random_uuid(), '', now(), NULL", "ledger_row_whole"),
    ],
)
def test_r27_no_row_of_the_ledger_is_without_its_reason(row, saying):
    column = "committed" if "grant" in row or "release" in row else "budget"
    change = f"UPDATE schemes_pool SET {column} = {column} + 1000 WHERE id = %s"
    book = f"{BOOK} (%s, {row.format(by=factories.person().pk)})"
    refused(f"{change}; {book}", *[pool().pk] * 2, saying=saying)


def test_r27_money_goes_back_to_the_pool_that_it_came_from():
    case, other = factories.approved(), factories.approved(number=factories.personal_number(1))
    source, by = pool(month=10), factories.person()
    pools.transfer(source=source, target=case.pool, amount=1, at=APRIL, by=by, note="Behövs")
    decisions.end(application=case, reason="X", by=case.applicant, at=APRIL)
    back = (
        "UPDATE schemes_pool SET committed = committed - 1 WHERE id = %s; "
        f"{BOOK} (%s, 'release', -1, %s, '', now(), NULL)"
    )
    refused(back, source.pk, source.pk, other.uuid, saying="check|no more and no less")
    assert LedgerEntry.objects.filter(pool=source, kind="release").count() == 0


def test_r27_a_grant_is_not_moved_to_another_pool():
    case, other = factories.approved(), pool(month=10)
    moved = (
        "UPDATE schemes_pool SET committed = committed + %s WHERE id = %s; "
        f"{BOOK} (%s, %s, %s, %s, '', now(), NULL)"
    )
    back = (-case.granted, case.pool_id, case.pool_id, "release", -case.granted, case.uuid)
    there = (case.granted, other.pk, other.pk, "grant", case.granted, case.uuid)
    refused(f"{moved}; {moved}", *back, *there, saying="no more and no less")


@pytest.mark.parametrize(
    "change", ["scheme = 'x'", "starts_on = '2020-01-01'", "ends_on = '2030-01-01'", "key = 'x'"]
)
def test_r26_a_pool_stays_that_of_its_time(change):
    refused(f"UPDATE schemes_pool SET {change} WHERE id = %s", pool().pk, saying="Cannot update")


def test_r22_no_grant_ends_with_its_money_bound():
    case = factories.approved()
    end = "UPDATE applications_application SET state = 'ended' WHERE id = %s"
    refused(end, case.pk, saying="the rest goes back")


SETTLE = (
    "INSERT INTO invoicing_settlement (application_id, actual_cost, granted, payable, at, by_id, "
    "by_name) VALUES (%s, %s, %s, %s, now(), %s, 'X'); "
    "UPDATE applications_application SET state = 'settled' WHERE id = %s"
)


def test_r22_no_grant_is_settled_for_more_than_is_paid():
    case = factories.approved()
    values = (case.pk, 100, case.granted, 100, case.applicant_id, case.pk)
    refused(SETTLE, *values, saying="the rest goes back")


def test_r22_no_grant_is_settled_with_the_rest_bound_in_its_pool():
    case, by = factories.approved(), factories.finance()
    invoicing.credit(invoice=case.invoices.get(), amount=5900, reason="X", by=by, at=APRIL)
    values = (case.pk, 100, case.granted, 100, case.applicant_id, case.pk)
    refused(SETTLE, *values, saying="the rest goes back")


def test_r22_no_grant_is_settled_with_the_rest_claimed_by_its_invoice():
    case = factories.approved()
    back = (
        "UPDATE schemes_pool SET committed = committed - 5900 WHERE id = %s; "
        f"{BOOK} (%s, 'release', -5900, %s, '', now(), NULL)"
    )
    values = (case.pk, 100, case.granted, 100, case.applicant_id, case.pk)
    released = (case.pool_id, case.pool_id, case.uuid)
    refused(f"{back}; {SETTLE}", *released, *values, saying="the rest goes back")


def test_r22_no_grant_is_settled_without_an_invoice():
    case = factories.approved()
    by_force("DELETE FROM invoicing_invoice WHERE application_id = %s", case.pk)
    values = (case.pk, 12000, case.granted, case.granted, case.applicant_id, case.pk)
    refused(SETTLE, *values, saying="the rest goes back")


def test_r22_a_settlement_is_of_what_was_granted():
    case = factories.approved()
    values = (case.pk, 12000, case.granted + 1, case.granted, case.applicant_id, case.pk)
    refused(SETTLE, *values, saying="the rest goes back")


@pytest.mark.parametrize("reached", [settled, paid])
@pytest.mark.parametrize(
    ("kind", "amount"), [("release", -1), ("grant", 1)], ids=["given back", "bound once more"]
)
def test_r27_what_a_settled_grant_came_to_stays_bound(reached, kind, amount):
    case = reached()
    book = (
        "UPDATE schemes_pool SET committed = committed + %s WHERE id = %s; "
        f"{BOOK} (%s, %s, %s, %s, '', now(), NULL)"
    )
    values = (amount, case.pool_id, case.pool_id, kind, amount, case.uuid)
    refused(book, *values, saying="no more and no less")


# What is returned, answered and kept


def test_an_application_is_returned_with_a_question():
    application = factories.confirmed()
    back = "UPDATE applications_application SET state = 'returned' WHERE id = %s"
    refused(back, application.pk, saying="returned with a question")


def test_an_application_is_returned_with_a_question_of_its_own_that_waits_for_its_answer():
    factories.returned(number=factories.personal_number(1))
    answered = factories.returned()
    factories.services.submit(application=answered, by=answered.applicant, at=APRIL)
    back = "UPDATE applications_application SET state = 'returned' WHERE id = %s"
    refused(back, answered.pk, saying="returned with a question")


def test_what_was_asked_is_not_unsaid():
    factories.returned()
    refused("DELETE FROM applications_question", saying="permission denied")
    assert Question.objects.count() == 1


def test_r18_the_answer_of_the_head_of_unit_stays():
    request = factories.confirmed().head_requests.get()
    for change in (
        *("answer = 'declined', reason = 'X'", "answered_at = now() - interval '1 day'"),
        *("revision = 99", "application_id = application_id + 1"),
    ):
        update = f"UPDATE applications_headrequest SET {change} WHERE id = %s"
        refused(update, request.pk, saying="Cannot update")


def test_5_no_invoice_claims_another_amount_or_for_an_ended_grant():
    case = factories.approved()
    copy = (
        "INSERT INTO invoicing_invoice (uuid, kind, application_id, series_id, number, amount, issued_on, "
        "due_on, issued_at, snapshot) SELECT gen_random_uuid(), kind, application_id, series_id, "
        "number + {}, amount - {}, issued_on, due_on, now(), '{{}}' FROM invoicing_invoice "
        "WHERE application_id = %s AND kind = 'invoice'"
    )
    refused(copy.format(1, 1), case.pk, saying="what a live grant has been granted")
    decisions.end(application=case, reason="X", by=case.applicant, at=APRIL)
    refused(copy.format(2, 0), case.pk, saying="room for")


def test_a_file_as_it_came_is_in_the_chain():
    draft = factories.draft()
    factories.services.attach(
        application=draft,
        step=draft.rules.step("course"),
        kind="programme",
        upload=upload(),
        at=APRIL,
    )
    original = draft.originals.get()
    assert Link.objects.get(of="applications_original", row=original.pk).key == draft.pk
    assert found() == {}


def test_verify_tells_where_production_could_date_its_decisions(monkeypatch):
    monkeypatch.setitem(CLOCK_HELD.values, "development", False)
    assert found() == {"clock_held": 1}


def test_verify_tells_nothing_where_it_cannot(monkeypatch, todays_clock):
    monkeypatch.setitem(CLOCK_HELD.values, "development", False)
    assert found() == {}
