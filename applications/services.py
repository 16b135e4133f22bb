"""The verbs of an application: start, save, submit, confirm, ask back, withdraw, report."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F
from django.utils import translation

from applications import confirmation, head_link, notices, papers
from applications.assessment import assess, facts_of
from applications.models import (
    UNDECIDED,
    Application,
    Document,
    Event,
    HeadRequest,
    Paper,
    Question,
    State,
)
from applications.nudge import nudge
from applications.verdicts import Verdicts
from schemes import secrets
from schemes import services as pools
from schemes.base import Assessment, Columns, Scheme, Step
from schemes.forms import StepForm


class NotAllowed(Exception):
    """What was asked cannot be done now; the message says why and what to do, to the person."""


class Stale(Exception):
    """The answers were changed elsewhere since this page was opened."""

    def __init__(self, application: Application) -> None:
        super().__init__(str(application))
        self.application = application


class Incomplete(Exception):
    """Some steps are not ready: `steps` maps each to the words about what is missing."""

    def __init__(self, steps: dict[str, list[str]]) -> None:
        super().__init__(", ".join(steps))
        self.steps = steps


# Writing it


@transaction.atomic
def start(
    *, scheme: Scheme, applicant: Any, at: datetime, copy_of: Application | None = None
) -> Application:
    """Return a new draft, prefilled from the person and from their last application.

    `copy_of`, one of the person's own, gives all its answers instead. Writes the first event.
    """
    application = Application.objects.create(
        scheme=scheme.slug,
        applicant=applicant,
        answers=_first_answers(scheme=scheme, applicant=applicant, copy_of=copy_of),
        created_at=at,
        changed_at=at,
    )
    _derive(application, at=at)
    application.save()
    record(application, Event.Kind.STARTED, by=applicant, at=at)
    return application


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
    return {slug: forms[slug].copied(given) for slug, given in answers.items() if slug in forms}


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
    application = _locked(application)
    sealed = step.form.sealed(typed)
    if not _changes(step.form, application.answers.get(step.slug, {}), typed):
        return application
    if step.slug not in open_steps(application):
        raise NotAllowed(translation.gettext("These answers can no longer be changed."))
    if application.revision != revision:
        raise Stale(application)
    application.answers = application.answers | {step.slug: sealed}
    application.revision += 1
    _derive(application, at=at)
    application.save()
    _follow_if_sent_in(application, at=at)
    return application


def _changes(form: type[StepForm], stored: Mapping[str, Any], typed: Mapping[str, Any]) -> bool:
    # Compared in clear: the same number encrypted twice is two different texts.
    before = form.opened(stored)
    return any((before.get(name) or "") != (value or "") for name, value in typed.items())


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
    return set(Verdicts([application]).addable(application))


def open_question(application: Application) -> Question | None:
    """Return the question that the applicant has to answer, or None."""
    if application.state != State.RETURNED:
        return None
    return application.questions.filter(answered_at=None).first()


def _derive(application: Application, *, at: datetime) -> None:
    """Bring facts and shared columns in step with the answers."""
    scheme = application.rules
    opened = {
        step.slug: step.form.opened(application.answers.get(step.slug, {})) for step in scheme.steps
    }
    columns = _as_sent(application, scheme.columns(opened))
    for name in COPIED:
        setattr(application, name, getattr(columns, name))
    application.facts = scheme.stated(opened)
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


# Papers


@transaction.atomic
def attach(
    *, application: Application, step: Step, kind: str, upload: UploadedFile, at: datetime
) -> Paper:
    """Keep an uploaded file with an application and return it.

    Raises papers.Unfit with the words for the person when the file is too large, empty, damaged or
    of another type than PDF, JPEG and PNG; NotAllowed when the step is not open.
    """
    application = _locked(application)
    _require_open_to_papers(application, step, kind)
    paper = papers.keep(application=application, kind=kind, upload=upload, at=at)
    _touch(application, at=at)
    if application.state == State.SUBMITTED:
        words = f"{_label(step, kind)}: {paper.name}"
        record(application, Event.Kind.PAPER_ADDED, by=application.applicant, at=at, text=words)
    return paper


@transaction.atomic
def detach(*, paper: Paper, step: Step, at: datetime) -> None:
    """Remove a file that was attached. Raises NotAllowed when its step is not open."""
    application = _locked(paper.application)
    _require_open_to_papers(application, step, paper.kind)
    papers.discard(paper)
    _touch(application, at=at)


def _require_open_to_papers(application: Application, step: Step, kind: str) -> None:
    closed = application.state == State.SUBMITTED and kind not in addable_papers(application)
    if closed or step.slug not in open_steps(application):
        raise NotAllowed(translation.gettext("These answers can no longer be changed."))


def _label(step: Step, kind: str) -> str:
    return next((str(each.label) for each in step.papers if each.slug == kind), kind)


def _touch(application: Application, *, at: datetime) -> None:
    Application.objects.filter(pk=application.pk).update(revision=F("revision") + 1, changed_at=at)
    application.refresh_from_db(fields=["revision", "changed_at"])
    _follow_if_sent_in(application, at=at)


def _follow_if_sent_in(application: Application, *, at: datetime) -> None:
    """Bring what the queue reads in step with an application that was changed after it came in."""
    if application.state == State.SUBMITTED:
        follow(application, at=at)


def follow(application: Application, *, at: datetime) -> Assessment:
    """Note what the rules would give and which papers it waits for now; return the assessment.

    The queue reads both. Call it in the transaction that holds the application's lock.
    """
    assessment = assess(application, on=application.rules.local_day(at), at=at)
    application.assessed = assessment.by_rules
    application.awaited = Verdicts([application]).awaited(application)
    application.save(update_fields=["assessed", "awaited"])
    return assessment


# Sending it in


def missing(application: Application, *, at: datetime) -> dict[str, list[str]]:
    """Return what is missing before it can be submitted: step → words; empty when it is ready.

    Only of the steps that can be changed: what was sent in before was whole on that day.
    """
    attached = set(application.papers.values_list("kind", flat=True))
    changeable = open_steps(application)
    found = {
        step.slug: _missing_in(step, application, attached, at=at)
        for step in application.rules.steps
        if step.slug in changeable
    }
    return {slug: words for slug, words in found.items() if words}


def _missing_in(
    step: Step, application: Application, attached: set[str], *, at: datetime
) -> list[str]:
    form = step.form.read(
        application.answers.get(step.slug),
        on=application.rules.local_day(at),
        own_email=application.applicant.email,
        others=application.answers,
    )
    words = [str(error) for errors in form.errors.values() for error in errors]
    wanted = [paper for paper in step.papers if paper.required and paper.slug not in attached]
    return words + [
        translation.gettext("Attach: %(paper)s.") % {"paper": paper.label} for paper in wanted
    ]


@transaction.atomic
def submit(
    *, application: Application, by: Any, at: datetime, revision: int | None = None
) -> Application:
    """Send in a draft, or the answers to what was asked back; return the application.

    Takes the revision that the person has read, if they have. Stamps the first submission (R9,
    R10), freezes the answers, makes the confirmation, writes the receipt and asks the head of unit.
    Raises Incomplete, Stale when the answers were changed since `revision`, or NotAllowed when it
    is not open or the scheme is closed (R28).
    """
    application = _locked(application)
    if not application.editable:
        raise NotAllowed(translation.gettext("This application has already been sent in."))
    if revision not in (None, application.revision):
        raise Stale(application)
    _require_open(application, at=at)
    if left := missing(application, at=at):
        raise Incomplete(left)
    return _submit(application, by=by, at=at)


def _require_open(application: Application, *, at: datetime) -> None:
    # An answer to what was asked back belongs to an application that came in time.
    closing = pools.closed(scheme=application.rules, at=at)
    if closing and application.state == State.DRAFT:
        raise NotAllowed(closing.reason)


def _submit(application: Application, *, by: Any, at: datetime) -> Application:
    answered = application.state == State.RETURNED
    application.questions.filter(answered_at=None).update(answered_at=at)
    application.submitted_at = application.submitted_at or at
    _derive(application, at=at)
    application.save()
    kind = Event.Kind.ANSWERED if answered else Event.Kind.SUBMITTED
    move(application, State.SUBMITTED, kind=kind, by=by, at=at)
    assessment = follow(application, at=at)
    make_document(
        application,
        Document.Kind.CONFIRMATION,
        template="applications/confirmation.html",
        content=confirmation.snapshot(application, assessment=assessment, at=at),
        at=at,
    )
    notify(application, "receipt", to=by.email, language=by.language, at=at)
    _ask_head_if_needed(application, at=at)
    return application


def _ask_head_if_needed(application: Application, *, at: datetime) -> None:
    scheme = application.rules
    facts = facts_of(application, on=scheme.local_day(at), at=at)
    answered = application.head_requests.filter(
        revision=application.revision, answer=HeadRequest.Answer.CONFIRMED
    )
    if scheme.asks_head_of_unit(scheme.terms(facts)) and not answered.exists():
        ask_head(
            application=application, name=application.head_name, email=application.head_email, at=at
        )


# The head of unit

# Anyone with an account can name any address: it gets a few mails at most.
REQUESTS_A_DAY, ONE_DAY = 10, timedelta(days=1)


@transaction.atomic
def ask_head(*, application: Application, name: str, email: str, at: datetime) -> HeadRequest:
    """Ask the head of unit, or their deputy, to confirm the same sum and the plan (R18, R32).

    Writes a notice with a signed link and returns the request. Raises NotAllowed when the
    application is not submitted or has been confirmed, when the applicant would be asked, or when
    too many were asked that day.
    """
    application = _locked(application)
    _require_askable(application, email=email, at=at)
    request = HeadRequest.objects.create(
        application=application,
        revision=application.revision,
        name=name,
        email=email,
        sent_at=at,
    )
    record(application, Event.Kind.HEAD_ASKED, at=at, text=name)
    _mail_head(application, "head_request", request, at=at)
    return request


def _require_askable(application: Application, *, email: str, at: datetime) -> None:
    if email.casefold() == application.applicant.email.casefold():
        raise NotAllowed(
            translation.gettext("You cannot confirm it yourself. Name somebody above you.")
        )
    confirmed = application.head_requests.filter(
        revision=application.revision, answer=HeadRequest.Answer.CONFIRMED
    )
    if application.state != State.SUBMITTED or confirmed.exists():
        raise NotAllowed(translation.gettext("No confirmation is needed now."))
    if application.head_requests.filter(sent_at__gt=at - ONE_DAY).count() >= REQUESTS_A_DAY:
        raise NotAllowed(translation.gettext("Enough requests for today. Try again tomorrow."))


def _mail_head(application: Application, name: str, request: HeadRequest, *, at: datetime) -> None:
    notify(
        application,
        name,
        to=request.email,
        language=application.rules.language,
        at=at,
        request=request,
        token=head_link.token(request),
    )


@transaction.atomic
def answer_as_head(
    *, request: HeadRequest, answer: str, at: datetime, reason: str = "", plan: str = ""
) -> HeadRequest:
    """Store what the head of unit answers, tell the applicant, and return the request.

    Takes a reason with a refusal, and how the content is passed on with a confirmation. Raises
    NotAllowed when it was answered before, is too old or was passed on to somebody else, or the
    application has changed or was decided since.
    """
    application = _locked(request.application)
    request = HeadRequest.objects.select_for_update(no_key=True).get(pk=request.pk)
    request.application = application
    if head_link.standing(request, at=at) != head_link.Standing.OPEN:
        raise NotAllowed(translation.gettext("This request can no longer be answered."))
    request.answer, request.answered_at = answer, at
    request.reason, request.plan = reason, plan
    request.save()
    _tell_head_answer(application, request, at=at)
    return request


def _tell_head_answer(application: Application, request: HeadRequest, *, at: datetime) -> None:
    confirmed = request.answer == HeadRequest.Answer.CONFIRMED
    kind = Event.Kind.HEAD_CONFIRMED if confirmed else Event.Kind.HEAD_DECLINED
    record(application, kind, by_name=request.name, at=at, text=request.reason or request.plan)
    notify_applicant(application, "head_answer", at=at, request=request)


# Asking back, withdrawing, reporting


@transaction.atomic
def ask_back(
    *, application: Application, steps: Iterable[str], text: str, by: Any, at: datetime
) -> Question:
    """Return the application to the applicant with a question, limited to named steps.

    Raises NotAllowed when it is not submitted. Returns the question.
    """
    application = _locked(application)
    if application.state != State.SUBMITTED:
        raise NotAllowed(translation.gettext("Only a submitted application can be asked back."))
    question = Question.objects.create(
        application=application, steps=list(steps), text=text, asked_by=by, asked_at=at
    )
    move(application, State.RETURNED, kind=Event.Kind.RETURNED, by=by, at=at, text=text)
    notify_applicant(application, "asked_back", at=at, question=question)
    return question


@transaction.atomic
def withdraw(*, application: Application, by: Any, at: datetime, reason: str = "") -> Application:
    """Withdraw an application before it is decided and return it. Raises NotAllowed after."""
    application = _locked(application)
    if application.state not in UNDECIDED:
        raise NotAllowed(translation.gettext("It has been decided and can no longer be withdrawn."))
    application.questions.filter(answered_at=None).update(answered_at=at)
    move(application, State.WITHDRAWN, kind=Event.Kind.WITHDRAWN, by=by, at=at, text=reason)
    return application


@transaction.atomic
def report(*, application: Application, text: str, by: Any, at: datetime) -> Application:
    """Store that the content was passed on, and how (R32); return the application.

    The head of unit who confirmed is told, with the link by which they answered.
    Raises NotAllowed unless it has a live grant and the course has ended.
    """
    application = _locked(application)
    ended = application.ends_on and application.ends_on <= application.rules.local_day(at)
    if application.state not in (State.APPROVED, State.SETTLED) or not ended:
        raise NotAllowed(translation.gettext("You report back after a course with a grant."))
    application.report, application.reported_at = text, at
    application.save(update_fields=["report", "reported_at"])
    record(application, Event.Kind.REPORTED, by=by, at=at, text=text)
    _mail_report(application, at=at)
    return application


def _mail_report(application: Application, *, at: datetime) -> None:
    if request := head_link.confirmed(application):
        _mail_head(application, "report", request, at=at)
    elif to := application.head_email:
        notify(application, "report", to=to, language=application.rules.language, at=at)


# What the verbs above and those of decisions and invoicing share


def move(
    application: Application, to: str, *, kind: str, by: Any, at: datetime, text: str = ""
) -> None:
    """Change the state and write the history row. PostgreSQL refuses what the table does not know.

    Call it in the transaction that holds the application's lock.
    """
    application.state = to
    application.save(update_fields=["state"])
    record(application, kind, by=by, at=at, text=text)


def record(
    application: Application,
    kind: str,
    *,
    at: datetime,
    by: Any = None,
    by_name: str = "",
    text: str = "",
    internal: bool = False,
) -> Event:
    """Write one row of history and return it; the name of who did it is copied."""
    return Event.objects.create(
        application=application,
        kind=kind,
        at=at,
        by=by,
        by_name=by_name or (str(by) if by else ""),
        text=text,
        internal=internal,
    )


def notify(
    application: Application, name: str, *, to: str, language: str, at: datetime, **context: Any
) -> None:
    """Write a notice about an application and nudge the worker to send it."""
    notice = notices.write(
        name, to=to, at=at, language=language, application=application, **context
    )
    nudge("applications.send_notice", notice.pk)


def notify_applicant(application: Application, name: str, *, at: datetime, **context: Any) -> None:
    """Write a notice to the applicant, in the applicant's language."""
    applicant = application.applicant
    notify(application, name, to=applicant.email, language=applicant.language, at=at, **context)


def make_document(
    application: Application, kind: str, *, template: str, content: dict, at: datetime
) -> Document:
    """Write a document's snapshot and nudge the worker to render it; return the row."""
    document = Document.objects.create(
        application=application, kind=kind, template=template, content=content, made_at=at
    )
    nudge("applications.render_document", document.pk)
    return document


def _locked(application: Application) -> Application:
    # NO KEY: rows that point here may be written meanwhile, else two writers deadlock.
    locked = Application.objects.select_for_update(no_key=True)
    return locked.get(pk=application.pk)
