"""Writing an application: started, saved step by step, its papers attached."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import translation

from applications.assessment import Circumstances
from applications.models import WAITING, Application, Event, Question, State
from applications.recording import NotAllowed, Stale, locked, record
from applications.verdicts import Verdicts
from database.reads import reading_once
from schemes import secrets
from schemes.base import Columns, Scheme
from schemes.findings import Assessment
from schemes.forms import StepForm
from schemes.pages import Step

Answers = Mapping[str, Mapping[str, Any]]

# Anyone with an account can begin one, and copy it: what a person has stored in a day stays within bounds.
BEGUN_A_DAY, ONE_DAY = 100, timedelta(days=1)
# What queue, constraints and reports need of the answers, as columns.
COPIED = (
    "participant",
    "head_name",
    "head_email",
    "workplace",
    "organisation_id",
    "course_title",
    "starts_on",
    "ends_on",
    "country",
    "attendance",
    "asked",
)
# What follows from the answers, and what from the rules.
DERIVED = (*COPIED, "facts", "person_key", "year", "changed_at")
FOLLOWED = ("assessed", "awaited")


@transaction.atomic
def start(
    *,
    scheme: Scheme,
    applicant: Any,
    at: datetime,
    copy_of: Application | None = None,
    given: Answers = MappingProxyType({}),
) -> Application:
    """Return a new draft, prefilled from the person and from their last application.

    `copy_of`, one of the person's own, gives all its answers instead; `given` are answers by step
    that the person has typed before, in the pre-check. Writes the first event. Raises NotAllowed
    for who has begun a hundred that day.
    """
    _require_few(applicant, at=at)
    first = _first_answers(scheme=scheme, applicant=applicant, copy_of=copy_of)
    application = Application.objects.create(
        scheme=scheme.slug,
        applicant=applicant,
        answers=first | {slug: first.get(slug, {}) | dict(typed) for slug, typed in given.items()},
        created_at=at,
        changed_at=at,
    )
    derive(application, at=at)
    application.save()
    record(application, Event.Kind.STARTED, by=applicant, at=at)
    return application


def _require_few(applicant: Any, *, at: datetime) -> None:
    begun = Application.objects.of(applicant).filter(created_at__gt=at - ONE_DAY)
    if begun.count() >= BEGUN_A_DAY:
        raise NotAllowed(
            translation.gettext(
                "Enough applications begun for today. Go on with those, and begin others tomorrow."
            )
        )


def _first_answers(*, scheme: Scheme, applicant: Any, copy_of: Application | None) -> dict:
    if copy_of is not None:
        return _copied(scheme, copy_of.answers)
    last = Application.objects.of(applicant).filter(scheme=scheme.slug).order_by("-pk").first()
    return {
        step.slug: _prefilled(step.form, applicant, (last.answers if last else {}).get(step.slug))
        for step in scheme.steps
        if step.form.carried or step.form.from_profile
    }


def _copied(scheme: Scheme, answers: Mapping[str, Any]) -> dict:
    forms = {step.slug: step.form for step in scheme.steps}
    copied = {slug: forms[slug].copied(given) for slug, given in answers.items() if slug in forms}
    return {slug: given for slug, given in copied.items() if given}


def _prefilled(form: type[StepForm], applicant: Any, last: Mapping[str, Any] | None) -> dict:
    profile = {name: getattr(applicant, attribute) for name, attribute in form.from_profile.items()}
    carried = form.kept(last or {})
    return {name: value for name, value in (profile | carried).items() if value}


@transaction.atomic
def save_step(
    *,
    application: Application,
    step: Step,
    typed: Mapping[str, Any],
    revision: int,
    by: Any,
    at: datetime,
) -> Application:
    """Store what was typed in a step and return the application as it is now.

    Changes answers, facts, shared columns and revision; typing the same again changes nothing.
    Raises Stale when the answers were changed since `revision`, NotAllowed when the step is not
    open to the applicant.
    """
    application = locked(application)
    sealed = step.form.sealed(typed)
    if not _changes(application.answers_of(step), typed):
        return application
    require_open(application, step)
    if application.revision != revision:
        raise Stale(application)
    application.answers = application.answers | {step.slug: sealed}
    application.revision += 1
    derive(application, at=at)
    application.save()
    follow_if_sent_in(application, at=at)
    return application


def _changes(before: Mapping[str, Any], typed: Mapping[str, Any]) -> bool:
    # Compared in clear: the same number encrypted twice is two different texts.
    return any((before.get(name) or "") != (value or "") for name, value in typed.items())


def require_open(application: Application, step: Step) -> None:
    """Raise NotAllowed where the applicant may not change the answers of a step now."""
    if step.slug not in open_steps(application):
        raise NotAllowed(answers_are_closed())


def answers_are_closed() -> str:
    """Return what whoever tries to change them all the same is told."""
    return translation.gettext(
        "These answers can no longer be changed. Open the application to see why."
    )


def open_steps(application: Application) -> list[str]:
    """Return the slugs of the steps that the applicant may change now.

    All of a draft; of one that was asked back, those that the question names; of one that was sent
    in, those with papers that may come later and are not accepted yet.
    """
    steps = application.rules.steps
    if application.state == State.DRAFT:
        return [step.slug for step in steps]
    if application.state == State.SUBMITTED:
        addable = addable_papers(application)
        return [step.slug for step in steps if addable & {kind.slug for kind in step.papers}]
    question = open_question(application)
    return list(question.steps) if question else []


def addable_papers(application: Application) -> set[str]:
    """Return the kinds of paper that may be attached to an application that was sent in."""
    if application.state != State.SUBMITTED or not application.rules.takes_papers_later:
        return set()
    return set(Verdicts.of([application]).addable(application))


def returned_papers(
    application: Application, *, and_also: tuple[str, str] | None = None
) -> set[str]:
    """Return the kinds of paper that were returned and are attached as they were then.

    Takes a file that is about to be attached, by its kind and its sum, to be counted in.
    """
    waits = application.state in WAITING
    if not waits or not application.rules.takes_papers_later:
        return set()
    verdicts = Verdicts.of([application])
    if and_also:
        verdicts.count_in(application, and_also)
    return set(verdicts.returned(application))


def open_question(application: Application) -> Question | None:
    """Return the question that the applicant has to answer, or None."""
    if application.state != State.RETURNED:
        return None
    return application.questions.filter(answered_at=None).first()


def derive(application: Application, *, at: datetime) -> None:
    """Bring facts and shared columns in step with the answers."""
    scheme = application.rules
    application.facts, columns = scheme.read(application.answers_in_clear())
    columns = _as_sent(application, columns)
    for name in COPIED:
        setattr(application, name, getattr(columns, name))
    if columns.personal_number or not application.submitted_at:
        application.person_key = secrets.person_key(columns.personal_number)
    application.year = scheme.year(columns)
    application.changed_at = at


def _as_sent(application: Application, columns: Columns) -> Columns:
    # Once sent in, it keeps its days and its person until readable ones take their place: the
    # answer to what was asked back may be saved half-typed.
    if columns.starts_on or not application.submitted_at:
        return columns
    return replace(columns, starts_on=application.starts_on, ends_on=application.ends_on)


def touch(application: Application, *, at: datetime) -> None:
    """Count a change that is not in the answers, and bring what the queue reads in step."""
    Application.objects.filter(pk=application.pk).update(revision=F("revision") + 1, changed_at=at)
    application.refresh_from_db(fields=["revision", "changed_at"])
    follow_if_sent_in(application, at=at)


def follow_if_sent_in(application: Application, *, at: datetime) -> None:
    """Bring what the queue reads in step with an application that was changed after it came in."""
    if application.state == State.SUBMITTED:
        follow(application, at=at)


def follow(application: Application, *, at: datetime) -> None:
    """Keep what the rules would give and which papers it waits for now.

    The queue reads both. Call it in the transaction that holds the application's lock.
    """
    note_rules(application, at=at)
    application.save(update_fields=FOLLOWED)


@reading_once()
def note_rules(application: Application, *, at: datetime) -> tuple[Assessment, Any]:
    """Note the same on the application, without saving it; return the assessment and its terms."""
    circumstances = Circumstances([application], on=application.rules.local_day(at), at=at)
    assessment = circumstances.assess(application)
    application.assessed = assessment.by_rules
    application.awaited = circumstances.verdicts.awaited(application)
    return assessment, circumstances.terms(application)
