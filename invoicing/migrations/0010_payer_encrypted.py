"""Encrypts the account that each batch was paid from, and writes down that these rows read otherwise since."""

from django.db import migrations, models

from schemes import secrets

# Batches are never changed, not even here, unless the owner of the table says so.
UNGUARDED = "ALTER TABLE invoicing_paymentbatch DISABLE TRIGGER USER"
GUARDED = "ALTER TABLE invoicing_paymentbatch ENABLE TRIGGER USER"
# What a batch says now, hashed as its link would hash it.
WRITTEN_DOWN = """
INSERT INTO oversight_encryption (batch_id, link, hash, at)
SELECT b.id, l.hash, sha256(convert_to(l.of || (to_jsonb(b) - ARRAY(
    SELECT e.key FROM jsonb_each(to_jsonb(b)) e WHERE e.value = 'null'
))::text, 'UTF8')), now()
FROM invoicing_paymentbatch b
JOIN oversight_link l ON l.of = 'invoicing_paymentbatch' AND l.row = b.id
WHERE b.id = ANY(%s)
"""


def encrypt(apps, schema_editor):
    """Encrypt every account that is in clear yet, with the key of its batch."""
    batches = apps.get_model("invoicing", "PaymentBatch").objects
    found = list(batches.exclude(payer_account__startswith=secrets.MARK).select_related("key"))
    for batch in found:
        key = secrets.decrypt(batch.key.wrapped) if hasattr(batch, "key") else ""
        encrypted = secrets.encrypt(batch.payer_account, key)
        batches.filter(pk=batch.pk).update(payer_account=encrypted)
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SET LOCAL TimeZone TO 'UTC'")
        cursor.execute(WRITTEN_DOWN, [[each.pk for each in found]])


class Migration(migrations.Migration):
    dependencies = [
        ("invoicing", "0009_found_by_words"),
        ("oversight", "0009_encryptions"),
    ]
    operations = [
        migrations.RemoveConstraint("paymentbatch", "payment_batch_from_an_account"),
        migrations.AlterField(
            "paymentbatch",
            "payer_account",
            models.TextField(verbose_name="from account, encrypted"),
        ),
        migrations.RunSQL(UNGUARDED, migrations.RunSQL.noop),
        migrations.RunPython(encrypt, migrations.RunPython.noop),
        migrations.RunSQL(GUARDED, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "paymentbatch",
            models.CheckConstraint(
                condition=models.Q(("payer_account__startswith", secrets.MARK)),
                name="payment_batch_from_an_account",
            ),
        ),
    ]
