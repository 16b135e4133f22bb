"""Links the rows from before the chain, so that the first seal covers them too."""

from django.db import migrations

from oversight.linking import Unlinked, link_all

CASE = "application_id"
OF_INVOICE = "(SELECT i.application_id FROM invoicing_invoice i WHERE i.id = invoice_id)"
OF_FILE = "(SELECT f.batch_id FROM invoicing_paymentfile f WHERE f.id = file_id)"
# As of this migration: the list that counts from then on is in oversight.models.
TABLES = [
    ("schemes_ledgerentry", "pool", "pool_id"),
    ("schemes_allowanceentry", "allowance", "allowance_id"),
    ("applications_event", "case", CASE),
    ("applications_verdict", "case", CASE),
    ("decisions_signature", "case", CASE),
    ("decisions_recusal", "case", CASE),
    ("decisions_lowering", "case", CASE),
    ("decisions_decision", "case", CASE),
    ("invoicing_invoice", "case", CASE),
    ("invoicing_handling", "case", OF_INVOICE),
    ("invoicing_postponement", "case", OF_INVOICE),
    ("invoicing_settlement", "case", CASE),
    ("invoicing_payment", "case", OF_INVOICE),
    ("invoicing_series", "series", "id"),
    ("invoicing_paymentbatch", "batch", "id"),
    ("invoicing_paymentfile", "batch", "batch_id"),
    ("invoicing_filedownload", "batch", OF_FILE),
]
WITHOUT = {"decisions_signature": "- ARRAY['voided_at', 'void_reason']::text[]"}
EMPTY = "ARRAY(SELECT e.key FROM jsonb_each(to_jsonb({table})) e WHERE e.value = 'null')"


def link(apps, editor):
    with editor.connection.cursor() as cursor:
        link_all(cursor, [_unlinked(*each) for each in TABLES])


def _unlinked(table, chain, key):
    without = f"- {EMPTY.format(table=table)} {WITHOUT.get(table, '')}"
    return Unlinked(table, chain, key, f"(to_jsonb({table}) {without})::text")


class Migration(migrations.Migration):
    # After whatever still changes rows: a row that is linked stays as it is.
    dependencies = [("oversight", "0001_initial"), ("invoicing", "0005_batch_keys")]
    operations = [migrations.RunPython(link, migrations.RunPython.noop)]
