"""What comes next for an application, in the words of the person who applied."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.utils.translation import gettext as _

from applications import head_link
from applications.assessment import assess_many
from applications.models import LIVE, Application, HeadRequest, Question, State
from applications.services import addable_papers
from applications.several import is_for_others
from drawing.wording import day
from schemes.findings import Assessment, Finding, Level


@dataclass(frozen=True)
class Outlook:
    """What comes next. `mine` tells whether the applicant has to do something.

    `action` names what the applicant can do about it: an address of applications and its words.
    """

    text: str
    mine: bool = False
    action: str = ""
    link: str = ""
    answer_on: date | None = None
    late: bool = False
    assessment: Assessment | None = None

    @property
    def met(self) -> tuple[Finding, ...]:
        """The findings of the rules that are met."""
        return self.assessment.at(Level.MET) if self.assessment else ()

    @property
    def standing_out(self) -> tuple[Finding, ...]:
        """The findings that are not simply met: what is open, waits, needs a look or refuses."""
        others = [level for level in Level if level != Level.MET]
        return self.assessment.at(*others) if self.assessment else ()


@dataclass(frozen=True)
class Case:
    """One application with all that the words about it need."""

    application: Application
    assessment: Assessment | None
    answer_on: date | None
    report_on: date | None
    on: date
    at: datetime


def fetched(applications: QuerySet[Application]) -> QuerySet[Application]:
    """Return the applications with what the words about each of them need."""
    return applications.select_related("organisation", "pool")


def outlooks(applications: Iterable[Application], *, on: date, at: datetime) -> dict[int, Outlook]:
    """Return the outlook of each application by its key; as many queries for 1 as for 50."""
    applications = list(applications)
    _fetch_what_was_asked(applications)
    undecided = [each for each in applications if each.undecided]
    assessed = assess_many(undecided, on=on, at=at) if undecided else {}
    cases = [_case(each, assessed.get(each.pk), on=on, at=at) for each in applications]
    return {case.application.pk: _outlook(case) for case in cases}


def _fetch_what_was_asked(applications: list[Application]) -> None:
    """Fetch heads of unit and questions that an application may wait for; a draft waits for nobody."""
    waiting = [each for each in applications if each.undecided and each.submitted_at]
    unanswered = Question.objects.filter(answered_at=None)
    prefetch_related_objects(
        waiting, "head_requests", Prefetch("questions", queryset=unanswered, to_attr="unanswered")
    )


def outlook(application: Application, *, on: date, at: datetime) -> Outlook:
    """Return the outlook of one application that was `fetched`."""
    return outlooks([application], on=on, at=at)[application.pk]


def actions(application: Application, *, on: date) -> set[str]:
    """Return the names of what the applicant may do with an application on a day."""
    if application.anonymised_at:
        return set()
    state, over = application.state, application.ends_on and application.ends_on <= on
    unreported = state in LIVE and over and not application.reported_at
    possible = {
        "withdraw": application.undecided,
        "copy": state != State.DRAFT or is_for_others(application),
        "several": is_for_others(application),
        "ask_head": state == State.SUBMITTED and head_link.needed(application) is not None,
        "report": unreported and _report_on(application),
        "cancel": state == State.APPROVED,
        "add_papers": bool(addable_papers(application)),
    }
    return {name for name, holds in possible.items() if holds}


def _report_on(application: Application) -> date | None:
    """Return by when one reports back after the course, None where its days are not known or nobody asks."""
    first, last = application.starts_on, application.ends_on
    if first is None or last is None:
        return None
    return application.rules.report_due_on(starts_on=first, ends_on=last)


def _case(
    application: Application, assessment: Assessment | None, *, on: date, at: datetime
) -> Case:
    scheme, answer_on = application.rules, None
    if application.submitted_at and application.undecided:
        submitted_on, starts_on = scheme.local_day(application.submitted_at), application.starts_on
        answer_on = scheme.answer_expected_on(submitted_on=submitted_on, starts_on=starts_on)
    return Case(application, assessment, answer_on, _report_on(application), on=on, at=at)


def _outlook(case: Case) -> Outlook:
    words = WORDS[State(case.application.state)](case)
    late = bool(case.answer_on and case.answer_on < case.on)
    return Outlook(**words, answer_on=case.answer_on, late=late, assessment=case.assessment)


def _draft(case: Case) -> dict:
    return _mine(_("Fill in what is missing and send it in."), "resume", _("Continue"))


def _returned(case: Case) -> dict:
    asked = case.application.unanswered
    text = asked[0].text if asked else _("The office asks you something.")
    return _mine(text, "resume", _("Answer"))


def _submitted(case: Case) -> dict:
    request = head_link.needed(case.application)
    if request:
        return _waits_for_head(request, at=case.at)
    if case.application.awaited:
        text = _("It waits for papers from you: %(papers)s.")
        return _mine(text % {"papers": awaited_words(case.application)}, "resume", _("Add papers"))
    waits = case.assessment.at(Level.WAIT)
    return {
        "text": str(waits[0].text) if waits else _("Those who are appointed are deciding on it.")
    }


def awaited_words(application: Application) -> str:
    """Return the names of the papers that an application waits for."""
    kinds = application.rules.papers()
    return ", ".join(str(kind.label) for kind in kinds if kind.slug in application.awaited)


def _waits_for_head(request: HeadRequest, *, at: datetime) -> dict:
    name = {"name": request.name}
    if request.answer:
        text = _("%(name)s has declined to confirm. Ask a deputy, or withdraw the application.")
        return _mine(text % name, "ask_head", _("Ask somebody else"))
    if at >= request.sent_at + head_link.LINK_DAYS:
        text = _("The link to %(name)s no longer works. Send a new one.")
        return _mine(text % name, "ask_head", _("Send it again"))
    return {"text": _("%(name)s, head of unit, has not confirmed yet.") % name}


def _approved(case: Case) -> dict:
    application = case.application
    if application.reported_at or not case.report_on or not application.ends_on:
        return {"text": _("There is nothing more for you to do. Finance sees to the payment.")}
    if application.ends_on <= case.on:
        text = _("Report back by %(day)s: how was the content passed on?")
        return _mine(text % {"day": day(case.report_on)}, "report", _("Report back"))
    text = _("Take part in the course, and report back by %(day)s.")
    return {"text": text % {"day": day(case.report_on)}}


def _settled(case: Case) -> dict:
    words = _approved(case)
    return words if words.get("mine") else {"text": _("All is done and paid.")}


def _refused(case: Case) -> dict:
    return {"text": _("The letter says why, and how to ask for a review.")}


def _withdrawn(case: Case) -> dict:
    return {"text": _("You have withdrawn it.")}


def _ended(case: Case) -> dict:
    return {"text": _("The grant has ended, and the money has gone back.")}


WORDS: dict[State, Callable[[Case], dict]] = {
    State.DRAFT: _draft,
    State.SUBMITTED: _submitted,
    State.RETURNED: _returned,
    State.APPROVED: _approved,
    State.REFUSED: _refused,
    State.WITHDRAWN: _withdrawn,
    State.ENDED: _ended,
    State.SETTLED: _settled,
}


def _mine(text: str, action: str, link: str) -> dict:
    return {"text": text, "mine": True, "action": action, "link": link}
