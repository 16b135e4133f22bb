"""Keeps what the ledger says of each budget, and links the files that came before."""

from django.db import migrations

# Runs as the tables' owner, whoever adds a row to the ledger.
BOOK = """
CREATE OR REPLACE FUNCTION oversight_book() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    bound numeric := CASE WHEN NEW.kind IN ('grant', 'release') THEN NEW.amount ELSE 0 END;
BEGIN
    INSERT INTO oversight_balance AS b (pool_id, committed, budget)
    VALUES (NEW.pool_id, bound, NEW.amount - bound)
    ON CONFLICT (pool_id) DO UPDATE SET committed = b.committed + excluded.committed,
        budget = b.budget + excluded.budget;
    RETURN NULL;
END $$;
DROP TRIGGER ledger_booked ON schemes_ledgerentry;
CREATE TRIGGER ledger_booked AFTER INSERT ON schemes_ledgerentry FOR EACH ROW
    EXECUTE FUNCTION oversight_book();
INSERT INTO oversight_balance AS b (pool_id, committed, budget)
    SELECT pool_id, 0, sum(amount) FROM schemes_ledgerentry
    WHERE kind IN ('budget', 'transfer') GROUP BY pool_id
    ON CONFLICT (pool_id) DO UPDATE SET budget = excluded.budget;
"""
# As the trigger does it, at the end of each case's chain.
LINK = """
DO $$
DECLARE original RECORD; last RECORD; content jsonb;
BEGIN
    SET LOCAL TimeZone TO 'UTC';
    FOR original IN SELECT * FROM applications_original o WHERE NOT EXISTS (
        SELECT 1 FROM oversight_link l WHERE l.of = 'applications_original' AND l.row = o.id
    ) ORDER BY id LOOP
        content := to_jsonb(original);
        content := content - ARRAY(SELECT e.key FROM jsonb_each(content) e WHERE e.value = 'null');
        SELECT l.number, l.hash INTO last FROM oversight_link l
            WHERE l.chain = 'case' AND l.key = original.application_id
            ORDER BY l.number DESC LIMIT 1;
        INSERT INTO oversight_link (chain, key, number, of, row, hash) VALUES (
            'case', original.application_id, coalesce(last.number, 0) + 1, 'applications_original',
            original.id, sha256(coalesce(last.hash, '')
                || convert_to('applications_original' || content::text, 'UTF8'))
        );
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("oversight", "0007_budgets_add_up")]
    operations = [
        migrations.RunSQL(BOOK, migrations.RunSQL.noop),
        migrations.RunSQL(LINK, migrations.RunSQL.noop),
    ]
