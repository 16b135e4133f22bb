"""The invented people of the demo. Their numbers are plainly for tests: 40 is added to the month."""

from dataclasses import dataclass

from schemes.demo import DemoPerson

GROUND = "Delegasjonsvedtak DEMO-2"


@dataclass(frozen=True)
class Doctor:
    """A GP with invented numbers: of the health register, of the person, of the account."""

    name: str
    hpr_number: str
    national_id: str
    account_number: str


DOCTORS = {
    "fjell": Doctor("Demolege Fjell", "9990001", "03427100099", "99991000018"),
    "vik": Doctor("Demolege Vik", "9990002", "14436800097", "99991000026"),
    "skog": Doctor("Demolege Skog", "9990003", "22457400024", "99991000034"),
    "elv": Doctor("Demolege Elv", "9990004", "09477900000", "99991000042"),
    "hav": Doctor("Demolege Hav", "9990005", "27486500072", "99991000050"),
    "dal": Doctor("Demolege Dal", "9990006", "05508200074", "99991000069"),
    "myr": Doctor("Demolege Myr", "9990007", "18517700009", "99991000077"),
    "foss": Doctor("Demolege Foss", "9990008", "30417000093", "99991000085"),
    "lund": Doctor("Demolege Lund", "9990009", "12448500002", "99991000093"),
    "holm": Doctor("Demolege Holm", "9990010", "24467300071", "99991000107"),
    "nes": Doctor("Demolege Nes", "9990011", "08498000011", "99991000115"),
    "tun": Doctor("Demolege Tun", "9990012", "16526900034", "99991000123"),
}
# Whom the municipality employs; this one has no account in the service.
HAUG = Doctor("Demolege Haug", "9990013", "01437600186", "99991000131")
MUNICIPALITY = {
    "kind": "municipality",
    "municipality": "Demobygd kommune",
    "organisation_number": "999990002",
    "account_number": "99991000204",
}

OFFICE = (
    DemoPerson("li", "Demosaksbehandler Li", "case_officer"),
    DemoPerson("mo", "Demosaksbehandler Mo", "case_officer", deputy=True, ground=GROUND),
    DemoPerson("sund", "Demoøkonom Sund", "finance"),
    DemoPerson("eng", "Demoøkonom Eng", "finance"),
    DemoPerson("vang", "Demoadministrator Vang", "administrator"),
    DemoPerson("os", "Demorevisor Os", "auditor"),
)

PEOPLE = (
    *(
        DemoPerson(key, doctor.name, profile={"specialty": "Allmennmedisin"})
        for key, doctor in DOCTORS.items()
    ),
    DemoPerson("bygd", "Demosekretær Bygd", profile={"specialty": "Demobygd kommune"}),
    *OFFICE,
)
