"""Enters the figures of the letter for 2024, with the sentences that they come from."""

from datetime import date
from decimal import Decimal

from django.db import migrations

FIRST_DAY = date(2024, 1, 1)

SOURCE = """\
Brev från Regionala fortbildningsrådet för specialistläkare (RFR): ”Ansökan om medel för deltagande i externa \
kurser/konferenser/digitala kurser under 2024”.
R12: inom Sverige: max 5 000 kr per deltagare
R13: inom Europa: max 10 000 kr
R14: utanför Europa: max 20 000 kr
R15: Digitala kurser: max 5 000 kr … oavsett från vilket land
R18: motfinansierar med motsvarande summa
R26: halvårsvis fördelning av de 3,5 mnkr
R27: 1,75 mnkr beviljas under första halvåret … och 1,75 mnkr under det andra
R29: beslut tas inte under sommar- och julledigheter
R34: Fakturering … skyndsamt efter beslut … och senast 1 mån efter kursstart
R35: internt kundnr i84201, beställar-id 4270700, Koncernkontoret
Brevet säger inget om svarstid, dagarna för beslutsuppehåll, när återkopplingen ska göras eller när fakturan förfaller \
efter ett sent beslut: där står vår tolkning."""

TERMS = {
    "source": SOURCE,
    "cap_sweden": 5_000,
    "cap_europe": 10_000,
    "cap_world": 20_000,
    "cap_digital": 5_000,
    "share": Decimal("0.50"),
    "unit_confirmation": True,
    "budget_first_half": 1_750_000,
    "budget_second_half": 1_750_000,
    "partial_grants": False,
    "overtaking": False,
    "summer_break_first_week": 26,
    "summer_break_last_week": 32,
    "winter_break_first_day": "12-20",
    "winter_break_last_day": "01-06",
    "answer_days": 21,
    "report_days": 60,
    "invoice_months": 1,
    "invoice_days": 30,
    "buyer_name": "Koncernkontoret",
    "customer_number": "i84201",
    "orderer_id": "4270700",
}

# The United Nations' M49 region 150, by its four parts
EASTERN = "BG BY CZ HU MD PL RO RU SK UA"
NORTHERN = "AX DK EE FI FO GB GG IE IM IS JE LT LV NO SJ"
SOUTHERN = "AD AL BA ES GI GR HR IT ME MK MT PT RS SI SM VA"
WESTERN = "AT BE CH DE FR LI LU MC NL"
# Armenia, Azerbaijan, Cyprus, Georgia, Türkiye and Kosovo are counted in by default.
COUNTED_IN = "AM AZ CY GE TR XK"


def enter(apps, schema_editor):
    apps.get_model("rfr", "DatedTerms").objects.get_or_create(valid_from=FIRST_DAY, defaults=TERMS)
    zones = {"SE": "sweden"}
    zones |= dict.fromkeys(
        f"{EASTERN} {NORTHERN} {SOUTHERN} {WESTERN} {COUNTED_IN}".split(), "europe"
    )
    zone = apps.get_model("rfr", "Zone")
    zone.objects.bulk_create(
        [zone(country=code, zone=where, valid_from=FIRST_DAY) for code, where in zones.items()],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("rfr", "0001_figures")]
    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
