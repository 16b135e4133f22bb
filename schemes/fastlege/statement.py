"""What the answers of an application for a refund state: facts, shared columns, and who is paid."""

from collections.abc import Mapping
from typing import Any

from schemes.base import Answered, Columns, Payee
from schemes.fastlege.facts import MUNICIPALITY, Absence
from schemes.fastlege.forms import STEPS
from schemes.forms import Read, read_steps
from schemes.reading import stated_amount, stated_day


def read(answers: Mapping[str, Any]) -> Answered:
    """Return what the answers by step say: as facts, and as columns of valid values only."""
    forms = read_steps(STEPS, answers, others=answers)
    return Answered(_facts(forms), _columns(forms))


def _facts(forms: Mapping[str, Read]) -> dict[str, Any]:
    issued_on = forms["papers"].value("certificate_issued_on")
    return {
        "applicant": {"kind": forms["applicant"].value("kind") or None},
        "course": _course(forms["course"]),
        "absence": [_day(each) for each in forms["absence"].value("absence") or ()],
        "fee_paid": stated_amount(forms["fee"].value("fee_paid")),
        "other_funding": stated_amount(forms["fee"].value("other_funding")),
        "documents": {"certificate_issued_on": stated_day(issued_on)},
    }


def _columns(forms: Mapping[str, Read]) -> Columns:
    applicant, course = forms["applicant"], forms["course"]
    return Columns(
        participant=applicant.value("name") or "",
        personal_number=applicant.value("national_id") or "",
        workplace=_of_municipality(applicant, "municipality"),
        course_title=course.value("title") or "",
        starts_on=course.value("starts_on"),
        ends_on=course.value("ends_on") if course.value("starts_on") else None,
        country="NO",
    )


def payee(answers: Mapping[str, Any]) -> Payee:
    """Return who is paid to which account: the municipality if it applies, else the GP."""
    applicant = read_steps(STEPS, answers, others=answers)["applicant"]
    return Payee(
        name=_of_municipality(applicant, "municipality") or applicant.value("name") or "",
        account=applicant.value("account_number") or "",
        organisation_number=_of_municipality(applicant, "organisation_number"),
        reference=_of_municipality(applicant, "reference"),
    )


def _of_municipality(applicant: Read, name: str) -> str:
    # What was typed before the applicant chose to apply personally counts no longer.
    return applicant.value(name) or "" if applicant.value("kind") == MUNICIPALITY else ""


def _course(form: Read) -> dict[str, Any]:
    return {
        "pre_approved": bool(form.listed) if form.value("title") else None,
        "evaluates_own_practice": form.value("evaluates_own_practice"),
        "starts_on": stated_day(form.value("starts_on")),
        "ends_on": stated_day(form.value("ends_on")),
    }


def _day(absence: Absence) -> dict[str, Any]:
    hours = stated_amount(absence.hours)
    return {"on": absence.on.isoformat(), "part": absence.part, "hours": hours}
