"""The applications of the demo: each its applicant, its course and what happened, in every state."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from schemes.demo import DemoAct, DemoCase
from schemes.models import Organisation
from schemes.rfr.demo import courses, people
from schemes.rfr.demo.calendar import LAST_START, DemoCalendar
from schemes.rfr.demo.courses import TEXTS, Course
from schemes.rfr.tables import SLUG

WORKPLACES = (
    ("SU", "Medicinkliniken", "Demochef Sjö", "chef.sjo"),
    ("NH", "Demobackens vårdcentral", "Demochef Äng", "chef.ang"),
    ("SAS", "Ortopedkliniken", "Demochef Hed", "chef.hed"),
    ("SKAS", "Barnkliniken", "Demochef Ö", "chef.o"),
    ("SU", "Onkologkliniken", "Demochef Vik", "chef.vik"),
    ("NU", "Akutkliniken", "Demochef Dal", "chef.dal"),
)
DOMAIN = "demo.example"
PEOPLE = {person.key: person for person in people.PEOPLE}


class Author:
    """Writes the cases down; knows the calendar and the administrations."""

    def __init__(self, calendar: DemoCalendar) -> None:
        self.calendar = calendar
        rows = Organisation.objects.filter(scheme=SLUG)
        self.organisations = {each.code: str(each.pk) for each in rows}

    # What is answered

    def answers(
        self, who: str, course: Course, starts_on: date, **participant: Any
    ) -> dict[str, dict[str, Any]]:
        """Return every step as it was typed."""
        return {
            "participant": self._participant(who) | participant,
            "course": _course(course, starts_on),
            "costs": _costs(course),
            "benefit": dict(TEXTS),
            "earlier": {"applied_earlier": "no", "which": ""},
        }

    def _participant(self, who: str) -> dict[str, Any]:
        person = PEOPLE[who]
        number = list(PEOPLE).index(who) % len(WORKPLACES)
        code, unit, head, address = WORKPLACES[number]
        return dict(person.profile) | {
            "name": person.name,
            "specialist": "yes",
            "employed": "yes",
            "organisation": self.organisations[code],
            "unit": unit,
            "head_name": head,
            "head_email": f"{address}@{DOMAIN}",
        }

    # What happened

    def decided(
        self,
        who: str,
        course: Course,
        day: date,
        *after: DemoAct,
        before: tuple[DemoAct, ...] = (),
        signs: tuple[str, str] = ("lind", "hagg"),
        vote: dict[str, Any] | None = None,
        **answers: Any,
    ) -> DemoCase:
        """Return a case that two signed on a day, after the head of unit had confirmed."""
        starts_on = course_day(day)
        sent = day - timedelta(days=14)
        signed = tuple(DemoAct(day, "sign", name, vote or {}) for name in signs)
        acts = (*sent_in(sent), confirmed(sent + timedelta(days=2)), *before, *signed, *after)
        return DemoCase(who, self.answers(who, course, starts_on, **answers), acts)

    def waiting(
        self, who: str, course: Course, days: int, *acts: DemoAct, ahead: int = 35, **answers: Any
    ) -> DemoCase:
        """Return a case that came in some days ago and is not decided; the course is ahead."""
        filled = self.answers(who, course, self.calendar.soon(ahead), **answers)
        return DemoCase(who, filled, (*sent_in(self.calendar.ago(days)), *acts))

    def saved(self, who: str, course: Course, days: int, *acts: DemoAct) -> DemoCase:
        """Return a case for a course of the coming year (R30)."""
        starts_on = date(self.calendar.today.year + 1, 3, 10)
        filled = self.answers(who, course, starts_on)
        return DemoCase(who, filled, (*sent_in(self.calendar.ago(days)), *acts))

    def draft(self, who: str, course: Course, days: int, *steps: str) -> DemoCase:
        """Return a draft in which only some steps are filled in."""
        filled = self.answers(who, course, self.calendar.soon(60))
        begun = DemoAct(self.calendar.ago(days), "start")
        return DemoCase(who, {step: filled[step] for step in steps}, (begun,))


def sent_in(day: date) -> tuple[DemoAct, DemoAct]:
    """Return how an application is begun and sent in on a day."""
    return DemoAct(day, "start"), DemoAct(day, "submit")


def confirmed(day: date) -> DemoAct:
    """Return how the head of unit confirms."""
    return DemoAct(day, "confirm", details={"plan": TEXTS["feedback_plan"]})


def course_day(decided_on: date) -> date:
    """Return the first day of a course that was decided in time: three weeks later, the same year."""
    return min(decided_on + timedelta(days=21), date(decided_on.year, *LAST_START))


def _course(course: Course, starts_on: date) -> dict[str, Any]:
    ends_on = starts_on + timedelta(days=course.days - 1)
    return {
        "kind": course.kind,
        "title": course.title,
        "organiser": course.organiser,
        "external": "yes",
        "link": "https://kurs.example/program",
        "attendance": course.attendance,
        "country": course.country,
        "place": course.place,
        "starts_on": starts_on.isoformat(),
        "ends_on": ends_on.isoformat(),
    }


def _costs(course: Course) -> dict[str, Any]:
    industry = "yes" if course.industry else "no"
    return {
        "fee": str(course.fee),
        "travel": str(course.travel),
        "lodging": str(course.lodging),
        "other_funding": str(course.other),
        "funding_from": course.other_from,
        "funding_from_industry": industry if course.other else "",
        "requested": str(course.asked),
        "own_contribution": "",
    }


def cases(calendar: DemoCalendar) -> tuple[DemoCase, ...]:
    """Return every application of the demo, some thirty, in every state."""
    author = Author(calendar)
    written = [*_earlier_half(author), *_later_half(author), *_under_way(author)]
    return (*_declared(written), *_drafts(author))


# Forgets to mention an earlier application, so that the register says otherwise (R25).
FORGETFUL = "al"


def _declared(written: list[DemoCase]) -> list[DemoCase]:
    """Return the cases with what each says of the applications that its person made before (R25)."""
    before: dict[tuple[str, str], str] = {}
    declared = []
    for case in sorted(written, key=lambda case: case.acts[0].on):
        course = case.answers["course"]
        year = (case.applicant, course["starts_on"][:4])
        if year in before and case.applicant != FORGETFUL:
            earlier = {"applied_earlier": "yes", "which": before[year]}
            case = replace(case, answers={**case.answers, "earlier": earlier})
        before[year] = course["title"]
        declared.append(case)
    return declared


def _after(day: date, number: int, verb: str, by: str = "", **details: Any) -> DemoAct:
    return DemoAct(day + timedelta(days=number), verb, by, details)


def _paid(day: date, course: Course, cost: str, *, by: str = "berg") -> tuple[DemoAct, ...]:
    end = course_day(day) + timedelta(days=course.days)
    report = "Innehållet presenterades på läkarmötet, där tio kollegor deltog."
    return (
        _after(day, 1, "download", by),
        _after(day, 2, "send", by),
        _after(end, 8, "report", text=report),
        _after(end, 14, "settle", by, actual_cost=cost),
    )


def _earlier_half(author: Author) -> list[DemoCase]:
    at = author.calendar.earlier
    settled, cheap, far, sent, ended, refused = (
        at(part) for part in (0.05, 0.1, 0.15, 0.4, 0.3, 0.5)
    )
    bring_back = "Kursen ställdes in av arrangören."
    return [
        author.decided(
            "ask", courses.HEART, settled, *_paid(settled, courses.HEART, "15600", by="sten")
        ),
        author.decided("bjork", courses.PRIMARY, cheap, *_paid(cheap, courses.PRIMARY, "7240")),
        author.decided("hassel", courses.CANCER, far, *_paid(far, courses.CANCER, "38900")),
        author.decided(
            "ek",
            courses.HIP,
            sent,
            _after(sent, 3, "download", "berg"),
            _after(sent, 3, "send", "berg"),
            signs=("hagg", "alm"),
        ),
        author.decided("gran", courses.CHILD, ended, _after(ended, 9, "end", reason=bring_back)),
        author.decided("salg", courses.ROUND, refused, vote=INTERNAL),
        DemoCase(
            "tall",
            author.answers("tall", courses.LUNG, course_day(at(0.7))),
            (
                *sent_in(at(0.55)),
                DemoAct(at(0.6), "withdraw", details={"reason": "Fick inte ledigt."}),
            ),
        ),
    ]


INTERNAL = {
    "outcome": "refuse",
    "reasons": ["R2"],
    "text": "Utbildningsdagen hålls av regionen själv och är ingen extern kurs.",
}
NOT_ACTIVE = {
    "outcome": "refuse",
    "reasons": ["R8"],
    "text": "Det framgår inte hur kunskapen ska spridas vidare.",
}


def _later_half(author: Author) -> list[DemoCase]:
    at = author.calendar.later
    first, second, third, fourth, fifth, last = (
        at(part) for part in (0.05, 0.2, 0.3, 0.4, 0.5, 0.6)
    )
    less = {"amount": "8000", "reason": "Logi ersätts högst för kursens nätter."}
    return [
        author.decided(
            "lonn",
            courses.SLEEP,
            first,
            _after(first, 1, "download", "berg"),
            _after(first, 1, "send", "berg"),
        ),
        author.decided("oxel", courses.BRAIN, second, _after(second, 1, "download", "sten")),
        author.decided(
            "ronn",
            courses.MIND,
            third,
            before=(_after(third, 0, "lower", "lind", **less),),
            signs=("hagg", "lind"),
        ),
        author.decided("tall", courses.FEVER, fourth, signs=("lind", "bok")),
        author.decided("salg", courses.KNIFE, fifth),
        author.decided("vide", courses.IMAGE, last),
        author.decided("al", courses.WARD, at(0.45), vote=NOT_ACTIVE),
    ]


def _under_way(author: Author) -> list[DemoCase]:
    return [*_with_the_head(author), *_with_the_signatories(author), *_with_the_doctor(author)]


def _with_the_head(author: Author) -> list[DemoCase]:
    ago = author.calendar.ago
    deputy = {"name": "Demochef Fjäll", "email": f"chef.fjall@{DOMAIN}"}
    no_money = {"reason": "Enhetens kursbudget är slut för året."}
    return [
        author.waiting("gran", courses.YOUNG, 2),
        author.waiting("lark", courses.GUIDE, 9, DemoAct(ago(3), "ask_head", details=deputy)),
        author.waiting("bjork", courses.PAIN, 12, DemoAct(ago(6), "decline", details=no_money)),
    ]


def _with_the_signatories(author: Author) -> list[DemoCase]:
    ago = author.calendar.ago
    return [
        *_unsigned(author),
        *_signed_by_some(author),
        author.saved("ask", courses.RHYTHM, 10, confirmed(ago(8))),
        author.saved("oxel", courses.NERVE, 16, confirmed(ago(12))),
    ]


def _unsigned(author: Author) -> list[DemoCase]:
    ago = author.calendar.ago
    chair = {"head_name": PEOPLE["lind"].name, "head_email": f"lind@{DOMAIN}"}
    return [
        author.waiting("pil", courses.BIRTH, 20, confirmed(ago(18)), ahead=44),
        author.waiting("hagg", courses.JOINT, 17, confirmed(ago(15)), ahead=31),
        author.waiting("al", courses.LUNG, 15, confirmed(ago(11)), ahead=24),
        author.waiting("gran", courses.ECHO, 14, confirmed(ago(13)), ahead=52),
        author.waiting("hagtorn", courses.GUIDE, 11, confirmed(ago(8)), ahead=40, **chair),
    ]


def _signed_by_some(author: Author) -> list[DemoCase]:
    ago = author.calendar.ago
    differs = {
        "outcome": "refuse",
        "reasons": ["R8"],
        "text": "Spridningen är för allmänt beskriven.",
    }
    words = "Bra kurs, jag var där förra året. Handledningen på plats är värd resan."
    return [
        author.waiting(
            "lark",
            courses.AGE,
            21,
            confirmed(ago(19)),
            DemoAct(ago(7), "note", "lind", {"text": words}),
            DemoAct(ago(7), "sign", "lind"),
            ahead=28,
        ),
        author.waiting(
            "pil",
            courses.TRAUMA,
            19,
            confirmed(ago(16)),
            DemoAct(ago(5), "sign", "hagg"),
            ahead=37,
        ),
        author.waiting(
            "hagtorn",
            courses.TRAUMA,
            23,
            confirmed(ago(20)),
            DemoAct(ago(6), "sign", "lind"),
            DemoAct(ago(4), "sign", "hagg", differs),
            ahead=33,
        ),
    ]


def _with_the_doctor(author: Author) -> list[DemoCase]:
    ago = author.calendar.ago
    costs = {"steps": ["costs"], "text": "Vad ingår i kursavgiften? Ange logi för sig."}
    spread = {"steps": ["benefit"], "text": "Beskriv för vilka du ska presentera innehållet."}
    told = {
        "benefit": {"dissemination": "Halvdag för klinikens fjorton specialister och ST-läkare."}
    }
    return [
        author.saved("vide", courses.FOOT, 18, DemoAct(ago(4), "ask_back", "hagg", costs)),
        author.waiting(
            "hagtorn",
            courses.LUNG,
            24,
            confirmed(ago(22)),
            DemoAct(ago(14), "ask_back", "lind", spread),
            DemoAct(ago(9), "answer", details={"answers": told}),
            ahead=46,
        ),
        author.waiting(
            "ek",
            courses.FOOT,
            13,
            DemoAct(ago(2), "withdraw", details={"reason": "Kursen är full."}),
        ),
    ]


def _drafts(author: Author) -> list[DemoCase]:
    return [
        author.draft("gran", courses.CHILD, 1),
        author.draft("ask", courses.ECHO, 5, "participant", "course"),
        author.draft("pil", courses.GUIDE, 3, "participant", "course", "costs", "benefit"),
    ]
