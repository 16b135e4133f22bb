"""The sentences of RFR's letter, by the number of the rule that was read out of each."""

from django.utils.translation import gettext_lazy as _

from schemes.findings import Rule

# In the letter's own Swedish. R3, R6, R20 and R24 are background, told in our words.
SENTENCES = {
    "R1": "Till samtliga chefer inom Hälso- och sjukvårdens förvaltningar",
    "R2": "externa kurser/konferenser/digitala kurser under 2024",
    "R3": "Bakgrund: bidraget vilar på en överenskommelse från 2014.",
    "R4": "industrins möjligheter att finansiera 50 % … tagits bort",
    "R5": "delvis kompensera förvaltningarna",
    "R6": "Bakgrund: Regionala fortbildningsrådet för specialistläkare (RFR) svarar för bidraget.",
    "R7": "bidrag … för specialistläkare i VGregion",
    "R8": "där den sökande deltar aktivt och kan sprida ny kunskap vidare",
    "R9": "Ansökan ska alltid ske innan en kurs/konferens äger rum",
    "R10": "Ansökan i efterhand/retroaktivt, beviljas inte",
    "R11": "ersättning för resor, övernattning och konferensavgift",
    "R12": "inom Sverige: max 5 000 kr per deltagare",
    "R13": "inom Europa: max 10 000 kr",
    "R14": "utanför Europa: max 20 000 kr",
    "R15": "Digitala kurser: max 5 000 kr … oavsett från vilket land",
    "R16": "endast … kurs/konferensavgift, resa och logi",
    "R17": "Kostnad för lön ersätts inte",
    "R18": "motfinansierar med motsvarande summa",
    "R19": "förvaltningen ska inkomma med en elektronisk ansökan",
    "R20": "Bakgrund: brevet länkar till ansökan.",
    "R21": "Beslut … av FoUU-chef, ordförande i RFR, samt … RFR-representant",
    "R22": "endast … kurser … som genomförs",
    "R23": "endast … en kurs/konferens/digital kurs per person och år",
    "R24": "Bakgrund: varför var och en får bidrag en gång om året (R23).",
    "R25": "Sökande behöver … ange ifall de anhållit medel från RFR tidigare under året",
    "R26": "halvårsvis fördelning av de 3,5 mnkr",
    "R27": "1,75 mnkr beviljas under första halvåret … och 1,75 mnkr under det andra",
    "R28": "Ansökningar kan skickas in kontinuerligt under året",
    "R29": "beslut tas inte under sommar- och julledigheter",
    "R30": (
        "Ansökningar under höst som avser kommande år, sparas och beslut fattas in på nya året"
    ),
    "R31": "Besked ges samma år som ansökan avser",
    "R32": ("Den sökande ska återkoppla innehållet … på det sätt verksamhetschefen bestämmer"),
    "R33": "I ansökan ska framgå hur återkoppling … är planerat",
    "R34": "Fakturering … skyndsamt efter beslut … och senast 1 mån efter kursstart",
    "R35": (
        "En intern clearingfaktura tillsammans med bekräftelsen från ansökan och beviljad ansökan "
        "sänds via mail till internt kundnr i84201, beställar-id 4270700, Koncernkontoret"
    ),
    "R36": "Eventuella frågor om fakturering besvaras av …",
}

# A few words each for a list, where a rule can stand in the way or ask for eyes.
SHORT = {
    "R2": _("Not external"),
    "R4": _("Money from industry"),
    "R7": _("Not an employed specialist"),
    "R8": _("Benefit not shown"),
    "R9": _("Came in too late"),
    "R18": _("The unit's part"),
    "R23": _("Grant this year already"),
    "R25": _("Earlier applications differ"),
    "R27": _("Pool too small"),
    "R29": _("Decision break"),
    "R30": _("Next year's course"),
    "R31": _("Last year's course"),
    "R33": _("No plan for passing it on"),
}

RULES = {
    number: Rule(number, sentence, SHORT.get(number, "")) for number, sentence in SENTENCES.items()
}
