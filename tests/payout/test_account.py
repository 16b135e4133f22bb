"""From which account a scheme pays: dated rows that its administrator enters, kept by each batch."""

import re
from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from drawing.wording import NO_BREAK_SPACE
from invoicing.models import PaymentFile
from invoicing.pain001 import Payer
from invoicing.services import payer
from schemes import secrets
from schemes.models import Act, PayingAccount
from tests import factories
from tests.factories import again
from tests.oversight.force import by_force, found
from tests.payout.scheme import Lectures
from tests.payout.situations import PAYER, a_treasurer, made, pays_from_now_on, released
from tests.role import as_owner

pytestmark = [pytest.mark.django_db, pytest.mark.today("2026-10-14")]
IBAN = "NO3815030123457"


def page(name, *args):
    return reverse(f"administration:{name}", args=["fastlege", "accounts", *args])


@pytest.fixture
def administrator(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.force_login(factories.appointed("administrator", scheme="fastlege"))
    return client


def typed(**changed):
    answers = {"valid_from": "2026-01-01", "name": "Demo betaler"}
    return answers | {"account": "NO38 1503 0123 457", "bic": "demono22"} | changed


def test_the_newest_account_that_has_begun_pays_and_another_scheme_has_its_own():
    rows = [("2025-01-01", "A"), ("2026-05-01", "C"), ("2026-01-01", "B")]
    for day, account in rows:
        PayingAccount.objects.create(
            scheme=Lectures.slug,
            valid_from=day,
            name="Payer",
            account=secrets.encrypt(account),
            bic="DEMONO22",
        )
    pays_from_now_on("fastlege")
    found = [
        payer(Lectures(), on=date(*day)) for day in ((2024, 12, 31), (2026, 1, 1), (2026, 6, 1))
    ]
    assert found == [None, Payer("Payer", "B", "DEMONO22"), Payer("Payer", "C", "DEMONO22")]


def test_the_administrator_enters_it_with_its_numbers_checked(administrator):
    check = administrator.post(page("add"), typed())
    assert "NO38 1503 0123 457" in check.text.replace(NO_BREAK_SPACE, " ")
    assert not PayingAccount.objects.exists()
    assert administrator.post(page("add"), typed(confirm="1")).url == page("list")
    row = PayingAccount.objects.get()
    assert (row.scheme, row.number, row.bic) == ("fastlege", IBAN, "DEMONO22")
    shown = administrator.get(page("list")).text
    assert "•••• 3457" in shown
    assert IBAN not in shown


def test_its_number_is_nowhere_in_clear_but_on_the_check_page(administrator):
    administrator.post(page("add"), typed(confirm="1"))
    row, act = PayingAccount.objects.get(), Act.objects.get()
    assert row.account.startswith(secrets.MARK)
    assert act.kind == Act.Kind.ADDED
    assert {"name": "account", "before": "–", "after": "•••• 3457"} in act.figures
    admin = [reverse("admin:schemes_payingaccount_changelist")]
    admin += [reverse("admin:schemes_payingaccount_change", args=[row.pk])]
    for address in (*admin, reverse("administration:start", args=["fastlege"])):
        shown = administrator.get(address).text
        assert not re.search(r"0123\W*457", shown), address
        assert row.account not in shown


@pytest.mark.parametrize(
    "wrong",
    [
        *({"account": each} for each in ("NO3915030123457", "15030123457", "")),
        *({"bic": each} for each in ("DEMO", "")),
        {"name": ""},
        {"valid_from": ""},
    ],
)
def test_what_no_bank_takes_is_refused(administrator, wrong):
    response = administrator.post(page("add"), typed(**wrong, confirm="1"))
    assert list(response.context["form"].errors) == list(wrong)
    assert not PayingAccount.objects.exists()


def test_one_account_from_one_day(administrator):
    administrator.post(page("add"), typed(confirm="1"))
    again = administrator.post(page("add"), typed())
    assert list(again.context["form"].errors) == ["valid_from"]
    assert PayingAccount.objects.count() == 1


def test_an_account_is_never_changed_and_taken_away_only_before_its_day(administrator):
    for day in ("2026-01-01", "2026-12-01"):
        administrator.post(page("add"), typed(valid_from=day, confirm="1"))
    begun, coming = PayingAccount.objects.order_by("valid_from")
    assert administrator.post(page("change", begun.pk), typed(confirm="1")).status_code == 404
    assert administrator.post(page("remove_row", begun.pk)).status_code == 404
    assert administrator.post(page("remove_row", coming.pk)).status_code == 302
    assert PayingAccount.objects.get() == begun
    assert Act.objects.first().kind == Act.Kind.REMOVED


def test_only_administrators_of_a_scheme_that_pays_out_find_it(client):
    for who in (
        factories.appointed("administrator"),
        factories.appointed("auditor", scheme="fastlege"),
        factories.appointed("finance", scheme="fastlege"),
    ):
        client.force_login(who)
        assert client.post(page("add"), typed(confirm="1")).status_code == 404
    client.force_login(factories.appointed("administrator"))
    assert client.get(reverse("administration:list", args=["rfr", "accounts"])).status_code == 404
    assert not PayingAccount.objects.exists()


def test_a_batch_keeps_the_account_that_it_was_paid_from(client):
    pays_from_now_on()
    statement, treasurer = made(), a_treasurer()
    batch = released(statement, by=treasurer, payer=payer(Lectures(), on=date(2026, 4, 15)))
    PayingAccount.objects.update(account=secrets.encrypt(IBAN), name="Another")
    kept = again(batch)
    assert Payer(kept.payer_name, kept.paid_from, kept.payer_bic) == PAYER
    client.force_login(treasurer)
    page = client.get(reverse("invoicing:batch", args=[batch.uuid])).text
    assert PAYER.account in page
    assert IBAN not in page


def test_no_batch_is_without_an_account_and_no_account_without_its_bank():
    with pytest.raises(IntegrityError, match="payment_batch_from_an_account"), transaction.atomic():
        released(made(), payer=Payer("Payer", "", "DEMONO22"))
    with pytest.raises(IntegrityError, match="paying_account_whole"), transaction.atomic():
        PayingAccount.objects.create(scheme="x", valid_from="2026-01-01", name="x", account="1")


# What installations had before


def test_batches_of_before_get_their_payer_from_their_own_file():
    first = released(made())
    second = released(made(), payer=Payer("Another", IBAN, "DEMOSESS"))
    _forgotten()
    migration = import_module("invoicing.migrations.0004_payer_of_batch")
    with as_owner():
        migration.of_their_files(apps, None)
    import_module("schemes.migrations.0007_accounts_encrypted").encrypt(apps, None)
    _encrypted_by_the_migration()
    said = [
        (each.payer_name, each.paid_from, each.payer_bic) for each in (again(first), again(second))
    ]
    assert said == [(PAYER.name, PAYER.account, PAYER.bic), ("Another", IBAN, "DEMOSESS")]
    assert payer(Lectures(), on=second.execute_on) == Payer("Another", IBAN, "DEMOSESS")


def test_batches_of_before_get_their_account_encrypted_and_the_chain_stays_whole(monkeypatch):
    batch = _in_clear(monkeypatch)
    assert batch.payer_account == PAYER.account
    _encrypted_by_the_migration()
    kept = again(batch)
    assert (kept.payer_account[:4], kept.paid_from) == (secrets.MARK, PAYER.account)
    assert found() == {}
    by_force("UPDATE invoicing_paymentbatch SET payer_account = %s", secrets.encrypt("1"))
    assert found() == {"row_changed": 1}


def _in_clear(monkeypatch):
    encrypt = secrets.encrypt
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE invoicing_paymentbatch DROP CONSTRAINT payment_batch_from_an_account"
        )
    with monkeypatch.context() as before:
        clear = {PAYER.account: PAYER.account}
        before.setattr(
            secrets, "encrypt", lambda text, *key: clear.get(text) or encrypt(text, *key)
        )
        return again(released(made()))


def _encrypted_by_the_migration():
    migration = import_module("invoicing.migrations.0010_payer_encrypted")
    with as_owner(), connection.cursor() as cursor, connection.schema_editor() as editor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(migration.UNGUARDED)
        migration.encrypt(apps, editor)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(migration.GUARDED)


def _forgotten():
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("paymentbatch", "paymentfile"):
            cursor.execute(f"ALTER TABLE invoicing_{table} DISABLE TRIGGER USER")
        cursor.execute(
            "ALTER TABLE invoicing_paymentbatch DROP CONSTRAINT payment_batch_from_an_account"
        )
        cursor.execute(
            "UPDATE invoicing_paymentbatch SET payer_name = '', payer_account = '', payer_bic = ''"
        )
    # Then the files had no keys of their own.
    for file in PaymentFile.objects.select_related("batch"):
        file.content = secrets.encrypt(secrets.decrypt(file.content, file.batch.data_key))
        with as_owner():
            file.save(update_fields=["content"])


def test_what_stood_in_the_environment_is_taken_over_once(monkeypatch):
    take_over = import_module("schemes.fastlege.migrations.0004_paying_account").take_over
    take_over(apps, None)
    assert not PayingAccount.objects.exists()
    for name, value in (("NAME", "Demo"), ("ACCOUNT", "15030123457"), ("BIC", "DEMONO22")):
        monkeypatch.setenv(f"PAYER_{name}", value)
    take_over(apps, None)
    take_over(apps, None)
    row = PayingAccount.objects.get()
    assert (row.scheme, row.name, row.account, row.bic) == (
        *("fastlege", "Demo"),
        *("15030123457", "DEMONO22"),
    )
    assert row.valid_from == date(2021, 8, 17)
