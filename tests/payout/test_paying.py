"""Payments are released once, all or none, by somebody who did not decide, in a file that a bank takes."""

import csv
import hashlib
import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from threading import Barrier
from uuid import uuid4
from xml.etree import ElementTree

import pytest
import sepaxml
import xmlschema
from django.db import DatabaseError, connection, connections, transaction

from applications.models import Event, State
from applications.services import NotAllowed
from drawing import wording
from invoicing import pain001, paying
from invoicing.issuing import payee_of
from invoicing.models import FileDownload, Payment, PaymentBatch, PaymentFile
from schemes import secrets
from tests import factories
from tests.factories import APRIL, again, personal_number
from tests.invoicing import situations as rfr
from tests.payout.situations import (
    ACCOUNT,
    PAYER,
    a_steward,
    a_treasurer,
    ended,
    made,
    released,
    stated,
)
from tests.role import as_owner

pytestmark = pytest.mark.django_db
SCHEMA = Path(sepaxml.__file__).parent / "schemas" / "pain.001.001.09.xsd"
NS = {"p": pain001.NAMESPACE}
TABLES = ("paymentbatch", "payment", "paymentfile", "filedownload")


def content(batch, kind):
    return secrets.decrypt(batch.files.get(kind=kind).content, batch.data_key).encode()


def read(file):
    return ElementTree.fromstring(file)  # noqa: S314 - we have written it ourselves


def paid(batch):
    return read(content(batch, "pain001"))


def texts(tree, path):
    return [each.text for each in tree.findall(f".//{path}", NS)]


def refused(sql, *values):
    with pytest.raises(DatabaseError) as error, as_owner(), transaction.atomic():
        run(sql, *values)
    return str(error.value)


def run(sql, *values):
    """Run SQL with everything checked that is checked at the end, before and after it."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(sql, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


# Releasing


def test_releasing_settles_the_grants_and_tells_the_applicants():
    first, second = made(), made(price="12.50")
    treasurer = a_treasurer(name="Test Kasserer")
    batch = released(first, second, by=treasurer)
    assert (batch.number, batch.total, batch.currency) == (2, Decimal("412.50"), "NOK")
    assert (batch.by, batch.by_name) == (treasurer, "Test Kasserer")
    for statement in (first, second):
        application = again(statement.application)
        assert application.state == State.SETTLED
        event = application.events.get(kind=Event.Kind.PAID)
        assert (event.by, event.internal) == (treasurer, False)
        amount = wording.money(statement.amount, "NOK")
        assert amount.endswith("\N{NO-BREAK SPACE}kr")
        assert event.text == f"{amount}, {statement}"
        notice = application.notices.last()
        assert notice.recipient == application.applicant.email
        assert "•••• 7947" in notice.text
        assert ACCOUNT not in notice.text


def test_the_same_form_sent_twice_pays_once():
    statement, treasurer, uuid = made(), a_treasurer(), uuid4()
    first = released(statement, by=treasurer, batch=uuid)
    assert released(statement, by=treasurer, batch=uuid) == first
    assert Payment.objects.count() == 1
    with pytest.raises(NotAllowed, match="somebody else has released"):
        released(statement, batch=uuid)


def test_a_batch_is_released_whole_or_not_at_all():
    good, unmade = made(), stated()
    with pytest.raises(NotAllowed, match=f"{unmade}: The statement is still being made"):
        released(good, unmade)
    assert not PaymentBatch.objects.exists()
    assert again(good.application).state == State.APPROVED


def test_what_was_released_is_not_released_again():
    statement = made()
    released(statement)
    with pytest.raises(NotAllowed, match="already been released"):
        released(statement)


def test_an_ended_grant_is_not_paid_and_a_paid_one_does_not_end():
    gone, paid = made(), made()
    ended(gone)
    with pytest.raises(NotAllowed, match="has ended"):
        released(gone)
    released(paid)
    with pytest.raises(NotAllowed):
        ended(paid)
    assert "has been paid" in refused(
        "INSERT INTO invoicing_invoice (uuid, kind, application_id, series_id, number, amount,"
        " issued_on, issued_at, credits_id, snapshot) SELECT gen_random_uuid(), 'credit',"
        " application_id, series_id, 4, amount, issued_on, issued_at, id, snapshot"
        " FROM invoicing_invoice WHERE id = %s",
        paid.pk,
    )


def test_who_decided_does_not_release():
    steward = a_steward()
    statement = made(steward=steward)
    with pytest.raises(NotAllowed, match="You have decided on it"):
        released(statement, by=steward)


def test_nobody_releases_their_own_payment():
    treasurer, number = a_treasurer(), personal_number(4711)
    mine = made(by=treasurer)
    with pytest.raises(NotAllowed, match="your own"):
        released(mine, by=treasurer)
    treasurer.person_key = secrets.person_key(number)
    for_me = made(number=number)
    with pytest.raises(NotAllowed, match="your own"):
        released(for_me, by=treasurer)
    assert released(made(number=personal_number()), by=treasurer)


def test_nobody_is_paid_but_whom_the_statement_names(lectures, monkeypatch):
    statement = made()
    payee = replace(payee_of(statement.application), account="15030123457")
    monkeypatch.setattr(type(lectures), "payee", lambda self, answers: payee)
    with pytest.raises(NotAllowed, match=f"{statement} states another payee"):
        released(statement)
    assert not PaymentBatch.objects.exists()


def test_without_a_paying_account_nothing_is_released():
    with pytest.raises(NotAllowed, match="not entered"):
        released(made(), payer=None)


def test_a_batch_of_nothing_of_two_schemes_or_of_invoices_is_refused():
    with pytest.raises(NotAllowed, match="Tick"):
        released()
    with pytest.raises(NotAllowed, match="one scheme"):
        released(made(), rfr.made())
    with pytest.raises(NotAllowed, match="not a settlement statement"):
        released(rfr.made())


# What the database refuses by itself


PAY = """
    WITH batch AS (
        INSERT INTO invoicing_paymentbatch (uuid, scheme, message_id, execute_on, currency,
            number, total, payer_name, payer_account, payer_bic, at, by_id, by_name)
        VALUES (gen_random_uuid(), 'lectures', 'KM-1', '2026-04-15', 'NOK', %(number)s, %(total)s,
            'x', 'enc:x', 'x', now(), %(by)s, 'x') RETURNING id
    ) SELECT id FROM batch
"""


def paid_by_sql(statement, by, *, amount=400, account="enc:x", number=1, total=400, settled=True):
    """Try to pay by SQL, the batch first, and return what the database says against it."""
    with pytest.raises(DatabaseError) as error, transaction.atomic():
        _pay_by_sql(statement, by, amount, account, number, total, settled)
    return str(error.value)


def _pay_by_sql(statement, by, amount, account, number, total, settled):
    with connection.cursor() as cursor:
        cursor.execute(PAY, {"number": number, "total": total, "by": by.pk})
        cursor.execute(
            "INSERT INTO invoicing_payment (batch_id, invoice_id, amount, account)"
            " VALUES (%s, %s, %s, %s)",
            [cursor.fetchone()[0], statement.pk, amount, account],
        )
    if settled:
        settle = "UPDATE applications_application SET state = 'settled' WHERE id = %s"
        run(settle, statement.application_id)
    else:
        run("SELECT 1")


def test_the_database_refuses_that_who_signed_releases():
    steward = a_steward()
    assert "Who has signed a decision" in paid_by_sql(made(steward=steward), steward)


def test_the_database_refuses_one_s_own_payment():
    statement = made()
    assert "their own payment" in paid_by_sql(statement, statement.application.applicant)


def test_the_database_refuses_the_payment_of_what_somebody_else_applied_for():
    statement, treasurer = made(), a_treasurer()
    treasurer.person_key = statement.application.person_key
    treasurer.save()
    assert "their own payment" in paid_by_sql(statement, treasurer)


def test_the_database_refuses_a_second_payment():
    statement = made()
    released(statement)
    assert "live grant" in paid_by_sql(statement, a_treasurer())


@pytest.mark.parametrize("amount", [399, 401])
def test_the_database_refuses_another_amount(amount):
    assert "amount and the scheme" in paid_by_sql(made(), a_treasurer(), amount=amount)


def test_the_database_refuses_what_is_not_made_or_has_ended():
    unmade, gone = stated(), made()
    ended(gone)
    assert "made before it is paid" in paid_by_sql(unmade, a_treasurer())
    assert "live grant" in paid_by_sql(gone, a_treasurer())


@pytest.mark.parametrize("wrong", [{"number": 2}, {"total": 500}, {"settled": False}])
def test_the_database_refuses_a_batch_that_is_not_its_payments(wrong):
    assert "A batch is its payments" in paid_by_sql(made(), a_treasurer(), **wrong)


def test_the_database_refuses_a_batch_of_nothing():
    batch = PAY % {"number": 1, "total": 400, "by": a_treasurer().pk}
    assert "A batch is its payments" in refused(batch)


def test_the_database_refuses_a_payment_that_comes_after_its_batch():
    batch, late = released(made()), made()
    assert "A batch is its payments" in refused(
        "INSERT INTO invoicing_payment (batch_id, invoice_id, amount, account)"
        " VALUES (%s, %s, 400, 'enc:x')",
        batch.pk,
        late.pk,
    )


def test_the_database_refuses_an_account_in_clear():
    said = paid_by_sql(made(), a_treasurer(), account=ACCOUNT)
    assert "payment_account_encrypted" in said


@pytest.mark.parametrize("table", TABLES)
def test_what_was_paid_is_neither_changed_nor_removed(table):
    batch = released(made())
    paying.opened(file=batch.files.first(), by=batch.by, at=APRIL)
    assert "Cannot update" in refused(f"UPDATE invoicing_{table} SET id = id")
    assert "Cannot delete" in refused(f"DELETE FROM invoicing_{table}")
    assert "never truncated" in refused(f"TRUNCATE invoicing_{table} CASCADE")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same_form", [True, False])
def test_released_at_once_a_payment_goes_once(same_form):
    statements = [made(price="50") for _nth in range(3)]
    treasurer, form, crowd = a_treasurer(), uuid4(), 6
    together = Barrier(crowd)

    def work(nth):
        turned = statements if nth % 2 else statements[::-1]
        together.wait()
        try:
            uuid = form if same_form else uuid4()
            return released(*turned, by=treasurer, batch=uuid).pk
        except NotAllowed:
            return None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(crowd) as people:
        found = list(people.map(work, range(crowd)))
    assert (Payment.objects.count(), PaymentBatch.objects.count()) == (3, 1)
    made_it = [each for each in found if each]
    assert len(made_it) == (crowd if same_form else 1)
    assert len(set(made_it)) == 1


# The files


def test_the_payment_file_holds_against_the_schema_and_its_sums_agree():
    first = made(speaker="Kari & Ola <Demo>", organisation_number="974 760 673", reference="Ref 7")
    second = made(price="12.50", account="NO9386011117947")
    batch = released(first, second)
    file = content(batch, "pain001")
    xmlschema.XMLSchema(SCHEMA).validate(io.BytesIO(file))
    tree = paid(batch)
    amounts = [Decimal(each) for each in texts(tree, "p:InstdAmt")]
    assert amounts == [Decimal(400), Decimal("12.50")]
    assert texts(tree, "p:CtrlSum") == ["412.50", "412.50"]
    assert texts(tree, "p:NbOfTxs") == ["2", "2"]
    assert {each.get("Ccy") for each in tree.findall(".//p:InstdAmt", NS)} == {"NOK"}
    assert texts(tree, "p:EndToEndId") == [str(first), str(second)]
    assert texts(tree, "p:CdtTrfTxInf/p:Cdtr/p:Nm")[0] == "Kari & Ola <Demo>"
    assert texts(tree, "p:Cdtr//p:OrgId//p:Id") == ["974760673"]
    assert texts(tree, "p:CdtrAcct//p:Othr/p:Id") == [ACCOUNT]
    assert texts(tree, "p:CdtrAcct//p:IBAN") == ["NO9386011117947"]
    assert texts(tree, "p:Ustrd")[0] == f"Ref 7 Lectures {first}"
    assert texts(tree, "p:ReqdExctnDt/p:Dt") == ["2026-04-15"]
    assert texts(tree, "p:Dbtr/p:Nm") == [PAYER.name]
    assert texts(tree, "p:DbtrAgt//p:BICFI") == [PAYER.bic]
    assert texts(tree, "p:MsgId") == [batch.message_id]


def test_a_wild_name_still_makes_a_file_that_the_schema_takes():
    wild = "\x0b Åse\ud800 " + "Ø" * 200 + "\U0001f600"
    order = pain001.Order(
        message_id="KM-1",
        made_at=APRIL,
        execute_on=APRIL.date(),
        currency="NOK",
        payer=PAYER,
        transfers=[
            pain001.Transfer("R-1", Decimal("1.5"), wild, "8601.11.17947", wild, wild * 2),
        ],
    )
    file = pain001.written(order)
    xmlschema.XMLSchema(SCHEMA).validate(io.BytesIO(file))
    assert pain001.written(order) == file
    name = texts(read(file), "p:Cdtr/p:Nm")[0]
    assert name.startswith("Åse Ø")
    assert len(name) <= 70


def table(batch):
    return list(csv.reader(io.StringIO(content(batch, "csv").decode("utf-8-sig")), delimiter=";"))


def test_the_table_says_of_each_payment_what_the_file_says():
    statement = made(speaker="Kari", organisation_number="974760673", reference="Ref 7")
    titles, row = table(released(statement))
    assert dict(zip(titles, row, strict=True)) == {
        "Number": str(statement),
        "Payee": "Kari",
        "Account": ACCOUNT,
        "Organisation number": "974760673",
        "Amount": "400,00",
        "Currency": "NOK",
        "Day of payment": "2026-04-15",
        "Text": f"Ref 7 Lectures {statement}",
    }


@pytest.mark.parametrize("name", ["=1+1", "+47", "-2", "@SUM(A1)"])
def test_no_cell_of_the_table_is_a_formula(name):
    _titles, row = table(released(made(speaker=name)))
    assert row[1] == f"'{name}"
    assert row[2] == ACCOUNT
    assert row[4] == "400,00"


def test_files_and_accounts_rest_encrypted_and_carry_their_hash():
    number = personal_number(4711)
    batch = released(made(number=number))
    with connection.cursor() as cursor:
        for table in (*TABLES, "invoice", "packet"):
            cursor.execute(
                f"SELECT coalesce(string_agg(t::text, ' '), '') FROM invoicing_{table} t"
            )
            rows = cursor.fetchone()[0]
            for secret in (ACCOUNT, number, number[2:]):
                assert secret not in rows, table
    payment = batch.payments.get()
    assert secrets.decrypt(payment.account, payment.batch.data_key) == ACCOUNT
    for kind in PaymentFile.Kind:
        file = batch.files.get(kind=kind)
        clear = content(batch, kind)
        assert (file.sha256, file.size) == (hashlib.sha256(clear).hexdigest(), len(clear))
        assert number not in clear.decode()


def test_who_took_a_file_is_noted():
    batch, other = released(made()), factories.person(name="Test Revisor")
    file = batch.files.get(kind="csv")
    assert hashlib.sha256(paying.opened(file=file, by=other, at=APRIL)).hexdigest() == file.sha256
    taken = FileDownload.objects.get()
    assert (taken.file, taken.by, taken.by_name) == (file, other, "Test Revisor")
