"""Enters the page's figures, the association's day rates and the pre-approved courses."""

from datetime import date
from decimal import Decimal

from django.db import migrations

FIRST_DAY = date(2021, 8, 17)
# The page gives the list no dates. A long course may have begun well before the scheme.
LISTED_FROM = date(2020, 1, 1)

SOURCE = """\
Den norske legeforening: «Midlertidig refusjonsordning for fastleger».
L1: Midlertidig refusjonsordning (kursbevis fra og med 17. august 2021)
L5: Midler deles ut så lenge enkeltbevilgningen … rekker
L6: Kursavgift opp til 4 000 NOK
L8: inntil to hele, eller fire halve dager per år
L9: i henhold til Legeforeningens satser for praksiskompensasjon
L13: fastlegekurs-ksfond@legeforeningen.no
Siden sier ikke hvor stor bevilgningen er: Beløpet her er et utgangspunkt som administratoren setter. Siden sier \
heller ikke hvor mange timer som er en hel eller halv dag, når søkeren får svar, eller når det betales: Der står vår \
tolkning."""

TERMS = {
    "source": SOURCE,
    "first_day": FIRST_DAY,
    "fee_cap": Decimal(4000),
    "units": 4,
    "units_per": "year",
    "whole_day_above": Decimal(4),
    "half_day_from": Decimal(2),
    "municipality_day_rate": True,
    "appropriation": Decimal(24_000_000),
    "overtaking": False,
    "answer_days": 30,
    "payment_days": 30,
    "payer": "Den norske legeforening",
    "contact": "fastlegekurs-ksfond@legeforeningen.no",
}

RATES_SOURCE = "Legeforeningens satser for praksiskompensasjon {year}"
RATES = {2020: (8080, 4040), 2022: (8500, 4250), 2023: (8750, 4375)}

COURSES = """\
BI – SMC 1001 Lederkurs for allmennleger
Klinisk emnekurs i kvalitetsarbeid – Pre-kongress til Nordisk congress i allmennmedisin 2022
UIO – Emnekurs HADM4402 Kvalitet og pasientsikkerhet
Kurskomiteen i Oppland legeforening – Klinisk emnekurs i legevaktmedisin/akuttmedisin og praktiske \
allmennmedisinske ferdigheter
SKIL – Klinisk emnekurs i Legemiddelgjennomgang
SKIL – Klinisk emnekurs i Riktigere Antibiotikabruk i Kommunene
SKIL – Klinisk emnekurs i Pasientforløp for sårbare grupper
SKIL – Klinisk emnekurs i Gjør Kloke Valg
SKIL – Klinisk emnekurs i Smittevern
SKIL – Klinisk emnekurs i Sykemeldingarbeid for leger
SKIL – Kvalitetssamarbeid for kommunesamarbeid
SKIL – Introduksjonskurs for veiledere/gruppelederkurs
SKIL – Vanedannende midler
SKIL – Sunn Seksuell Helse Hele Livet
SKIL – Verdibasert radiologi
SKIL – Bedre livskvalitet med diabetes"""
ORGANISERS = ("BI", "UIO", "Kurskomiteen i Oppland legeforening", "SKIL")


def enter(apps, schema_editor):
    apps.get_model("fastlege", "DatedTerms").objects.get_or_create(
        valid_from=FIRST_DAY, defaults=TERMS
    )
    rate = apps.get_model("fastlege", "DayRate")
    for year, (whole, half) in RATES.items():
        figures = {"whole": whole, "half": half, "source": RATES_SOURCE.format(year=year)}
        rate.objects.get_or_create(valid_from=date(year, 1, 1), defaults=figures)
    course = apps.get_model("fastlege", "ListedCourse")
    for title in COURSES.splitlines():
        before = title.partition(" – ")[0]
        known = {"organiser": before if before in ORGANISERS else ""}
        course.objects.get_or_create(title=title, valid_from=LISTED_FROM, defaults=known)


class Migration(migrations.Migration):
    dependencies = [("fastlege", "0001_figures")]
    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
