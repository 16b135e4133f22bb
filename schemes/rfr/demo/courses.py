"""The invented courses of the demo, with what they cost and what is said about them."""

from dataclasses import dataclass

from schemes.rfr.facts import DIGITAL, ON_SITE


@dataclass(frozen=True)
class Course:
    """One course; amounts in kronor as they are typed, `days` is how long it goes on."""

    title: str
    organiser: str
    country: str
    place: str
    days: int
    fee: int
    travel: int
    lodging: int
    asked: int
    kind: str = "conference"
    attendance: str = ON_SITE
    other: int = 0
    other_from: str = ""
    industry: bool = False


def _digital(title: str, organiser: str, days: int, fee: int, asked: int) -> Course:
    return Course(
        title,
        organiser,
        country="",
        place="",
        days=days,
        fee=fee,
        travel=0,
        lodging=0,
        asked=asked,
        kind="digital_course",
        attendance=DIGITAL,
    )


HEART = Course(
    "Europeiska hjärtsviktsmötet",
    "European Demo Society",
    "PT",
    "Lissabon",
    3,
    6200,
    4300,
    5100,
    7800,
)
PRIMARY = Course(
    "Nordiska primärvårdsdagarna", "Demoförbundet", "SE", "Umeå", 2, 3900, 2800, 2400, 4500
)
HIP = _digital("Webbkurs i höftprotesens komplikationer", "Ortopediska Demoskolan", 2, 7400, 3700)
CHILD = Course(
    "Nordisk kongress i barnallergologi",
    "Nordic Demo Forum",
    "DK",
    "Århus",
    3,
    5400,
    2100,
    4800,
    6150,
)
CANCER = Course(
    "World Congress of Demo Oncology",
    "Global Demo Council",
    "US",
    "Chicago",
    5,
    11800,
    13400,
    14900,
    20000,
)
SLEEP = Course(
    "Intensivvårdsveckan i Bergen", "Nordic Demo Forum", "NO", "Bergen", 4, 7200, 3600, 6900, 8850
)
BRAIN = Course(
    "Svenska strokemötet", "Svenska Demosällskapet", "SE", "Uppsala", 2, 4200, 1900, 2600, 4350
)
MIND = Course(
    "Europakurs i affektiv sjukdom",
    "European Demo School",
    "AT",
    "Wien",
    4,
    8900,
    3900,
    6200,
    9500,
    kind="course",
)
KNIFE = Course(
    "Robotkirurgi vid tjocktarmscancer",
    "European Demo School",
    "FR",
    "Strasbourg",
    3,
    12400,
    3100,
    4700,
    10000,
    kind="course",
)
FEVER = Course(
    "Tropikmedicinsk fältkurs",
    "Global Demo Council",
    "TZ",
    "Moshi",
    10,
    9800,
    12200,
    6400,
    14200,
    kind="course",
)
IMAGE = _digital("Muskuloskeletal ultraljudsdiagnostik på distans", "Demoakademin", 4, 9600, 4800)
WARD = Course(
    "Riksmöte i internmedicin",
    "Svenska Demosällskapet",
    "SE",
    "Norrköping",
    3,
    4600,
    1500,
    3300,
    4700,
)
ROUND = Course(
    "Förvaltningens egen utbildningsdag",
    "Regionens utbildningsenhet",
    "SE",
    "Göteborg",
    1,
    900,
    0,
    0,
    450,
    kind="course",
)
BIRTH = Course(
    "Perinatalt forum",
    "Nordic Demo Forum",
    "FI",
    "Tammerfors",
    3,
    6800,
    2900,
    4600,
    6000,
    other=1800,
    other_from="Demo Medical AB",
    industry=True,
)
AGE = Course(
    "Skör äldre på akuten",
    "Demoakademin",
    "SE",
    "Linköping",
    2,
    5200,
    1400,
    2200,
    4400,
    kind="course",
)
TRAUMA = Course(
    "Advanced Demo Trauma Care",
    "European Demo School",
    "GB",
    "Leeds",
    3,
    9900,
    3400,
    4100,
    8700,
    kind="course",
)
JOINT = Course(
    "Reumatologins vårdag", "Svenska Demosällskapet", "SE", "Lund", 2, 3800, 1700, 2500, 4000
)
RHYTHM = Course(
    "Rytmrubbningar för kliniker",
    "European Demo School",
    "NL",
    "Utrecht",
    3,
    7600,
    2800,
    4400,
    7400,
    kind="course",
)
ECHO = _digital("Ekokardiografi steg 2", "Demoakademin", 3, 6900, 3450)
GUIDE = Course(
    "Handledarkurs för specialister",
    "Demoakademin",
    "SE",
    "Örebro",
    2,
    3100,
    1300,
    2100,
    3250,
    kind="course",
)
NERVE = Course(
    "Nordiska neurologidagarna", "Nordic Demo Forum", "IS", "Reykjavik", 3, 6900, 5200, 6300, 9200
)
FOOT = Course(
    "Fotkirurgiskt symposium", "Ortopediska Demoskolan", "DE", "München", 2, 5800, 2600, 3400, 5900
)
LUNG = Course(
    "Lungultraljud vid sjuksängen",
    "Demoakademin",
    "SE",
    "Stockholm",
    2,
    4900,
    1600,
    2900,
    4700,
    kind="course",
)
PAIN = Course(
    "Långvarig smärta i primärvård",
    "Demoförbundet",
    "SE",
    "Sundsvall",
    2,
    3700,
    2400,
    2300,
    4200,
    kind="course",
)
YOUNG = Course(
    "Ungdomsmedicin i Norden", "Nordic Demo Forum", "NO", "Oslo", 2, 4800, 1900, 3900, 5300
)

TEXTS = {
    "active_participation": "Deltar med en egen poster och i gruppdiskussionerna om svåra fall.",
    "dissemination": "Håller ett seminarium på kliniken och lägger en sammanfattning på enhetens sida.",
    "feedback_plan": "Presenterar innehållet på läkarmötet inom en månad; chefen har satt av en timme.",
}
