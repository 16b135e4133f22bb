"""What each constraint of our tables refuses, whoever writes, even where every trigger stands aside.

A row of CHECKS names what stands, which is the control, and the changes of it that PostgreSQL refuses; a
row of ONCE what stands, and what a second row must have otherwise to stand beside it. What a row says
besides is of no matter here and made up. The triggers are tried in the tests of what they guard.
"""

import json
from datetime import date
from itertools import combinations, count, product
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, connection, models, transaction

from accounts.models import Mandate, User
from applications.models import (
    Application,
    HeadRequest,
    Hold,
    Question,
    Reading,
    Verdict,
)
from decisions.models import Decision, Lowering, Recusal, SavedView, Signature
from invoicing.models import (
    BatchKey,
    Bundle,
    Handling,
    Invoice,
    Packet,
    Payment,
    PaymentBatch,
    PaymentFile,
    Postponement,
    Series,
    Settlement,
)
from oversight.models import End, Link, Removal
from schemes.fastlege.models import DatedTerms as FastlegeTerms
from schemes.fastlege.models import DayRate, ListedCourse
from schemes.models import (
    Act,
    AllowanceEntry,
    Break,
    LedgerEntry,
    Organisation,
    PayingAccount,
    PersonalAllowance,
    Pool,
    RetentionTerm,
    Spent,
    TermsDraft,
)
from schemes.rfr.models import DatedTerms as RfrTerms
from schemes.rfr.models import Zone
from tests.factories import APRIL
from tests.role import as_owner

pytestmark = pytest.mark.django_db
FIRST, SECOND = date(2031, 1, 1), date(2031, 1, 2)
PERIOD = {"valid_from": SECOND, "valid_to": SECOND}
DAYS = {"starts_on": SECOND, "ends_on": SECOND}
SUBJECT = UUID(int=1)
HOUSE = {"accounts", "applications", "decisions", "invoicing", "oversight", "schemes"}

# Sent in, and granted; an application is a draft unless it says otherwise.
SENT_IN = {"state": "submitted", "submitted_at": APRIL, "person_key": "x", "starts_on": FIRST}
GRANTED = SENT_IN | {"state": "approved", "granted": 1, "pool_id": 1, "decided_at": APRIL}
GRANT = {"outcome": "grant", "amount": 1, "pool_id": 1, "capacities": ["chair"]}
REFUSAL = {"outcome": "refuse", "amount": None, "reasons": ["R8"], "capacities": ["chair"]}
SIGNED = {"outcome": "grant", "amount": 1}
ISSUED = {"kind": "invoice", "due_on": FIRST, "credits_id": None, "replaces_id": None}
OPENED = {"kind": "budget", "by_id": None, "subject": None, "note": ""}
BOUND = {"kind": "grant", "amount": 1, "subject": SUBJECT}
OF_RFR = {"share": "0.5", "summer_break_first_week": 26, "summer_break_last_week": 26}
OF_RFR |= {"valid_from": FIRST}
HOURS = {"half_day_from": 2, "whole_day_above": 2}
OF_FASTLEGE = HOURS | {"units_per": "year", "first_day": SECOND, "last_day": SECOND}
OF_FASTLEGE |= {"fee_cap": 0, "appropriation": 0, "valid_from": FIRST}
RATE = {"whole": 0, "half": 0, "valid_from": FIRST}

CHECKS = {
    # Accounts
    "mandate_period": (Mandate, PERIOD, [{"valid_to": FIRST}]),
    "mandate_deputy_has_ground": (Mandate, {"deputy": True, "ground": "x"}, [{"ground": ""}]),
    # Applications
    "application_submitted_whole": (
        Application,
        SENT_IN,
        [{"submitted_at": None}, {"person_key": ""}, {"starts_on": None}],
    ),
    "application_granted_whole": (
        Application,
        GRANTED,
        [{"granted": 0}, {"granted": None}, {"pool_id": None}, {"decided_at": None}],
    ),
    "application_days": (Application, DAYS, [{"ends_on": FIRST}]),
    "head_answer_has_time": (
        HeadRequest,
        {"answer": "confirmed", "answered_at": APRIL},
        [{"answer": ""}, {"answered_at": None}],
    ),
    "head_declines_with_reason": (
        HeadRequest,
        {"answer": "declined", "answered_at": APRIL, "reason": "x"},
        [{"reason": ""}],
    ),
    "verdict_against_has_reason": (Verdict, {"accepted": False, "reason": "x"}, [{"reason": ""}]),
    "question_has_text": (Question, {"text": "x", "steps": ["course"]}, [{"text": ""}]),
    "question_has_steps": (Question, {"text": "x", "steps": ["course"]}, [{"steps": []}]),
    "reading_of_a_person_or_a_list": (
        Reading,
        {"person_id": 1, "listed": None},
        [{"person_id": None}, {"listed": 1}],
    ),
    "hold_has_reason": (Hold, {"reason": "x"}, [{"reason": ""}]),
    # Decisions
    "signature_complete": (
        Signature,
        SIGNED,
        [
            {"amount": 0},
            {"amount": None},
            {"outcome": "refuse"},
            {"outcome": "refuse", "amount": None},
        ],
    ),
    "signature_voided_with_reason": (
        Signature,
        SIGNED | {"voided_at": APRIL, "void_reason": "x"},
        [{"voided_at": None}, {"void_reason": ""}],
    ),
    "signature_deputy_has_ground": (
        Signature,
        SIGNED | {"deputy": True, "ground": "x"},
        [{"ground": ""}],
    ),
    "recusal_has_reason": (Recusal, {"reason": "x"}, [{"reason": ""}]),
    "lowering_above_nothing": (Lowering, {"amount": 1, "reason": "x"}, [{"amount": 0}]),
    "lowering_has_reason": (Lowering, {"amount": 1, "reason": "x"}, [{"reason": ""}]),
    "decision_complete": (
        Decision,
        REFUSAL,
        [
            {"amount": 1},
            {"reasons": []},
            {"outcome": "grant", "amount": 0, "pool_id": 1},
            {"outcome": "grant", "amount": None, "pool_id": 1},
        ],
    ),
    "decision_has_pool": (Decision, GRANT, [{"pool_id": None}]),
    "decision_has_capacities": (Decision, GRANT, [{"capacities": []}]),
    # Invoicing
    "invoice_above_nothing": (Invoice, ISSUED | {"amount": 1}, [{"amount": 0}]),
    "invoice_credits_one": (
        Invoice,
        ISSUED,
        [
            {"due_on": None},
            {"credits_id": 1},
            {"kind": "credit"},
            {"kind": "credit", "credits_id": 1, "replaces_id": 1},
        ],
    ),
    "packet_rendered_whole": (
        Packet,
        {"rendered_at": APRIL, "file": "x", "sha256": "x", "size": 1},
        [{"rendered_at": None}, {"file": ""}, {"sha256": ""}, {"size": 0}, {"size": None}],
    ),
    "bundle_made_whole": (
        Bundle,
        {"made_at": APRIL, "file": "x"},
        [{"made_at": None}, {"file": ""}],
    ),
    "postponement_has_reason": (Postponement, {"reason": "x"}, [{"reason": ""}]),
    "settlement_never_above_grant": (
        Settlement,
        {"granted": 2, "payable": 2, "actual_cost": 0},
        [{"payable": 3}, {"payable": -1}, {"actual_cost": -1}],
    ),
    "payment_batch_from_an_account": (
        PaymentBatch,
        {"payer_account": "enc:x"},
        [{"payer_account": "15030123457"}],
    ),
    "batch_key_encrypted": (BatchKey, {"wrapped": "enc:x"}, [{"wrapped": "x"}]),
    "payment_account_encrypted": (Payment, {"account": "enc:x"}, [{"account": "15030123457"}]),
    "payment_file_encrypted": (PaymentFile, {"content": "enc:x"}, [{"content": "<Document>"}]),
    # Schemes
    "organisation_period": (Organisation, PERIOD, [{"valid_to": FIRST}]),
    "break_period": (Break, DAYS, [{"ends_on": FIRST}]),
    "paying_account_whole": (
        PayingAccount,
        {"name": "x", "account": "x", "bic": "x"},
        [{"name": ""}, {"account": ""}, {"bic": ""}],
    ),
    "pool_never_overspent": (
        Pool,
        {"budget": 2, "committed": 2},
        [{"committed": 3}, {"committed": -1}, {"budget": 1}],
    ),
    "ledger_row_whole": (
        LedgerEntry,
        BOUND,
        [
            *({"amount": 0}, {"subject": None}, {"kind": "release"}),
            *(OPENED | {"by_id": 1}, OPENED | {"kind": "transfer"}, OPENED | {"subject": SUBJECT}),
        ],
    ),
    "allowance_never_exceeded": (
        PersonalAllowance,
        {"limit": 4, "used": 4, "person_key": "x"},
        [{"used": 5}],
    ),
    "allowance_of_somebody": (
        PersonalAllowance,
        {"limit": 4, "used": 4, "person_key": "x"},
        [{"person_key": ""}],
    ),
    "allowance_entry_moves": (AllowanceEntry, {"units": -1}, [{"units": 0}]),
    "retention_term_long_enough": (
        RetentionTerm,
        {"kind": "voucher", "months": 60},
        [{"months": 59}, {"kind": "draft", "months": 0}],
    ),
    "retention_term_has_source": (RetentionTerm, {"months": 60, "source": "x"}, [{"source": ""}]),
    # RFR
    "rfr_terms_from_january": (
        RfrTerms,
        OF_RFR,
        [{"valid_from": SECOND}, {"valid_from": date(2031, 2, 1)}],
    ),
    "rfr_terms_share": (RfrTerms, OF_RFR, [{"share": "0"}, {"share": "0.51"}]),
    "rfr_terms_summer_break": (RfrTerms, OF_RFR, [{"summer_break_last_week": 25}]),
    "rfr_zone_from_january": (
        Zone,
        {"valid_from": FIRST},
        [{"valid_from": SECOND}, {"valid_from": date(2031, 2, 1)}],
    ),
    # Legeforeningen
    "fastlege_terms_period": (FastlegeTerms, OF_FASTLEGE, [{"last_day": FIRST}]),
    "fastlege_terms_hours": (FastlegeTerms, OF_FASTLEGE, [{"whole_day_above": 1}]),
    "fastlege_terms_units_per": (FastlegeTerms, OF_FASTLEGE, [{"units_per": "month"}]),
    "fastlege_terms_amounts": (
        FastlegeTerms,
        OF_FASTLEGE,
        [{"fee_cap": -1}, {"appropriation": -1}],
    ),
    "fastlege_rate_order": (
        DayRate,
        RATE,
        [{"whole": -1, "half": -1}, {"half": 1}],
    ),
    "fastlege_course_period": (ListedCourse, PERIOD | DAYS, [{"valid_to": FIRST}]),
    "fastlege_course_days": (ListedCourse, PERIOD | DAYS, [{"ends_on": FIRST}]),
}

LATER = {"valid_from": SECOND}
ONCE = {
    "application_one_live_grant": (
        Application,
        GRANTED | {"exclusive_key": "rfr-2031"},
        {"state": "ended"},
    ),
    "question_one_open": (
        Question,
        {"application_id": 1, "text": "x", "steps": ["course"]},
        {"answered_at": APRIL},
    ),
    "signature_one_per_person": (
        Signature,
        SIGNED | {"application_id": 1, "signatory_id": 1},
        {"voided_at": APRIL, "void_reason": "x"},
    ),
    "signature_one_per_capacity": (
        Signature,
        SIGNED | {"application_id": 1, "capacity": "chair"},
        {"voided_at": APRIL, "void_reason": "x"},
    ),
    "recusal_once": (Recusal, {"application_id": 1, "user_id": 1}, {"user_id": 2}),
    "saved_view_name": (SavedView, {"user_id": 1, "scheme": "rfr", "name": "x"}, {"user_id": 2}),
    "series_of_a_year": (Series, {"scheme": "x", "organisation_id": None, "year": 1}, {"year": 2}),
    "invoice_number": (Invoice, ISSUED | {"series_id": 1, "number": 1}, {"number": 2}),
    "invoice_one_per_decision": (
        Invoice,
        ISSUED | {"application_id": 1},
        {"replaces_id": 1},
    ),
    "handling_sent_once": (Handling, {"invoice_id": 1, "kind": "sent"}, {"kind": "mailed"}),
    "payment_file_once": (
        PaymentFile,
        {"batch_id": 1, "kind": "csv", "content": "enc:x"},
        {"kind": "pain001"},
    ),
    "organisation_code": (Organisation, {"scheme": "x", "code": "x"}, {"code": "y"}),
    "paying_account_from": (PayingAccount, {"scheme": "x", "valid_from": FIRST}, LATER),
    "pool_key": (Pool, {"scheme": "x", "key": "x"}, {"key": "y"}),
    "ledger_opened_once": (LedgerEntry, OPENED | {"pool_id": 1}, {"by_id": 1, "note": "x"}),
    "spent_in_month": (Spent, {"pool_id": 1, "month": FIRST}, {"month": date(2031, 2, 1)}),
    "allowance_one_a_year": (
        PersonalAllowance,
        {"scheme": "x", "person_key": "x", "year": 1},
        {"year": 2},
    ),
    "terms_draft_of_a_day": (
        TermsDraft,
        {"scheme": "x", "starts_on": FIRST},
        {"starts_on": SECOND},
    ),
    "act_terms_of_a_day": (
        Act,
        {"scheme": "x", "since": FIRST, "kind": "terms"},
        {"kind": "changed"},
    ),
    "rfr_terms_valid_from": (RfrTerms, OF_RFR, {"valid_from": date(2032, 1, 1)}),
    "rfr_zone_country": (
        Zone,
        {"country": "SE", "valid_from": FIRST},
        {"valid_from": date(2032, 1, 1)},
    ),
    "fastlege_terms_valid_from": (FastlegeTerms, OF_FASTLEGE, LATER),
    "fastlege_rate_valid_from": (DayRate, RATE, LATER),
    "fastlege_course_valid_from": (ListedCourse, {"title": "x", "valid_from": FIRST}, LATER),
    "removal_once": (Removal, {"of_case": 1, "kind": "paid"}, {"kind": "voucher"}),
    "link_number": (Link, {"chain": "case", "key": 1, "number": 1}, {"number": 2}),
    "link_of_row": (Link, {"of": "x", "row": 1}, {"row": 2}),
    "end_sealed_once": (End, {"chain": "case", "key": 1, "number": 1}, {"number": 2}),
}

ANY_CASE = "user_email_any_case"

numbers = count(1)
# What is made up by the kind of a column; what must not come twice is another each time.
MADE_UP = {
    models.DateTimeField: lambda: APRIL,
    models.DateField: lambda: FIRST,
    models.BinaryField: lambda: b"x",
    models.BooleanField: lambda: False,
    models.UUIDField: uuid4,
    ArrayField: list,
    models.JSONField: dict,
    models.CharField: lambda: "x",
    models.TextField: lambda: "x",
    models.Field: lambda: next(numbers),
}


def made_up(field):
    """Return something that fits a column of which nothing is said."""
    if field.empty_strings_allowed and field.blank:
        return ""
    if field.unique and isinstance(field, models.CharField):
        return str(next(numbers))
    return next(make for kind, make in MADE_UP.items() if isinstance(field, kind))()


def write(model, said):
    """Write a row as the owner, while every trigger and foreign key stands aside."""
    silent = [
        field
        for field in model._meta.concrete_fields
        if not (field.primary_key or field.null or field.has_default() or field.attname in said)
    ]
    row = model(**{field.attname: made_up(field) for field in silent}, **said)
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role TO replica")
        model._base_manager.bulk_create([row])
        cursor.execute("SET LOCAL session_replication_role TO origin")


def refused(model, said):
    """Return by which constraint a row is refused."""
    with pytest.raises(IntegrityError) as error:
        write(model, said)
    return error.value.__cause__.diag.constraint_name


def read(sql, *values):
    """Return the only value that SQL answers."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()[0]


def asked_of(name):
    """Return what a CHECK asks of a row, as SQL, and which of the columns in it may be empty."""
    whole = read("SELECT pg_get_expr(conbin, conrelid) FROM pg_constraint WHERE conname = %s", name)
    columns = """
    SELECT coalesce(array_agg(attname::text), '{}') FROM pg_constraint
    JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY (conkey) AND NOT attnotnull
    WHERE conname = %s
    """
    return whole.replace("%", "%%"), read(columns, name)


def subsets(names):
    """Return every choice of some names, none and all of them too."""
    return [chosen for number in range(len(names) + 1) for chosen in combinations(names, number)]


def filled(model):
    """Return the SQL of a row that is there, with the columns that a parameter gives."""
    table = model._meta.db_table
    return f"(SELECT (jsonb_populate_record(was, %s::jsonb)).* FROM {table} was LIMIT 1)"


def test_every_constraint_is_tried():
    ours = [each for each in apps.get_models() if each.__module__.split(".")[0] in HOUSE]
    named = [constraint.name for model in ours for constraint in model._meta.constraints]
    assert sorted(named) == sorted([*CHECKS, *ONCE, ANY_CASE])


@pytest.mark.parametrize("name", CHECKS)
def test_a_row_that_is_not_whole_is_refused(name):
    model, stands, changes = CHECKS[name]
    write(model, stands)
    assert [refused(model, stands | change) for change in changes] == [name] * len(changes)


@pytest.mark.parametrize("name", CHECKS)
def test_every_row_is_whole_or_not_whatever_is_empty_in_it(name):
    """PostgreSQL lets pass what comes to NULL: a constraint must say yes or no also of what is empty."""
    model, stands, changes = CHECKS[name]
    write(model, stands)
    whole, may_be_empty = asked_of(name)
    unclear = f"SELECT ({whole}) IS NULL FROM {filled(model)} AS row"
    emptied = product([{}, *changes], subsets(may_be_empty))
    rows = [stands | change | dict.fromkeys(empty) for change, empty in emptied]
    assert [row for row in rows if read(unclear, json.dumps(row, cls=DjangoJSONEncoder))] == []


@pytest.mark.parametrize("name", ONCE)
def test_what_there_is_once_does_not_come_twice(name):
    model, stands, otherwise = ONCE[name]
    write(model, stands)
    write(model, stands | otherwise)
    assert refused(model, stands) == name


def test_an_address_is_one_account_however_it_is_written():
    write(User, {"email": "one@example.org"})
    assert refused(User, {"email": "One@Example.org"}) == ANY_CASE
