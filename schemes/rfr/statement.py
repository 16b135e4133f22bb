"""What the answers of an application to RFR state: facts for the rules, columns for the lists."""

from collections.abc import Mapping
from typing import Any

from schemes.base import Answered, Columns
from schemes.forms import Read, read_steps
from schemes.reading import stated_amount, stated_day
from schemes.rfr.forms import STEPS, BenefitForm


def read(answers: Mapping[str, Any]) -> Answered:
    """Return what the answers by step say: as facts, and as columns of valid values only."""
    forms = read_steps(STEPS, answers)
    return Answered(_facts(forms), _columns(forms))


def _facts(forms: Mapping[str, Read]) -> dict[str, Any]:
    costs = forms["costs"]
    return {
        "course": _course(forms["course"]),
        "participant": {
            "specialist": forms["participant"].value("specialist"),
            "employed_in_region": forms["participant"].value("employed"),
        },
        "costs": {name: stated_amount(costs.value(name)) for name in ("fee", "travel", "lodging")},
        "other_funding": stated_amount(costs.value("other_funding")),
        "funding_from_industry": costs.value("funding_from_industry"),
        "requested": stated_amount(costs.value("requested")),
        "own_contribution": stated_amount(costs.value("own_contribution")),
        "statements": _statements(forms["benefit"]),
        "history": {"declared_earlier": forms["earlier"].value("applied_earlier")},
    }


def _columns(forms: Mapping[str, Read]) -> Columns:
    participant, course = forms["participant"], forms["course"]
    organisation = participant.value("organisation")
    return Columns(
        participant=participant.value("name") or "",
        personal_number=participant.value("personal_number") or "",
        head_name=participant.value("head_name") or "",
        head_email=participant.value("head_email") or "",
        workplace=participant.value("unit") or "",
        organisation_id=organisation.pk if organisation else None,
        course_title=course.value("title") or "",
        starts_on=course.value("starts_on"),
        ends_on=course.value("ends_on") if course.value("starts_on") else None,
        country=course.value("country") or "",
        attendance=course.value("attendance") or "",
        asked=forms["costs"].value("requested"),
    )


def _course(form: Read) -> dict[str, Any]:
    return {
        "attendance": form.value("attendance") or None,
        "country": form.value("country") or None,
        "starts_on": stated_day(form.value("starts_on")),
        "ends_on": stated_day(form.value("ends_on")),
        "external": form.value("external"),
    }


def _statements(form: Read) -> dict[str, bool | None]:
    return {name: True if form.value(name) else None for name in BenefitForm.base_fields}
