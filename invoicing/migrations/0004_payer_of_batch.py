"""Lets each batch say from which account it was paid; batches of before read it from their own file."""

from xml.etree import ElementTree

from django.db import migrations, models

from schemes import secrets

PAYMENT_FILE = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}
# Batches are never changed, not even here, unless the owner of the table says so.
UNGUARDED = "ALTER TABLE invoicing_paymentbatch DISABLE TRIGGER USER"
GUARDED = "ALTER TABLE invoicing_paymentbatch ENABLE TRIGGER USER"


def of_their_files(apps, schema_editor):
    """Fill in the payer of every batch, and enter the last one where a scheme has none yet."""
    accounts = apps.get_model("schemes", "PayingAccount").objects
    batches = apps.get_model("invoicing", "PaymentBatch").objects.order_by("-pk")
    for batch in batches:
        told = _payer(batch)
        batches.filter(pk=batch.pk).update(**told)
        if not accounts.filter(scheme=batch.scheme).exists():
            first = batches.filter(scheme=batch.scheme).earliest("execute_on").execute_on
            entered = {name.removeprefix("payer_"): value for name, value in told.items()}
            accounts.create(scheme=batch.scheme, valid_from=first, **entered)


def _payer(batch):
    file = batch.files.get(kind="pain001")
    paid = ElementTree.fromstring(secrets.decrypt(file.content))  # noqa: S314, we wrote it ourselves
    instruction = paid.find(".//p:PmtInf", PAYMENT_FILE)
    identified = instruction.find("p:DbtrAcct/p:Id", PAYMENT_FILE)
    number = identified.find(".//p:IBAN", PAYMENT_FILE)
    if number is None:
        number = identified.find("p:Othr/p:Id", PAYMENT_FILE)
    return {
        "payer_name": instruction.findtext("p:Dbtr/p:Nm", namespaces=PAYMENT_FILE),
        "payer_account": number.text,
        "payer_bic": instruction.findtext("p:DbtrAgt//p:BICFI", namespaces=PAYMENT_FILE),
    }


def _empty(label, length):
    return models.CharField(default="", max_length=length, verbose_name=label)


class Migration(migrations.Migration):
    # What is entered here in clear is encrypted there.
    run_before = [("schemes", "0007_accounts_encrypted")]
    dependencies = [
        ("invoicing", "0003_settled_with_money"),
        ("schemes", "0003_paying_accounts"),
    ]
    operations = [
        migrations.AddField(
            "paymentbatch", "payer_name", _empty("who pays", 70), preserve_default=False
        ),
        migrations.AddField(
            "paymentbatch", "payer_account", _empty("from account", 42), preserve_default=False
        ),
        migrations.AddField(
            "paymentbatch", "payer_bic", _empty("the bank's BIC", 11), preserve_default=False
        ),
        migrations.RunSQL(UNGUARDED, migrations.RunSQL.noop),
        migrations.RunPython(of_their_files, migrations.RunPython.noop),
        migrations.RunSQL(GUARDED, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "paymentbatch",
            models.CheckConstraint(
                condition=models.Q(("payer_account", ""), _negated=True),
                name="payment_batch_from_an_account",
            ),
        ),
    ]
