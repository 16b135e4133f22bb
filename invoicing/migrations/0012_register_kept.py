"""Keeps the register: an entry for each invoice that says where it stands, and sums by month."""

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

import database.finding

KEEP = r"""
CREATE OR REPLACE FUNCTION public.invoicing_enter() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $keep$
DECLARE
    case_ bigint;
BEGIN
    IF TG_TABLE_NAME = 'applications_application' THEN
        case_ := NEW.id;
    ELSIF TG_TABLE_NAME = 'invoicing_invoice' THEN
        case_ := NEW.application_id;
    ELSE
        SELECT application_id INTO case_ FROM invoicing_invoice WHERE id = NEW.invoice_id;
    END IF;
    PERFORM 1 FROM applications_application WHERE id = case_ FOR NO KEY UPDATE;
    INSERT INTO invoicing_entry AS e (invoice_id, uuid, application_id, scheme, organisation_id, kind, label, filed, reference, course_title, participant, workplace, starts_on, ends_on, signed, issued_on, due, falls, stage, made)
    SELECT invoice_id, uuid, application_id, scheme, organisation_id, kind, label, filed, reference, course_title, participant, workplace, starts_on, ends_on, signed, issued_on, due, falls, stage, made FROM (
SELECT i.id AS invoice_id, i.uuid, i.application_id, a.scheme, s.organisation_id, i.kind,
    coalesce(stated.number, '') AS label,
    regexp_replace(coalesce(stated.number, ''), '[0-9]+$', '') || lpad(i.number::text, 10, '0') AS filed,
    coalesce(stated.reference, '') AS reference, a.course_title, a.participant, a.workplace,
    a.starts_on, a.ends_on,
    CASE i.kind WHEN 'credit' THEN -i.amount ELSE i.amount END AS signed, i.issued_on, d.due,
    coalesce(d.due, i.issued_on) AS falls,
    CASE
        WHEN EXISTS (SELECT FROM invoicing_payment p WHERE p.invoice_id = i.id) THEN 'paid'
        WHEN i.kind = 'statement' AND t.credited > 0 THEN 'withdrawn'
        WHEN o.kind = 'statement' THEN 'withdrawn'
        WHEN t.sent AND a.state = 'settled' THEN 'settled'
        WHEN t.sent AND (i.kind = 'credit' OR t.credited = i.amount) THEN 'credited'
        WHEN t.sent THEN 'sent'
        WHEN t.kept_back THEN 'credited'
        WHEN i.kind = 'statement' THEN 'unpaid'
        ELSE 'unsent'
    END AS stage,
    EXISTS (SELECT FROM invoicing_packet p
        WHERE p.invoice_id = i.id AND p.rendered_at IS NOT NULL) AS made
FROM invoicing_invoice i
JOIN invoicing_series s ON s.id = i.series_id
JOIN applications_application a ON a.id = i.application_id
LEFT JOIN invoicing_invoice o ON o.id = i.credits_id
CROSS JOIN LATERAL jsonb_to_record(i.snapshot) AS stated(number text, reference text)
CROSS JOIN LATERAL (SELECT CASE WHEN i.kind <> 'credit' THEN coalesce(
    (SELECT n.due_on FROM invoicing_postponement n WHERE n.invoice_id = i.id
        ORDER BY n.id DESC LIMIT 1), i.due_on) END AS due) d
CROSS JOIN LATERAL (SELECT
    EXISTS (SELECT FROM invoicing_handling h WHERE h.invoice_id = i.id AND h.kind = 'sent') AS sent,
    coalesce((SELECT sum(c.amount) FROM invoicing_invoice c WHERE c.credits_id = i.id), 0) AS credited,
    NOT EXISTS (SELECT FROM invoicing_handling h
        WHERE h.invoice_id = coalesce(o.id, i.id) AND h.kind = 'sent')
    AND coalesce(o.amount, i.amount) = (SELECT sum(c.amount) FROM invoicing_invoice c
        WHERE c.credits_id = coalesce(o.id, i.id)) AS kept_back) t
 WHERE i.application_id = case_) r
    ON CONFLICT (invoice_id) DO UPDATE SET (uuid, application_id, scheme, organisation_id, kind, label, filed, reference, course_title, participant, workplace, starts_on, ends_on, signed, issued_on, due, falls, stage, made) = (excluded.uuid, excluded.application_id, excluded.scheme, excluded.organisation_id, excluded.kind, excluded.label, excluded.filed, excluded.reference, excluded.course_title, excluded.participant, excluded.workplace, excluded.starts_on, excluded.ends_on, excluded.signed, excluded.issued_on, excluded.due, excluded.falls, excluded.stage, excluded.made)
        WHERE (e.uuid, e.application_id, e.scheme, e.organisation_id, e.kind, e.label, e.filed, e.reference, e.course_title, e.participant, e.workplace, e.starts_on, e.ends_on, e.signed, e.issued_on, e.due, e.falls, e.stage, e.made) IS DISTINCT FROM (excluded.uuid, excluded.application_id, excluded.scheme, excluded.organisation_id, excluded.kind, excluded.label, excluded.filed, excluded.reference, excluded.course_title, excluded.participant, excluded.workplace, excluded.starts_on, excluded.ends_on, excluded.signed, excluded.issued_on, excluded.due, excluded.falls, excluded.stage, excluded.made);
    RETURN NULL;
END
$keep$;
CREATE OR REPLACE FUNCTION public.invoicing_count() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $keep$
DECLARE
    last bigint := 0;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO invoicing_tally (scheme, organisation_id, month, stage, made, day, number, amount)
        SELECT e.scheme, e.organisation_id, date_trunc('month', e.issued_on)::date, e.stage, e.made, CASE e.stage WHEN 'sent' THEN e.ends_on WHEN 'unsent' THEN CASE WHEN e.made THEN e.due END END, -1, -e.signed FROM (SELECT OLD.*) e;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO invoicing_tally (scheme, organisation_id, month, stage, made, day, number, amount)
        SELECT e.scheme, e.organisation_id, date_trunc('month', e.issued_on)::date, e.stage, e.made, CASE e.stage WHEN 'sent' THEN e.ends_on WHEN 'unsent' THEN CASE WHEN e.made THEN e.due END END, 1, e.signed FROM (SELECT NEW.*) e RETURNING id INTO last;
    END IF;
    -- Adding up waits for nobody: whoever finds another at it leaves it to them.
    IF last % 100 = 0 AND pg_try_advisory_xact_lock(31249) THEN
        WITH several AS MATERIALIZED (
            SELECT scheme, organisation_id, month, stage, made, day, sum(number) AS number, sum(amount) AS amount, array_agg(id) AS ids
            FROM invoicing_tally GROUP BY scheme, organisation_id, month, stage, made, day HAVING count(*) > 1
        ), gone AS (
            DELETE FROM invoicing_tally WHERE id IN (SELECT unnest(ids) FROM several)
        )
        INSERT INTO invoicing_tally (scheme, organisation_id, month, stage, made, day, number, amount)
        SELECT scheme, organisation_id, month, stage, made, day, number, amount FROM several WHERE number <> 0 OR amount <> 0;
    END IF;
    RETURN NULL;
END
$keep$;
SET CONSTRAINTS ALL IMMEDIATE;
INSERT INTO invoicing_entry (invoice_id, uuid, application_id, scheme, organisation_id, kind, label, filed, reference, course_title, participant, workplace, starts_on, ends_on, signed, issued_on, due, falls, stage, made) SELECT invoice_id, uuid, application_id, scheme, organisation_id, kind, label, filed, reference, course_title, participant, workplace, starts_on, ends_on, signed, issued_on, due, falls, stage, made FROM (
SELECT i.id AS invoice_id, i.uuid, i.application_id, a.scheme, s.organisation_id, i.kind,
    coalesce(stated.number, '') AS label,
    regexp_replace(coalesce(stated.number, ''), '[0-9]+$', '') || lpad(i.number::text, 10, '0') AS filed,
    coalesce(stated.reference, '') AS reference, a.course_title, a.participant, a.workplace,
    a.starts_on, a.ends_on,
    CASE i.kind WHEN 'credit' THEN -i.amount ELSE i.amount END AS signed, i.issued_on, d.due,
    coalesce(d.due, i.issued_on) AS falls,
    CASE
        WHEN EXISTS (SELECT FROM invoicing_payment p WHERE p.invoice_id = i.id) THEN 'paid'
        WHEN i.kind = 'statement' AND t.credited > 0 THEN 'withdrawn'
        WHEN o.kind = 'statement' THEN 'withdrawn'
        WHEN t.sent AND a.state = 'settled' THEN 'settled'
        WHEN t.sent AND (i.kind = 'credit' OR t.credited = i.amount) THEN 'credited'
        WHEN t.sent THEN 'sent'
        WHEN t.kept_back THEN 'credited'
        WHEN i.kind = 'statement' THEN 'unpaid'
        ELSE 'unsent'
    END AS stage,
    EXISTS (SELECT FROM invoicing_packet p
        WHERE p.invoice_id = i.id AND p.rendered_at IS NOT NULL) AS made
FROM invoicing_invoice i
JOIN invoicing_series s ON s.id = i.series_id
JOIN applications_application a ON a.id = i.application_id
LEFT JOIN invoicing_invoice o ON o.id = i.credits_id
CROSS JOIN LATERAL jsonb_to_record(i.snapshot) AS stated(number text, reference text)
CROSS JOIN LATERAL (SELECT CASE WHEN i.kind <> 'credit' THEN coalesce(
    (SELECT n.due_on FROM invoicing_postponement n WHERE n.invoice_id = i.id
        ORDER BY n.id DESC LIMIT 1), i.due_on) END AS due) d
CROSS JOIN LATERAL (SELECT
    EXISTS (SELECT FROM invoicing_handling h WHERE h.invoice_id = i.id AND h.kind = 'sent') AS sent,
    coalesce((SELECT sum(c.amount) FROM invoicing_invoice c WHERE c.credits_id = i.id), 0) AS credited,
    NOT EXISTS (SELECT FROM invoicing_handling h
        WHERE h.invoice_id = coalesce(o.id, i.id) AND h.kind = 'sent')
    AND coalesce(o.amount, i.amount) = (SELECT sum(c.amount) FROM invoicing_invoice c
        WHERE c.credits_id = coalesce(o.id, i.id)) AS kept_back) t
) r;
INSERT INTO invoicing_tally (scheme, organisation_id, month, stage, made, day, number, amount)
SELECT e.scheme, e.organisation_id, date_trunc('month', e.issued_on)::date, e.stage, e.made, CASE e.stage WHEN 'sent' THEN e.ends_on WHEN 'unsent' THEN CASE WHEN e.made THEN e.due END END, count(*), sum(e.signed) FROM invoicing_entry e GROUP BY 1, 2, 3, 4, 5, 6;
CREATE TRIGGER invoice_entered AFTER INSERT OR UPDATE ON invoicing_invoice FOR EACH ROW WHEN (true)
EXECUTE FUNCTION public.invoicing_enter();
CREATE TRIGGER packet_entered AFTER INSERT OR UPDATE ON invoicing_packet FOR EACH ROW WHEN (NEW.rendered_at IS NOT NULL)
EXECUTE FUNCTION public.invoicing_enter();
CREATE TRIGGER handling_entered AFTER INSERT ON invoicing_handling FOR EACH ROW WHEN (NEW.kind = 'sent')
EXECUTE FUNCTION public.invoicing_enter();
CREATE TRIGGER postponement_entered AFTER INSERT ON invoicing_postponement FOR EACH ROW WHEN (true)
EXECUTE FUNCTION public.invoicing_enter();
CREATE TRIGGER payment_entered AFTER INSERT ON invoicing_payment FOR EACH ROW WHEN (true)
EXECUTE FUNCTION public.invoicing_enter();
CREATE TRIGGER case_entered AFTER UPDATE ON applications_application FOR EACH ROW WHEN (OLD.decided_at IS NOT NULL AND (OLD.state, OLD.course_title, OLD.participant, OLD.workplace, OLD.starts_on, OLD.ends_on) IS DISTINCT FROM (NEW.state, NEW.course_title, NEW.participant, NEW.workplace, NEW.starts_on, NEW.ends_on))
EXECUTE FUNCTION public.invoicing_enter();
CREATE TRIGGER entry_counted AFTER INSERT OR DELETE ON invoicing_entry FOR EACH ROW WHEN (true)
EXECUTE FUNCTION public.invoicing_count();
CREATE TRIGGER entry_counted_anew AFTER UPDATE ON invoicing_entry FOR EACH ROW WHEN ((OLD.scheme, OLD.organisation_id, OLD.issued_on, OLD.stage, OLD.made, OLD.due, OLD.ends_on, OLD.signed) IS DISTINCT FROM (NEW.scheme, NEW.organisation_id, NEW.issued_on, NEW.stage, NEW.made, NEW.due, NEW.ends_on, NEW.signed))
EXECUTE FUNCTION public.invoicing_count();
"""
KEEP_NO_MORE = """
DROP TRIGGER invoice_entered ON invoicing_invoice;
DROP TRIGGER packet_entered ON invoicing_packet;
DROP TRIGGER handling_entered ON invoicing_handling;
DROP TRIGGER postponement_entered ON invoicing_postponement;
DROP TRIGGER payment_entered ON invoicing_payment;
DROP TRIGGER case_entered ON applications_application;
DROP TRIGGER entry_counted ON invoicing_entry;
DROP TRIGGER entry_counted_anew ON invoicing_entry;
DROP FUNCTION public.invoicing_enter();
DROP FUNCTION public.invoicing_count();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0012_found_by_words"),
        ("invoicing", "0010_payer_encrypted"),
        ("schemes", "0008_trigrams"),
    ]

    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "invoice",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="entry",
                        serialize=False,
                        to="invoicing.invoice",
                    ),
                ),
                ("uuid", models.UUIDField()),
                ("scheme", models.SlugField(db_index=False)),
                ("kind", models.CharField(max_length=10)),
                ("label", models.TextField()),
                ("filed", models.TextField()),
                ("reference", models.TextField()),
                ("course_title", models.TextField()),
                ("participant", models.TextField()),
                ("workplace", models.TextField()),
                ("starts_on", models.DateField(null=True)),
                ("ends_on", models.DateField(null=True)),
                ("signed", models.DecimalField(decimal_places=2, max_digits=12)),
                ("issued_on", models.DateField()),
                ("due", models.DateField(null=True)),
                ("falls", models.DateField()),
                ("stage", models.CharField(max_length=10)),
                ("made", models.BooleanField()),
            ],
            options={
                "verbose_name": "entry of the register",
                "verbose_name_plural": "entries of the register",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("scheme", models.SlugField(db_index=False)),
                ("month", models.DateField()),
                ("stage", models.CharField(max_length=10)),
                ("made", models.BooleanField()),
                ("day", models.DateField(null=True)),
                ("number", models.IntegerField()),
                ("amount", models.DecimalField(decimal_places=2, max_digits=14)),
            ],
            options={
                "verbose_name": "tally of invoices",
                "verbose_name_plural": "tallies of invoices",
                "default_permissions": (),
            },
        ),
        migrations.RemoveIndex(
            model_name="invoice",
            name="invoice_issued",
        ),
        migrations.RemoveIndex(
            model_name="invoice",
            name="invoice_sought",
        ),
        migrations.AddIndex(
            model_name="paymentbatch",
            index=models.Index(fields=["scheme", "id"], name="payment_batch_of"),
        ),
        migrations.AddField(
            model_name="entry",
            name="application",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="applications.application",
            ),
        ),
        migrations.AddField(
            model_name="entry",
            name="organisation",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="schemes.organisation",
            ),
        ),
        migrations.AddField(
            model_name="tally",
            name="organisation",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="schemes.organisation",
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper(
                        database.finding.Texts(
                            "label", "reference", "course_title", "participant", "workplace"
                        )
                    ),
                    name="gin_trgm_ops",
                ),
                name="entry_sought",
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["scheme", "filed", "invoice"], name="entry_filed"),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["scheme", "falls", "invoice"], name="entry_falls"),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["scheme", "signed", "invoice"], name="entry_signed"),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                fields=["scheme", "course_title", "invoice"], name="entry_course_title"
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["scheme", "issued_on", "invoice"], name="entry_issued_on"),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                fields=["scheme", "stage", "filed", "invoice"], name="entry_at_filed"
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                fields=["scheme", "stage", "falls", "invoice"], name="entry_at_falls"
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                fields=["scheme", "stage", "signed", "invoice"], name="entry_at_signed"
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                fields=["scheme", "stage", "course_title", "invoice"], name="entry_at_course_title"
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                fields=["scheme", "stage", "issued_on", "invoice"], name="entry_at_issued_on"
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["organisation", "stage"], name="entry_of"),
        ),
        migrations.AddIndex(
            model_name="tally",
            index=models.Index(fields=["scheme", "month"], name="tally_month"),
        ),
        migrations.RunSQL(KEEP, KEEP_NO_MORE),
    ]
