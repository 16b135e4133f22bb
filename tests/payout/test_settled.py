"""No grant is settled before its money has moved, whoever writes: the database reads it at commit."""

import pytest
from django.db import DatabaseError, connection, transaction

from applications.models import State
from invoicing.models import Settlement
from invoicing.services import settle
from tests.factories import APRIL, again
from tests.invoicing import situations as rfr
from tests.payout.situations import a_treasurer, made, released
from tests.role import ROLE, as_owner

pytestmark = pytest.mark.django_db
SETTLE = "UPDATE applications_application SET state = 'settled' WHERE id = %s"


def by_sql(application):
    """Settle by SQL, read as at commit."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {ROLE}")
        cursor.execute(SETTLE, [application.pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("RESET ROLE")


def test_a_statement_is_not_settled_without_its_payment():
    application = made().application
    with pytest.raises(DatabaseError, match="settled by its payment"):
        by_sql(application)
    assert again(application).state == State.APPROVED


def test_a_settlement_by_cost_is_no_payment_of_a_statement():
    application = made().application
    said = {"actual_cost": 400, "granted": 400, "payable": 400, "at": APRIL, "by_name": "Test"}
    Settlement.objects.create(application=application, by=a_treasurer(), **said)
    with pytest.raises(DatabaseError, match="settled by its payment"):
        by_sql(application)


def test_an_invoice_is_not_settled_without_what_the_course_cost():
    application = rfr.made().application
    with pytest.raises(DatabaseError, match="settled by what the course cost"):
        by_sql(application)
    assert again(application).state == State.APPROVED


def test_the_services_settle_and_a_settled_row_can_still_be_written():
    statement, invoice = made(), rfr.made()
    released(statement)
    settle(application=invoice.application, actual_cost=1, by=a_treasurer(), at=APRIL)
    for application in (statement.application, invoice.application):
        by_sql(application)
        assert again(application).state == State.SETTLED


def test_the_control_without_the_trigger_it_is_settled_and_nothing_is_paid():
    application = made().application
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE applications_application DISABLE TRIGGER USER")
    by_sql(application)
    assert again(application).state == State.SETTLED
    assert not hasattr(application.invoices.get(), "payment")
