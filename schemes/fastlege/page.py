"""The sentences of the association's page, by the number of the rule that was read out of each."""

from django.utils.translation import gettext_lazy as _

from schemes.findings import Rule

# In the page's own Norwegian; L8's first words are the table's.
SENTENCES = {
    "L1": "Midlertidig refusjonsordning",
    "L2": "Både næringsdrivende fastleger og kommuner med ansatte fastleger kan søke",
    "L3": (
        "refusjon for … fravær fra praksis i forbindelse med kurs i kvalitetsforbedring og/eller "
        "pasientsikkerhet"
    ),
    "L4": ("Kurset bør inkludere evaluering av egen praksis basert på data/materiale fra praksis"),
    "L5": "Midler deles ut så lenge enkeltbevilgningen … rekker",
    "L6": "Kursavgift opp til 4 000 NOK",
    "L7": "Kompensasjon for tap som følge av fravær fra arbeid/praksis i arbeidstiden",
    "L8": "inntil to hele, eller fire halve dager per år",
    "L9": "i henhold til Legeforeningens satser for praksiskompensasjon",
    "L10": ("Dokumentert fravær fra praksis samt kursbevis er en forutsetning for å motta midler"),
    "L11": "Ordningen er heldigital",
    "L12": "Oversikt over kurs som er forhåndsgodkjente",
    "L13": "Ta kontakt … dersom du har noen spørsmål",
    "L14": "Søkere må bruke den digitale søknadsmodulen for å få behandlet sin søknad",
}

# A few words each for a list, where a rule can stand in the way or ask for eyes.
SHORT = {
    "L1": _("Outside the scheme's days"),
    "L2": _("Must go through the municipality"),
    "L3": _("Not about quality or safety"),
    "L4": _("Own practice not evaluated"),
    "L5": _("Appropriation too small"),
    "L6": _("Nothing to refund"),
    "L7": _("Not a working day"),
    "L8": _("Allowance"),
    "L9": _("No rate for a day"),
    "L10": _("Papers not accepted yet"),
    "L12": _("Course not judged yet"),
}

RULES = {
    number: Rule(number, sentence, SHORT.get(number, "")) for number, sentence in SENTENCES.items()
}
