"""Enters the region's health-care administrations, to whom grants are paid (R1)."""

from datetime import date

from django.db import migrations

ADMINISTRATIONS = {
    "SU": "Sahlgrenska Universitetssjukhuset",
    "SAS": "Södra Älvsborgs Sjukhus",
    "NU": "NU-sjukvården",
    "SKAS": "Skaraborgs Sjukhus",
    "SIV": "Sjukhusen i väster",
    "RH": "Regionhälsan",
    "NH": "Närhälsan",
    "HH": "Habilitering & Hälsa",
}


def enter(apps, schema_editor):
    organisation = apps.get_model("schemes", "Organisation")
    for code, name in ADMINISTRATIONS.items():
        organisation.objects.get_or_create(
            scheme="rfr", code=code, defaults={"name": name, "valid_from": date(2024, 1, 1)}
        )


class Migration(migrations.Migration):
    dependencies = [("rfr", "0002_terms_of_2024"), ("schemes", "0001_initial")]
    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
