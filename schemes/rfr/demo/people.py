"""The invented people of the demo; the serials 980–999 of their numbers are kept for tests."""

from schemes.demo import DemoPerson

GROUND = "Delegationsbeslut DEMO-1"


def _doctor(key: str, name: str, number: str, specialty: str) -> DemoPerson:
    profile = {
        "personal_number": number,
        "hsa_id": f"SE0000000000-{key.upper()}",
        "specialty": specialty,
    }
    return DemoPerson(key, f"Demoläkare {name}", profile=profile)


DOCTORS = (
    _doctor("ask", "Ask", "197803159800", "Kardiologi"),
    _doctor("bjork", "Björk", "198106229811", "Allmänmedicin"),
    _doctor("ek", "Ek", "197511049822", "Ortopedi"),
    _doctor("gran", "Gran", "198509129832", "Barn- och ungdomsmedicin"),
    _doctor("hassel", "Hassel", "197201309841", "Onkologi"),
    _doctor("lonn", "Lönn", "198304079851", "Anestesi och intensivvård"),
    _doctor("oxel", "Oxel", "197912189862", "Neurologi"),
    _doctor("ronn", "Rönn", "198608259878", "Psykiatri"),
    _doctor("salg", "Sälg", "197407039887", "Kirurgi"),
    _doctor("tall", "Tall", "198002149899", "Infektionssjukdomar"),
    _doctor("vide", "Vide", "198710019905", "Radiologi"),
    _doctor("al", "Al", "197605279913", "Internmedicin"),
    _doctor("pil", "Pil", "198212099926", "Obstetrik och gynekologi"),
    _doctor("lark", "Lärk", "198409169938", "Geriatrik"),
    _doctor("hagtorn", "Hagtorn", "197303249945", "Akutsjukvård"),
)

OFFICE = (
    DemoPerson("lind", "Demoordförande Lind", "chair"),
    DemoPerson("alm", "Demoersättare Alm", "chair", deputy=True, ground=GROUND),
    DemoPerson(
        "hagg",
        "Demorepresentant Hägg",
        "representative",
        profile={"personal_number": "197009089959", "specialty": "Reumatologi"},
    ),
    DemoPerson("bok", "Demoersättare Bok", "representative", deputy=True, ground=GROUND),
    DemoPerson("sten", "Demoekonom Sten", "finance", organisation="SU"),
    DemoPerson("berg", "Demoekonom Berg", "finance"),
    DemoPerson("fors", "Demoadministratör Fors", "administrator"),
    DemoPerson("strand", "Demorevisor Strand", "auditor"),
)

PEOPLE = DOCTORS + OFFICE
