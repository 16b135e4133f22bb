"""Everything about one case that the signatories see, gathered in one place."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet, Value
from django.db.models.lookups import GreaterThan, LessThan
from django.utils.safestring import SafeString

from applications.history import TONES
from applications.models import Application, Event, State
from applications.summary import drawn_for_others
from database.paging import Together
from database.prepared import Given, prepared
from decisions import funds, places
from decisions.funds import Funds
from decisions.judging import Judged, judged
from decisions.models import GRANT, Recusal, Signature
from decisions.offers import Offer, offer
from decisions.standing import CaseFiles, Standing, party
from schemes.findings import Finding, Level

EYES = (Level.REFUSE, Level.WAIT, Level.LOOK, Level.OPEN)
# What is read of a case that follows; the last three are their order.
FOLLOWING = ("uuid", "course_title", "turn", "submitted_at", "pk")
# What is shown of a person's other cases
OTHER = ("scheme", "uuid", "course_title", "state", "starts_on", "granted")
COUNTED = 20  # cases that wait for a person; of more it is said that there are more


class Following(NamedTuple):
    """A case that waits for a person, as the page of another one leads to it."""

    uuid: UUID
    course_title: str


@dataclass(frozen=True)
class Dossier:
    """One case as one signatory sees it on a day."""

    standing: Standing
    offer: Offer
    answers: SafeString
    signatures: list[Signature]
    recusals: list[Recusal]
    others: list[Application]
    pool: Funds
    events: list[dict[str, Any]]
    following: list[Following]
    judged: list[Judged]
    open: bool
    decides: bool

    @property
    def to_look_at(self) -> list[Finding]:
        """The findings that somebody must judge or that stand in the way."""
        return list(self.offer.assessment.at(*EYES))

    @property
    def met(self) -> list[Finding]:
        """The findings with which all is well."""
        return list(self.offer.assessment.at(Level.MET))

    @property
    def days(self) -> list[dict[str, Any]]:
        """The days that the scheme has counted one by one, if it counts days."""
        days = self.offer.assessment.details.get("days", ())
        return [each | {"on": date.fromisoformat(each["on"])} for each in days]

    @property
    def waiting(self) -> int:
        """How many other cases wait for this person, as far as they are counted."""
        return min(len(self.following), COUNTED)

    @property
    def more_wait(self) -> bool:
        """Whether more wait than are counted."""
        return len(self.following) > COUNTED

    @property
    def may_judge(self) -> bool:
        """Whether this person can accept or return something here now."""
        there = any(each.is_there for each in self.judged)
        return self.open and there and bool(self.standing.capacities)

    @property
    def to_accept(self) -> list[str]:
        """What is to be judged by eye and is not accepted, in words."""
        accepted = [each for each in self.judged if each.verdict and each.verdict.accepted]
        return [str(each.judgement.label) for each in self.judged if each not in accepted]

    @property
    def may_grant(self) -> bool:
        """Whether signing to grant can lead to a decision, be it later when there is money.

        Not while the rules refuse or lack an answer, nor before all papers are accepted: each of
        these changes the application, and with it a signature would be void.
        """
        stops = self.offer.assessment.at(Level.REFUSE, Level.OPEN)
        return bool(self.offer.amount) and not stops and not self.to_accept

    @property
    def waits_for(self) -> list[Finding]:
        """The findings for which a decision waits, even once it is signed."""
        return list(self.offer.assessment.at(Level.WAIT))

    @property
    def may_decide(self) -> bool:
        """Whether what all have signed can be decided today by signing it once more."""
        granted = self.standing.ready == GRANT
        stops = granted and (self.waits_for or not self.may_grant)
        return bool(self.standing.ready) and self.decides and not stops

    @property
    def pool_after(self) -> Decimal:
        """What is left in the pool after this grant, if there can be one."""
        return self.pool.remaining - self.offer.as_it_stands


def open_for(application: Application, user: Any, *, on: date, at: datetime) -> Dossier:
    """Return the case as a signatory sees it on a day; a fixed number of queries.

    Other cases and biases are asked for only where there are some. Who is party to the case reads neither
    why somebody stands aside nor what the signatories tell each other, and what they sign, and lower it
    to, once it is decided.
    """
    files = CaseFiles([application], on)
    standing = files.standing(application, user)
    if standing.party and not application.decided_at:
        files.forget(application)
    offered = offer(application, on=on, at=at, files=files)
    biased = application.recusals.select_related("user")
    return Dossier(
        standing=standing,
        offer=offered,
        answers=drawn_for_others(application),
        signatures=files.live(application),
        recusals=list(biased) if files.recused[application.pk] and not standing.party else [],
        others=_others(application) if offered.others else [],
        pool=next(each for each in funds.of_year(application.rules, on=on) if each.current),
        events=_history(application, internal=not standing.party),
        following=following(application, user, on=on),
        judged=judged(application, offered.circumstances.verdicts),
        open=application.state == State.SUBMITTED,
        decides=application.rules.may_decide_on(on),
    )


def what_is_left(application: Application, user: Any) -> dict[str, Any]:
    """Return what the office still reads of an anonymised case: who signed it, and when what happened.

    Who is party to it and is still known as such reads less, as in `open_for`.
    """
    outside = not party(application, user)
    told = outside or application.decided_at
    return {
        "signatures": list(application.signatures.live()) if told else [],
        "recusals": list(application.recusals.select_related("user")) if outside else [],
        "events": _history(application, internal=outside),
    }


def following(application: Application, user: Any, *, on: date) -> list[Following]:
    """Return the next cases that wait for a person, in order of arrival, round and round; not all of many."""
    looker = places.looker(application.rules, user, on=on)
    rows = _following(arrived=application.submitted_at, pk=application.pk, **looker)
    return [Following(uuid, title) for uuid, title, *_where in rows]


@prepared
def _following(
    person: Given, arrived: Given, pk: Given, *, part: places.Part
) -> QuerySet[Application]:
    waiting = places.undecided_for(part, person).filter(place=places.Place.MINE)
    mine = waiting.filter(state=State.SUBMITTED).order_by("submitted_at", "pk")
    here, this = Together("submitted_at", "pk"), Together(arrived, pk)
    # Each part is read from its index, and only so far.
    parts = [
        mine.filter(side).annotate(turn=Value(turn)).values_list(*FOLLOWING)[: COUNTED + 1]
        for turn, side in enumerate((GreaterThan(here, this), LessThan(here, this)))
    ]
    return parts[0].union(parts[1], all=True).order_by(*FOLLOWING[-3:])[: COUNTED + 1]


def _others(application: Application) -> list[Application]:
    """Return the person's other cases, whoever applied (R23, R25)."""
    scheme, person = application.scheme, application.person_key
    return _of_person(scheme=scheme, person=person, but=application.pk)


@prepared
def _of_person(scheme: Given, person: Given, but: Given) -> QuerySet[Application]:
    same = Application.objects.filter(scheme=scheme, person_key=person)
    sent_in = same.exclude(Q(pk=but) | Q(submitted_at=None) | Q(state=State.DRAFT))
    return sent_in.only(*OTHER).order_by("-submitted_at")[:20]


def _history(application: Application, *, internal: bool) -> list[dict[str, Any]]:
    """Return what happened, newest first; what is between the signatories only if `internal`."""
    rows = _events(case=application.pk)
    return [_event(row) for row in rows if internal or not row.internal]


@prepared
def _events(case: Given) -> QuerySet[Event]:
    return Event.objects.filter(application_id=case).order_by("-at", "-pk")


def _event(row: Event) -> dict[str, Any]:
    return {
        "at": row.at,
        "title": row.get_kind_display(),
        "who": row.by_name,
        "text": row.text,
        "tone": TONES.get(row.kind, "neutral"),
    }
