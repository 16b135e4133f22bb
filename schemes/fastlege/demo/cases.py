"""The applications of the demo: each its GP, its course and what happened, in every state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from schemes.demo import DemoAct, DemoCase
from schemes.fastlege.demo.calendar import DemoCalendar, course_days, over_a_weekend
from schemes.fastlege.demo.people import DOCTORS, HAUG, MUNICIPALITY, Doctor
from schemes.fastlege.facts import CERTIFICATE, DOCUMENTATION, EMPLOYED, HALF, SELF_EMPLOYED, WHOLE

BOTH = (CERTIFICATE, DOCUMENTATION)
TOPIC = "course.topic_accepted"
OF_PAPERS = {
    CERTIFICATE: "documents.certificate_accepted",
    DOCUMENTATION: "documents.absence_accepted",
}

HABITS = {"title": "SKIL – Vanedannende midler"}
MEDICINES = {"title": "SKIL – Klinisk emnekurs i Legemiddelgjennomgang"}
ANTIBIOTICS = {"title": "SKIL – Klinisk emnekurs i Riktigere Antibiotikabruk i Kommunene"}
QUALITY = {"title": "UIO – Emnekurs HADM4402 Kvalitet og pasientsikkerhet"}
SAFE = {
    "title": "Demokurs i trygg oppfølging av prøvesvar",
    "organiser": "Demoforeningen for allmennmedisin",
    "link": "https://kurs.example/provesvar",
    "evaluates_own_practice": "yes",
}
RADIO = {
    "title": "Demokurs i henvisning til bildediagnostikk",
    "organiser": "Demoskolen",
    "evaluates_own_practice": "no",
}
BOAT = {
    "title": "Demokurs i seilas og samhold",
    "organiser": "Demoskolen",
    "evaluates_own_practice": "no",
}


@dataclass(frozen=True)
class Stay:
    """A course, its days, and what part of each one was away."""

    course: Mapping[str, str]
    days: Sequence[date]
    away: Sequence[str] = (WHOLE,)
    fee: str = "3200"
    other: str = "0"

    def answers(self, *, issued_on: date | None) -> dict[str, dict[str, Any]]:
        """Return the steps after the applicant's, as they were typed."""
        first, last = self.days[0].isoformat(), self.days[-1].isoformat()
        absence = [
            f"{day}|{part if '|' in part else part + '|'}"
            for day, part in zip(self.days, self.away, strict=False)
        ]
        return {
            "course": {**self.course, "starts_on": first, "ends_on": last},
            "absence": {"absence": absence},
            "fee": {"fee_paid": self.fee, "other_funding": self.other},
            "papers": {"certificate_issued_on": issued_on.isoformat() if issued_on else ""},
        }

    @property
    def issued_on(self) -> date:
        """The day of its certificate."""
        return self.days[-1] + timedelta(days=2)


def cases(calendar: DemoCalendar) -> tuple[DemoCase, ...]:
    """Return all cases of the demo, for a day."""
    return (
        *_settled(calendar),
        *_of_the_municipality(calendar),
        *_granted(calendar),
        *_refused(calendar),
        *_under_way(calendar),
        *_with_the_applicant(calendar),
    )


# What has been decided


def _settled(calendar: DemoCalendar) -> list[DemoCase]:
    at = calendar.at
    first, last = at(0.45), at(0.65)
    return [
        _decided(
            "fjell",
            _stay(HABITS, first, WHOLE, WHOLE, fee="3900"),
            first,
            DemoAct(at(0.5), "release", "sund"),
        ),
        # The allowance of the year is used up by then: the fee alone.
        _decided(
            "fjell",
            _stay(QUALITY, last, WHOLE, fee="2450,50"),
            last,
            DemoAct(at(0.85), "release", "eng"),
        ),
        _decided("vik", _stay(MEDICINES, at(0.3), WHOLE, other="500"), at(0.3)),
        _decided(
            "skog",
            _stay(SAFE, at(0.35), f"{HALF}|3,5", fee="4600"),
            at(0.35),
            words=({"fact": TOPIC, "accepted": True, "listed": True},),
        ),
        _decided("elv", Stay(QUALITY, over_a_weekend(_course(at(0.6))), (WHOLE, WHOLE)), at(0.6)),
    ]


def _of_the_municipality(calendar: DemoCalendar) -> list[DemoCase]:
    early, late = calendar.at(0.3), calendar.at(0.65)
    together = _stay(ANTIBIOTICS, early, WHOLE, HALF)
    return [
        _decided("bygd", together, early, applicant=_employed(DOCTORS["tun"], "K-101")),
        _decided("bygd", together, early, applicant=_employed(HAUG, "K-102")),
        # One half day is left of the year, so the whole day is paid as a half.
        _decided(
            "bygd",
            _stay(HABITS, late, WHOLE),
            late,
            applicant=_employed(DOCTORS["tun"], "K-117"),
        ),
    ]


def _granted(calendar: DemoCalendar) -> list[DemoCase]:
    at = calendar.at
    paid_by_others = {"reason": "Kursavgiften ble dekket av andre."}
    return [
        _decided("hav", _stay(MEDICINES, at(0.9), HALF, HALF), at(0.9)),
        _decided("dal", _stay(HABITS, at(0.95), WHOLE, f"{HALF}|2"), at(0.95)),
        _decided(
            "lund",
            _stay(QUALITY, at(0.4), WHOLE),
            at(0.4),
            DemoAct(at(0.4) + timedelta(days=3), "end", details=paid_by_others),
        ),
    ]


def _refused(calendar: DemoCalendar) -> list[DemoCase]:
    at = calendar.at
    before = Stay(HABITS, course_days(date(2021, 6, 7), 2), (WHOLE, WHOLE))
    not_quality = {
        "fact": TOPIC,
        "accepted": False,
        "reason": "Programmet handler ikke om kvalitet eller pasientsikkerhet.",
    }
    himself = _applicant(DOCTORS["tun"]) | {"kind": EMPLOYED}
    return [
        _decided("myr", before, at(0.4), vote=_against("L1")),
        _decided(
            "tun", _stay(HABITS, at(0.25), WHOLE), at(0.25), vote=_against("L2"), applicant=himself
        ),
        _decided(
            "foss",
            _stay(BOAT, at(0.55), WHOLE),
            at(0.55),
            words=(not_quality,),
            vote=_against("L3"),
        ),
    ]


def _against(rule: str) -> dict[str, Any]:
    return {"outcome": "refuse", "reasons": [rule]}


# What is under way


def _under_way(calendar: DemoCalendar) -> list[DemoCase]:
    ago = calendar.ago
    unreadable = {
        "fact": OF_PAPERS[DOCUMENTATION],
        "accepted": False,
        "reason": "Det går ikke fram hvilke dager praksisen var stengt.",
    }
    again = {"papers": (DOCUMENTATION,), "answers": {}}
    return [
        _sent("nes", _stay(ANTIBIOTICS, ago(8), WHOLE), ago(8)),
        _sent("holm", _stay(RADIO, ago(5), HALF), ago(5)),
        _sent("skog", _stay(MEDICINES, ago(10), WHOLE), ago(10), _judged(ago(2))),
        _sent("dal", _stay(QUALITY, ago(14), HALF), ago(14), _judged(ago(4), unreadable)),
        _sent(
            "foss",
            _stay(HABITS, ago(20), WHOLE),
            ago(20),
            _judged(ago(12), unreadable),
            DemoAct(ago(7), "answer", details=again),
        ),
    ]


def _with_the_applicant(calendar: DemoCalendar) -> list[DemoCase]:
    ago = calendar.ago
    twice = {"reason": "Jeg søkte to ganger for det samme kurset."}
    late = _stay(HABITS, ago(30), WHOLE)
    certificate = {
        "papers": (CERTIFICATE,),
        "answers": {"papers": {"certificate_issued_on": late.issued_on.isoformat()}},
    }
    half_written = _stay(QUALITY, ago(3), WHOLE)
    return [
        _sent("vik", _stay(QUALITY, ago(9), WHOLE), ago(9), papers=()),
        _sent("lund", late, ago(30), DemoAct(ago(12), "bring", details=certificate), papers=()),
        _sent("holm", late, ago(16), DemoAct(ago(6), "withdraw", details=twice)),
        _draft("nes", half_written, ago(3), "applicant", "course"),
        _draft("bygd", half_written, ago(1), "applicant", applicant=_employed(HAUG, "K-120")),
    ]


# How it is written down


def _stay(course: Mapping[str, str], before: date, *away: str, **fee: str) -> Stay:
    """Return a course some weeks before a day, as long as the absence."""
    return Stay(course, course_days(_course(before), len(away)), away, **fee)


def _course(before: date) -> date:
    return before - timedelta(days=28)


def _decided(
    who: str,
    stay: Stay,
    day: date,
    *after: DemoAct,
    words: Sequence[Mapping[str, Any]] = (),
    vote: Mapping[str, Any] | None = None,
    applicant: Mapping[str, str] | None = None,
) -> DemoCase:
    """Return a case that came in ten days before one case officer judged and signed it."""
    acts = (_judged(day, *words), DemoAct(day, "sign", "li", vote or {}), *after)
    return _sent(who, stay, day - timedelta(days=10), *acts, applicant=applicant)


def _sent(
    who: str,
    stay: Stay,
    day: date,
    *acts: DemoAct,
    papers: tuple[str, ...] = BOTH,
    applicant: Mapping[str, str] | None = None,
) -> DemoCase:
    begun = DemoAct(day, "start", details={"papers": papers})
    issued_on = stay.issued_on if CERTIFICATE in papers else None
    answers = {"applicant": applicant or _applicant(DOCTORS[who])}
    answers |= stay.answers(issued_on=issued_on)
    return DemoCase(who, answers, (begun, DemoAct(day, "submit"), *acts))


def _draft(
    who: str, stay: Stay, day: date, *steps: str, applicant: Mapping[str, str] | None = None
) -> DemoCase:
    answers = {"applicant": applicant or _applicant(DOCTORS[who])} | stay.answers(issued_on=None)
    return DemoCase(who, {step: answers[step] for step in steps}, (DemoAct(day, "start"),))


def _judged(day: date, *words: Mapping[str, Any]) -> DemoAct:
    """Return the judgement of a case: both papers are accepted, unless something else is said."""
    said = {word["fact"]: word for word in words}
    papers = [{"fact": fact, "accepted": True} for fact in OF_PAPERS.values() if fact not in said]
    return DemoAct(day, "judge", "li", {"words": (*papers, *words)})


def _applicant(doctor: Doctor) -> dict[str, str]:
    return {"kind": SELF_EMPLOYED} | vars(doctor)


def _employed(doctor: Doctor, reference: str) -> dict[str, str]:
    return vars(doctor) | MUNICIPALITY | {"reference": reference}
