"""Lets processes keep what they read of small tables, until PostgreSQL says that one was changed."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


# Runs as the table's owner, whoever changes a list. It waits for nobody but who changes one at the same time.
NEW_EDITION = """
CREATE OR REPLACE FUNCTION schemes_new_edition() RETURNS void LANGUAGE sql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    INSERT INTO schemes_edition (id, key) VALUES (1, gen_random_uuid())
    ON CONFLICT (id) DO UPDATE SET key = excluded.key
$$;
SELECT schemes_new_edition();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('schemes', '0008_trigrams'),
    ]

    operations = [
        migrations.CreateModel(
            name='Edition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField()),
            ],
            options={
                'verbose_name': 'edition',
                'verbose_name_plural': 'editions',
                'default_permissions': (),
            },
        ),
        migrations.RunSQL(NEW_EDITION, migrations.RunSQL.noop),
        pgtrigger.migrations.AddTrigger(
            model_name='break',
            trigger=pgtrigger.compiler.Trigger(name='edition', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM schemes_new_edition(); RETURN NULL;', hash='9ee20ecce8f72930fba8fd6c2d17b0d3da40e0fb', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_edition_95c58', table='schemes_break', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='closing',
            trigger=pgtrigger.compiler.Trigger(name='edition', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM schemes_new_edition(); RETURN NULL;', hash='1bafcbb0c0ee9d881abf1a8b964d56783ff1f841', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_edition_7fe04', table='schemes_closing', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='organisation',
            trigger=pgtrigger.compiler.Trigger(name='edition', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM schemes_new_edition(); RETURN NULL;', hash='e59fd479c2d0db4944aa1d04e1050dd6869e91cc', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_edition_34a07', table='schemes_organisation', when='AFTER')),
        ),
    ]
