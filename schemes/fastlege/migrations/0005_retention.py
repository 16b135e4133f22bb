"""Enters how long each kind of record is kept, with the sentence of the law or that the office decides it."""

from datetime import date

from django.db import migrations

from schemes.fastlege.tables import SLUG

FIRST_DAY = date(2021, 8, 17)
OFFICE = """\
Ingen lov sier hvor lenge: Tiden er et utgangspunkt som ordningen selv bestemmer. Opplysninger skal ikke lagres lenger \
enn nødvendig (personvernforordningen artikkel 5 nr. 1 bokstav e)."""
LAW = """\
Bokføringsloven § 13: regnskapsmateriale oppbevares i fem år etter regnskapsårets slutt."""
TERMS = {
    "draft": (12, OFFICE),
    "closed": (24, OFFICE),
    "paid": (24, OFFICE),
    "voucher": (60, LAW),
    "account": (24, OFFICE),
}


def enter(apps, schema_editor):
    term = apps.get_model("schemes", "RetentionTerm")
    for kind, (months, source) in TERMS.items():
        term.objects.create(
            scheme=SLUG, kind=kind, valid_from=FIRST_DAY, months=months, source=source
        )


class Migration(migrations.Migration):
    dependencies = [("fastlege", "0004_paying_account"), ("schemes", "0005_retention_terms")]
    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
