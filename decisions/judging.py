"""Judging what only eyes can judge: each paper, and a course that is on no list."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from applications import services as applications
from applications.attached import Attached, attached
from applications.models import Application, Event, Verdict
from applications.services import NotAllowed, Stale, locked, record
from applications.verdicts import Ruling, Verdicts
from decisions.preparing import ask_back, require_preparing
from schemes.base import Judgement


@dataclass(frozen=True)
class Word:
    """What somebody says of one thing: accepted, or not, with the reason.

    `listed` asks that the course, once accepted, be put on the list of those that need no judgement.
    `after` is the moment of the verdict that was read, empty where there was none; None does not ask.
    """

    fact: str
    accepted: bool
    reason: str = ""
    listed: bool = False
    after: str | None = None


@dataclass(frozen=True)
class Judged:
    """One thing that is judged by eye, as it stands: its files, and the last verdict."""

    judgement: Judgement
    papers: list[Attached]
    verdict: Ruling | None

    @property
    def is_there(self) -> bool:
        """Whether there is anything to judge: a course always, a paper when it is attached."""
        return bool(self.papers) or not self.judgement.paper

    @property
    def name(self) -> str:
        """Its name in a form."""
        return self.judgement.fact.replace(".", "-")

    @property
    def after(self) -> str:
        """When it was judged last, for who judges it next."""
        return _moment(self.verdict)


def judged(application: Application, verdicts: Verdicts | None = None) -> list[Judged]:
    """Return what the scheme has judged by eye of a case, and how it stands.

    Takes the verdicts on it where they are at hand.
    """
    verdicts = verdicts or Verdicts.of([application])
    asked = verdicts.judgements(application)
    papers = attached(application.pk) if asked else []
    return [
        Judged(
            judgement=each,
            papers=[paper for paper in papers if paper.kind == each.paper],
            verdict=verdicts.verdict(application, each),
        )
        for each in asked
    ]


def _moment(verdict: Ruling | None) -> str:
    return verdict.at.isoformat() if verdict and verdict.at else ""


@transaction.atomic
def judge(
    *, application: Application, words: Iterable[Word], revision: int, by: Any, at: datetime
) -> list[Verdict]:
    """Accept or return what the scheme has judged by eye, and return the rows written (L3, L10).

    Takes the `revision` that was read. A paper that is not accepted asks the applicant for another,
    limited to its step; then signatures so far are void. Raises NotAllowed for whoever may not
    prepare the case, for what is not to be judged or not there, without a reason, and for what
    somebody has judged since it was read; Stale when the answers or papers have changed since.
    """
    application = locked(application)
    require_preparing(application, by, at=at)
    if application.revision != revision:
        raise Stale(application)
    judging = Judging(application, by=by, at=at)
    written = [judging.write(word) for word in words]
    if not written:
        raise NotAllowed(_("Say for at least one thing whether you accept it."))
    applications.follow(application, at=at)
    if judging.returned:
        ask_back(
            application=application, steps=judging.steps(), text=judging.question(), by=by, at=at
        )
    return written


class Judging:
    """One case while it is judged: what is to be judged, and what is returned."""

    def __init__(self, application: Application, *, by: Any, at: datetime) -> None:
        self.application, self.by, self.at = application, by, at
        self.verdicts = Verdicts.of([application])
        self.asked = {each.fact: each for each in self.verdicts.judgements(application)}
        self.returned: list[tuple[Judgement, str]] = []

    def write(self, word: Word) -> Verdict:
        """Write one verdict and its row of history; remember a paper that is returned."""
        judgement = self._judgement(word)
        self._require_as_read(word, judgement)
        with translation.override(self.application.rules.language):
            label = str(judgement.label)
        reason = word.reason.strip()
        row = Verdict.objects.create(
            application=self.application,
            fact=judgement.fact,
            label=label,
            digest=self.verdicts.digest(self.application, judgement),
            accepted=word.accepted,
            reason=reason,
            by=self.by,
            by_name=str(self.by),
            at=self.at,
        )
        kind = Event.Kind.ACCEPTED if word.accepted else Event.Kind.NOT_ACCEPTED
        text = f"{label}: {reason}" if reason else label
        record(self.application, kind, by=self.by, at=self.at, text=text)
        self._follow_up(judgement, word)
        return row

    def _judgement(self, word: Word) -> Judgement:
        judgement = self.asked.get(word.fact)
        if judgement is None:
            raise NotAllowed(_("This is not to be judged here. Read the case again."))
        if judgement.paper and judgement.paper not in self.verdicts.kinds(self.application):
            raise NotAllowed(_("%(paper)s: nothing is attached yet.") % {"paper": judgement.label})
        if not word.accepted and not word.reason.strip():
            raise NotAllowed(_("%(what)s: say why it is not accepted.") % {"what": judgement.label})
        return judgement

    def _require_as_read(self, word: Word, judgement: Judgement) -> None:
        last = self.verdicts.verdict(self.application, judgement)
        if word.after is None or last is None or word.after == _moment(last):
            return
        words = _(
            "%(what)s: %(who)s has judged this since you opened the page. Read the case again."
        )
        raise NotAllowed(words % {"what": judgement.label, "who": last.by_name})

    def _follow_up(self, judgement: Judgement, word: Word) -> None:
        if judgement.paper and not word.accepted:
            self.returned.append((judgement, word.reason.strip()))
        if word.accepted and word.listed and not judgement.paper:
            self._list_course()

    def _list_course(self) -> None:
        scheme = self.application.rules
        if scheme.lists_courses:
            answers = self.application.answers_in_clear()
            scheme.list_course(answers=answers, on=scheme.local_day(self.at))

    def steps(self) -> list[str]:
        """Return the steps that hold the papers that are returned."""
        kinds = {judgement.paper for judgement, _reason in self.returned}
        steps = self.application.rules.steps
        return [step.slug for step in steps if kinds & {kind.slug for kind in step.papers}]

    def question(self) -> str:
        """Return what the applicant reads: each paper that is returned, and why."""
        with translation.override(self.application.rules.language):
            return "\n".join(f"{judgement.label}: {why}" for judgement, why in self.returned)
