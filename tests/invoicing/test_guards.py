"""What PostgreSQL itself refuses, whoever writes: changed invoices, gaps, too much money."""

import pytest
from django.db import DatabaseError, connection, transaction

from invoicing import services
from invoicing.models import Invoice
from tests.factories import APRIL, finance
from tests.invoicing.situations import administrations, granted, invoiced, made, of, sent
from tests.role import as_owner

pytestmark = pytest.mark.django_db

TABLES = ("invoice", "series", "packet", "handling", "postponement", "settlement")


def refused(sql, *values):
    with pytest.raises(DatabaseError) as error, as_owner(), transaction.atomic():
        connection.cursor().execute(sql, values)
    return str(error.value)


def copied(invoice, **changed):
    """Try to insert a copy of an invoice by SQL, with some columns changed."""
    names = [field.column for field in Invoice._meta.concrete_fields if field.column != "id"]
    values = [f"%({name})s" if name in changed else name for name in names]
    values[names.index("uuid")] = "gen_random_uuid()"
    sql = f"INSERT INTO invoicing_invoice ({', '.join(names)})"
    sql += f" SELECT {', '.join(values)} FROM invoicing_invoice WHERE id = {invoice.pk}"
    with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, changed)
    return str(error.value)


@pytest.mark.parametrize("table", TABLES)
def test_no_table_of_finance_can_be_emptied(table):
    assert "never truncated" in refused(f"TRUNCATE invoicing_{table} CASCADE")


def test_an_issued_invoice_is_neither_changed_nor_deleted():
    invoice = invoiced()
    update, delete = "UPDATE invoicing_invoice SET", "DELETE FROM invoicing_invoice WHERE id = %s"
    assert "Cannot update" in refused(f"{update} amount = amount WHERE id = %s", invoice.pk)
    assert "Cannot delete" in refused(delete, invoice.pk)


def test_a_packet_that_is_made_stays_as_it_is():
    invoice = made()
    update = "UPDATE invoicing_packet SET sha256 = 'other' WHERE invoice_id = %s"
    assert "Cannot update" in refused(update, invoice.pk)


def test_who_handled_an_invoice_is_never_rewritten():
    invoice = sent()
    assert "Cannot delete" in refused(
        "DELETE FROM invoicing_handling WHERE invoice_id = %s", invoice.pk
    )


def test_a_series_is_not_moved_to_another_year():
    invoiced()
    assert "Cannot update" in refused("UPDATE invoicing_series SET year = 2001")


@pytest.mark.parametrize("number", [1, 3, 0])
def test_a_gap_and_a_duplicate_in_the_numbers_are_refused(number):
    invoice = invoiced()
    assert "is number 2" in copied(invoice, number=number)


def test_a_second_invoice_of_a_decision_is_refused():
    assert "invoice_one_per_decision" in copied(invoiced(), number=2)


def test_r27_an_invoice_above_its_grant_is_refused():
    invoice = invoiced()
    assert "room for" in copied(invoice, number=2, amount=invoice.application.granted + 1)


def test_a_credit_above_what_is_left_is_refused():
    invoice = invoiced()
    services.credit(invoice=invoice, amount=1000, reason="Fel", by=finance(), at=APRIL)
    credit = {"number": 3, "kind": "credit", "credits_id": invoice.pk, "due_on": None}
    assert "room for" in copied(invoice, **credit, amount=5001)


def test_an_invoice_of_nothing_is_refused():
    assert "invoice_above_nothing" in copied(invoiced(), number=2, amount=0)


def test_an_invoice_stands_in_place_only_of_one_that_is_credited_in_full():
    invoice = invoiced()
    assert "credited in full" in copied(invoice, number=2, replaces_id=invoice.pk)


def test_a_corrected_invoice_stands_in_place_of_one_that_is_credited_itself():
    first = invoiced()
    second = services.correct(invoice=first, reason="Fel", by=finance(), at=APRIL)
    other = invoiced(**of(first.series.organisation))
    assert "credited in full" in copied(second, number=5, replaces_id=second.pk)
    assert "credited in full" in copied(other, number=5, replaces_id=first.pk)


def test_an_invoice_has_a_number_of_the_year_in_which_it_is_issued():
    assert "another administration or year" in copied(invoiced(), number=2, issued_on="2027-01-02")


def test_r35_an_invoice_never_mixes_administrations():
    first, second = administrations()
    invoice, other = invoiced(**of(first)), granted(**of(second))
    assert "another administration" in copied(invoice, number=2, application_id=other.pk)
