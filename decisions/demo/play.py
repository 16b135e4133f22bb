"""Plays what happened in the demo, act by act in the order of time, through the services."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import uuid5
from zoneinfo import ZoneInfo

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from accounts.models import User
from applications import services as applications
from applications.models import Application, HeadRequest, State
from decisions import services as decisions
from decisions.judging import Word
from decisions.models import GRANT
from invoicing import packet
from invoicing import services as invoicing
from schemes.base import Scheme
from schemes.demo import DemoAct, DemoCase

# The office opens, and one thing follows another.
OPENS, APART = time(8, 10), timedelta(minutes=35)


@dataclass(frozen=True)
class Scene:
    """One act of one case, at its moment."""

    at: datetime
    number: int
    case: DemoCase
    act: DemoAct


class Play:
    """Holds the people and, as they come about, the applications of one scheme."""

    def __init__(self, scheme: Scheme, people: dict[str, User]) -> None:
        self.scheme, self.people = scheme, people
        self.begun: dict[int, int] = {}

    def perform(self, cases: Iterable[DemoCase]) -> None:
        """Let everything happen, the earliest first: pools and invoice numbers follow from it."""
        scenes = [
            scene for number, case in enumerate(cases) for scene in self._scenes(number, case)
        ]
        for scene in sorted(scenes, key=lambda scene: (scene.at, scene.number)):
            VERBS[scene.act.verb](self, scene)

    def _scenes(self, number: int, case: DemoCase) -> Iterable[Scene]:
        zone = ZoneInfo(self.scheme.time_zone)
        for place, act in enumerate(case.acts):
            opens = datetime.combine(act.on, OPENS, zone) + timedelta(minutes=number % 30)
            yield Scene(opens + place * APART, number, case, act)

    def application(self, scene: Scene) -> Application:
        """Return the application of a scene as it is now."""
        return Application.objects.get(pk=self.begun[scene.number])

    def actor(self, scene: Scene) -> User:
        """Return who acts: the one named, else the applicant."""
        return self.people[scene.act.by or scene.case.applicant]


Act = Callable[[Play, Scene], None]


def _simply(verb: Callable[..., Any]) -> Act:
    """Return how a verb is played that takes nothing but what the act says."""

    def play_it(play: Play, scene: Scene) -> None:
        case, said = play.application(scene), scene.act.details
        verb(application=case, by=play.actor(scene), at=scene.at, **said)

    return play_it


# The applicant


def _start(play: Play, scene: Scene) -> None:
    applicant = play.people[scene.case.applicant]
    application = applications.start(scheme=play.scheme, applicant=applicant, at=scene.at)
    play.begun[scene.number] = application.pk
    for step in play.scheme.steps:
        if step.slug in scene.case.answers:
            _save(play, scene, step.slug, scene.case.answers[step.slug])
            _attach(play, scene, step.slug)


def _bring(play: Play, scene: Scene) -> None:
    """Bring answers and papers later: to what was sent in, or to what was asked back."""
    for slug, answers in scene.act.details["answers"].items():
        _save(play, scene, slug, answers)
    if scene.act.details.get("papers"):
        for step in play.scheme.steps:
            _attach(play, scene, step.slug)


def _save(play: Play, scene: Scene, slug: str, answers: dict[str, Any]) -> None:
    application = play.application(scene)
    step = play.scheme.step(slug)
    stored = application.answers_of(step)
    applications.save_step(
        application=application,
        step=step,
        typed={**stored, **answers},
        revision=application.revision,
        by=application.applicant,
        at=scene.at,
    )


def _attach(play: Play, scene: Scene, slug: str) -> None:
    step = play.scheme.step(slug)
    kinds = scene.act.details.get("papers")
    for paper in [each for each in step.papers if kinds is None or each.slug in kinds]:
        with translation.override(play.scheme.language):
            label = str(paper.label)
        # With its day: what comes instead of a returned paper is another file than that one.
        made = programme(f"{label} {scene.at:%Y-%m-%d}")
        applications.attach(
            application=play.application(scene),
            step=step,
            kind=paper.slug,
            upload=SimpleUploadedFile(f"{label}.pdf", made),
            at=scene.at,
        )


def _submit(play: Play, scene: Scene) -> None:
    applications.submit(application=play.application(scene), by=play.actor(scene), at=scene.at)


def _answer(play: Play, scene: Scene) -> None:
    _bring(play, scene)
    _submit(play, scene)


# The head of unit


def _ask_head(play: Play, scene: Scene) -> None:
    applications.ask_head(application=play.application(scene), at=scene.at, **scene.act.details)


def _answered(answer: HeadRequest.Answer) -> Act:
    def play_it(play: Play, scene: Scene) -> None:
        asked, said = play.application(scene).head_requests.latest("pk"), scene.act.details
        applications.answer_as_head(request=asked, answer=answer, at=scene.at, **said)

    return play_it


# The signatories


def _judge(play: Play, scene: Scene) -> None:
    application = play.application(scene)
    decisions.judge(
        application=application,
        words=[Word(**word) for word in scene.act.details["words"]],
        revision=application.revision,
        by=play.actor(scene),
        at=scene.at,
    )


def _sign(play: Play, scene: Scene) -> None:
    application = play.application(scene)
    decisions.sign(
        application=application,
        by=play.actor(scene),
        revision=application.revision,
        at=scene.at,
        **{"outcome": GRANT, **scene.act.details},
    )


def _lower(play: Play, scene: Scene) -> None:
    details = dict(scene.act.details)
    decisions.lower(
        application=play.application(scene),
        amount=Decimal(details.pop("amount")),
        by=play.actor(scene),
        at=scene.at,
        **details,
    )


# Finance


def _handed_over(verb: Callable[..., Any]) -> Act:
    def play_it(play: Play, scene: Scene) -> None:
        invoice = invoicing.current(play.application(scene))
        packet.render(invoice.packet.pk, at=scene.at)
        verb(invoices=[invoice], by=play.actor(scene), at=scene.at)

    return play_it


def _settle(play: Play, scene: Scene) -> None:
    invoicing.settle(
        application=play.application(scene),
        actual_cost=Decimal(scene.act.details["actual_cost"]),
        by=play.actor(scene),
        at=scene.at,
    )


def _release(play: Play, scene: Scene) -> None:
    """Release everything that is ready to be paid by then, in one batch."""
    granted = Application.objects.filter(pk__in=play.begun.values(), state=State.APPROVED)
    statements = [invoicing.current(each) for each in granted.order_by("decided_at", "pk")]
    for statement in statements:
        packet.render(statement.packet.pk, at=scene.at)
    invoicing.release(
        statements=statements,
        batch=uuid5(statements[0].uuid, "batch"),
        payer=invoicing.payer(play.scheme, on=scene.act.on),
        by=play.actor(scene),
        at=scene.at,
    )


VERBS: dict[str, Act] = {
    "start": _start,
    "submit": _submit,
    "bring": _bring,
    "answer": _answer,
    "withdraw": _simply(applications.withdraw),
    "report": _simply(applications.report),
    "ask_head": _ask_head,
    "confirm": _answered(HeadRequest.Answer.CONFIRMED),
    "decline": _answered(HeadRequest.Answer.DECLINED),
    "judge": _judge,
    "sign": _sign,
    "lower": _lower,
    "ask_back": _simply(decisions.ask_back),
    "note": _simply(decisions.note),
    "end": _simply(decisions.end),
    "download": _handed_over(invoicing.record_download),
    "send": _handed_over(invoicing.mark_sent),
    "settle": _settle,
    "release": _release,
}


def programme(title: str) -> bytes:
    """Return a small PDF of one page that bears a title."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(595, 842))
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        words = f"{title} (demo)".encode("latin-1", "replace").replace(b"(", rb"\(")
        words = words.replace(b")", rb"\)")
        page.Contents = pdf.make_stream(b"BT /F1 24 Tf 72 740 Td (" + words + b") Tj ET")
        out = BytesIO()
        pdf.save(out, deterministic_id=True)
    return out.getvalue()
