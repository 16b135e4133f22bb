"""Keeps what was granted from each pool in each month, in the zone of its scheme."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from schemes import registry

# Runs as the tables' owner, whoever adds a row to the ledger.
SPEND = """
CREATE FUNCTION public.schemes_spend() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO schemes_spent AS s (pool_id, month, amount)
    SELECT p.id, date_trunc('month', NEW.at AT TIME ZONE
        coalesce(nullif(c.time_zone, ''), '{zone}'))::date, NEW.amount
    FROM schemes_pool p LEFT JOIN schemes_charter c ON c.scheme = p.scheme WHERE p.id = NEW.pool_id
    ON CONFLICT (pool_id, month) DO UPDATE SET amount = s.amount + excluded.amount;
    RETURN NULL;
END $$;
SET CONSTRAINTS ALL IMMEDIATE;
INSERT INTO schemes_spent (pool_id, month, amount)
    SELECT l.pool_id, date_trunc('month', l.at AT TIME ZONE
        coalesce(nullif(c.time_zone, ''), '{zone}'))::date, sum(l.amount)
    FROM schemes_ledgerentry l JOIN schemes_pool p ON p.id = l.pool_id
    LEFT JOIN schemes_charter c ON c.scheme = p.scheme
    WHERE l.kind IN ('grant', 'release') GROUP BY 1, 2;
CREATE TRIGGER ledger_spent AFTER INSERT ON schemes_ledgerentry FOR EACH ROW
    WHEN (NEW.kind IN ('grant', 'release')) EXECUTE FUNCTION public.schemes_spend();
""".replace("{zone}", settings.TIME_ZONE)
SPEND_NO_MORE = """
DROP TRIGGER ledger_spent ON schemes_ledgerentry;
DROP FUNCTION public.schemes_spend()
"""


def zones(apps, schema_editor):
    """Write down the zone of each scheme that has a charter; after every migration all are written."""
    charters = apps.get_model("schemes", "Charter").objects
    for scheme in registry.SCHEMES:
        charters.filter(scheme=scheme.slug).update(time_zone=scheme.time_zone)


class Migration(migrations.Migration):
    dependencies = [("schemes", "0009_editions")]

    operations = [
        migrations.AddField(
            model_name="charter",
            name="time_zone",
            field=models.CharField(blank=True, max_length=40, default=""),
            preserve_default=False,
        ),
        migrations.CreateModel(
            name="Spent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField(verbose_name="month")),
                (
                    "amount",
                    models.DecimalField(decimal_places=2, max_digits=14, verbose_name="amount"),
                ),
                (
                    "pool",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="schemes.pool",
                    ),
                ),
            ],
            options={
                "verbose_name": "month of a pool",
                "verbose_name_plural": "months of pools",
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("pool", "month"), name="spent_in_month")
                ],
            },
        ),
        migrations.RunPython(zones, migrations.RunPython.noop),
        migrations.RunSQL(SPEND, SPEND_NO_MORE),
    ]
