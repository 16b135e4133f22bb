"""What the pages of an application are made of: its steps, its answers in words, its amount."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from applications.assessment import assess
from applications.models import Application, Paper
from schemes.base import Scheme
from schemes.findings import Assessment, Finding, Level, Outcome
from schemes.forms import StepForm
from schemes.pages import PaperKind, Step
from schemes.registry import find

Forms = Mapping[str, StepForm]


def scheme_asked_for(slug: str, *, offering: str = "") -> Scheme:
    """Return the scheme that an address names. Raises Http404 where there is none.

    Takes the name of what the scheme must have for the page, such as "pre_check".
    """
    found = find(slug)
    if found is None or (offering and not getattr(found, offering)):
        raise Http404
    return found


def at_hand(scheme: Scheme) -> list[Any]:
    """Return what somebody should have at hand before an application is begun, step by step."""
    return [step.form.at_hand for step in scheme.steps if step.form.at_hand]


def address(application: Application, step: Step) -> str:
    """Return the address of a step."""
    return reverse("applications:step", args=[application.uuid, step.slug])


def read_forms(
    application: Application, *, on: date, own_email: str, but: Step | None = None
) -> dict[str, StepForm]:
    """Return the forms of all steps `but` one, bound to the stored answers and validated."""
    known = {"on": on, "own_email": own_email, "others": application.answers}
    return {
        step.slug: step.form.read(application.answers.get(step.slug), **known)
        for step in application.rules.steps
        if step != but
    }


# Where one is


def stepper(application: Application, forms: Forms, *, here: str) -> list[dict[str, Any]]:
    """Return the steps and the check page as they stand on top of each page."""
    steps = [
        _on_top(application, step, "now" if step.slug == here else _state(application, step, forms))
        for step in application.rules.steps
    ]
    url = reverse("applications:check", args=[application.uuid])
    last = {"title": _("Check and send"), "url": url, "state": "now" if here == "check" else "todo"}
    return [*steps, last]


def _on_top(application: Application, step: Step, state: str) -> dict[str, Any]:
    # Whoever goes back to a step that lacks something is shown what.
    url = address(application, step) + ("?missing" if state == "wrong" else "")
    return {"title": step.title, "url": url, "state": state}


def _state(application: Application, step: Step, forms: Forms) -> str:
    if step.slug not in application.answers:
        return "todo"
    return "done" if forms[step.slug].is_valid() else "wrong"


# The answers in words


def rows(
    application: Application, step: Step, form: StepForm, *, change: bool
) -> list[dict[str, Any]]:
    """Return the answers of a step as rows of a summary, with a link to change each."""
    url = address(application, step) if change else ""
    return [
        {
            "key": row["key"],
            "value": row["value"],
            "optional": not row["required"],
            "url": url and f"{url}#div_id_{row['name']}",
            "tone": "bad" if row["name"] in form.errors else "",
        }
        for row in form.summary()
    ]


def paper_groups(
    kinds: Iterable[PaperKind], papers: list[Paper], *, wrong: Iterable[Mapping[str, str]] = ()
) -> list[dict[str, Any]]:
    """Return each kind of paper with the files that are attached, and what is wrong with others."""
    return [
        {
            "kind": kind,
            "files": _files(papers, kind.slug),
            "errors": [each["text"] for each in wrong if each["kind"] == kind.slug],
        }
        for kind in kinds
    ]


def _files(papers: list[Paper], kind: str) -> list[dict[str, Any]]:
    return [
        {
            "id": paper.uuid,
            "name": paper.name,
            "size": paper.size,
            "url": reverse("applications:paper", args=[paper.uuid]),
        }
        for paper in papers
        if paper.kind == kind
    ]


# The amount


def amount_card(application: Application, assessment: Assessment) -> dict[str, Any]:
    """Return what the card beside the form says: the amount, its arithmetic, what stands against it.

    Where a rule refuses, the amount is 0, and no sum stands under it that says otherwise.
    """
    refused = assessment.outcome == Outcome.REFUSE
    return {
        "title": _("You can get"),
        "amount": _amount(assessment, refused=refused),
        "currency": application.rules.currency,
        "lines": assessment.arithmetic if assessment.by_rules and not refused else (),
        "findings": _beside(application, assessment),
        "rules": application.rules.rules,
        "note": _note(assessment, refused=refused),
    }


def todays_card(application: Application, *, on: date, at: datetime) -> dict[str, Any]:
    """Return the card as the rules see the saved answers today."""
    return amount_card(application, assess(application, on=on, at=at))


def _beside(application: Application, assessment: Assessment) -> tuple[Finding, ...]:
    # What stands against it, and what the scheme always tells, such as what is left of an allowance.
    against = assessment.at(Level.REFUSE, Level.WAIT, Level.LOOK)
    told = application.rules.always_told
    return tuple(each for each in assessment.findings if each in against or each.rule in told)


def _amount(assessment: Assessment, *, refused: bool) -> Decimal | None:
    if refused:
        return Decimal(0)
    return assessment.by_rules or None


def _note(assessment: Assessment, *, refused: bool) -> str:
    if refused:
        return _("As it stands, the application will be refused.")
    if not assessment.by_rules:
        return _("Fill in the course and the costs, and you will see here how much.")
    return _("By the rules, with what you have filled in so far.")
