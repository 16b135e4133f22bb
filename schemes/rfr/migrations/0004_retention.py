"""Enters how long each kind of record is kept, with the sentence of the law or that the office decides it."""

from datetime import date

from django.db import migrations

FIRST_DAY = date(2024, 1, 1)
OFFICE = """\
Ingen lag säger hur länge: tiden är en utgångspunkt som förvaltningen själv beslutar om, i sin \
dokumenthanteringsplan. Uppgifter får inte sparas längre än de behövs (dataskyddsförordningen artikel 5.1 e)."""
LAW = """\
Bokföringslagen (1999:1078) 7 kap. 2 §: räkenskapsinformation bevaras till och med det sjunde året efter utgången av \
det kalenderår då räkenskapsåret avslutades. Regionens egen bokföring har samma tid (lag 2018:597 om kommunal \
bokföring och redovisning, 3 kap.)."""
TERMS = {
    "draft": (12, OFFICE),
    "closed": (24, OFFICE),
    "paid": (24, OFFICE),
    "voucher": (84, LAW),
    "account": (24, OFFICE),
}


def enter(apps, schema_editor):
    term = apps.get_model("schemes", "RetentionTerm")
    for kind, (months, source) in TERMS.items():
        term.objects.create(
            scheme="rfr", kind=kind, valid_from=FIRST_DAY, months=months, source=source
        )


class Migration(migrations.Migration):
    dependencies = [("rfr", "0003_administrations"), ("schemes", "0005_retention_terms")]
    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
