"""Who may sign an application on a day, and in which capacity; and why somebody may not (R21)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Mandate
from applications.models import Application
from database.reads import reading_once
from decisions import case_file
from decisions.models import Lowering, Signature


@dataclass(frozen=True)
class Standing:
    """One person before one application on a day.

    `mandates` are those in which the person could sign now, `obstacle` says why the person may not
    sign (None if nothing is in the way), `biased` that the person may not even prepare the case,
    `party` that it is the person's own or their unit's: what the office says among itself is not for them,
    nor what is signed before it is decided,
    `signed` is the person's own signature that counts, and `ready` the outcome that all have signed:
    it only remains to decide, by signing the same again once nothing stands in the way.
    """

    mandates: tuple[Mandate, ...] = ()
    obstacle: str | None = None
    biased: bool = False
    party: bool = False
    signed: Signature | None = None
    ready: str | None = None

    @property
    def capacities(self) -> tuple[str, ...]:
        """The capacities in which the person could sign now."""
        return tuple(mandate.capacity for mandate in self.mandates)

    @property
    def may_sign(self) -> bool:
        """Whether a signature of this person would count now."""
        return self.obstacle is None


def may_sign(application: Application, user: Any, on: date) -> Standing:
    """Return how a person stands before one application on a day (R21)."""
    return standings([application], user, on)[application.pk]


def party(application: Application, user: Any, *, heads: Iterable[str] = ()) -> str | None:
    """Return in words what makes a person party to a case, or None.

    Party are the applicant, whom it is about, and the head of unit. Takes the addresses of those who
    answered as such, casefolded, beside the one that the answers name.
    """
    own_key = bool(user.person_key) and user.person_key == application.person_key
    if application.applicant_id == user.pk or own_key:
        return _("This is your own application: others decide it.")
    if user.email.casefold() in {application.head_email.casefold(), *heads}:
        return _("You answer for the unit of the participant: others decide it.")
    return None


@reading_once()
def standings(applications: Iterable[Application], user: Any, on: date) -> dict[int, Standing]:
    """Return how a person stands before each application; as many queries for 1 as for 1,000."""
    files = CaseFiles(applications, on)
    return {each.pk: files.standing(each, user) for each in files.applications}


class CaseFiles:
    """The files of some applications, read once: what is known about who signs them on a day.

    `signatures` are those that counted when it was read, by the key of the application. Who writes
    or voids one keeps them up to date. `lowerings` are the last of each, where there is one.
    """

    def __init__(self, applications: Iterable[Application], on: date) -> None:
        self.applications, self.on = list(applications), on
        self.recused: dict[int, set[int]] = {}
        self.heads: dict[int, set[str]] = {}
        self.lowerings: dict[int, Lowering | None] = {}
        self.signatures: dict[int, list[Signature]] = defaultdict(list)
        self.capacities: dict[tuple[int, str], set[str]] = {}
        for row in case_file.read([each.pk for each in self.applications], on=on):
            self._take(row)

    def _take(self, row: case_file.File) -> None:
        self.recused[row.application] = set(row.recused)
        self.heads[row.application] = {each.casefold() for each in row.heads}
        self.lowerings[row.application] = row.lowering
        if row.signature:
            self.signatures[row.application].append(row.signature)
            self.capacities[row.signature.signatory_id, row.scheme] = set(row.capacities)

    def standing(self, application: Application, user: Any) -> Standing:
        """Return how a person stands before one of the applications."""
        bias = self.bias(application, user)
        if bias:
            party = bool(self._party(application, user))
            return Standing(obstacle=bias, biased=True, party=party)
        held = self._mandates(application, user)
        if not held:
            return Standing(obstacle=_("You have no mandate to sign here today."))
        return self._among_signatures(application, user, held)

    def bias(self, application: Application, user: Any) -> str | None:
        """Return why a person may not even prepare one of the applications, or None."""
        if said := self._party(application, user):
            return said
        if user.pk in self.recused[application.pk]:
            return _("You have declared a bias in this case.")
        return None

    def holds(self, user: Any, capacity: str, application: Application) -> bool:
        """Tell whether a person holds a capacity where one of the applications is decided."""
        known = self.capacities.get((user.pk, application.scheme))
        if known is None:
            known = {each.capacity for each in self._held(application, user)}
        return capacity in known

    def live(self, application: Application) -> list[Signature]:
        """Return the signatures of one of the applications that count by now."""
        return [each for each in self.signatures[application.pk] if not each.voided_at]

    def forget(self, application: Application) -> None:
        """Know no more what has been said of one of the applications: its signatures and its lowering."""
        self.signatures[application.pk] = []
        self.lowerings[application.pk] = None

    def _party(self, application: Application, user: Any) -> str | None:
        return party(application, user, heads=self.heads[application.pk])

    def _held(self, application: Application, user: Any) -> list[Mandate]:
        held = user.mandates_on(self.on)
        return [each for each in held if each.scheme == application.scheme]

    def _mandates(self, application: Application, user: Any) -> tuple[Mandate, ...]:
        """Return the person's mandates here, one a capacity: ordinary ones before deputies'."""
        order = application.rules.signing
        here = [each for each in self._held(application, user) if each.capacity in order]
        one_each: dict[str, Mandate] = {}
        for each in sorted(here, key=lambda each: (each.deputy, order.index(each.capacity))):
            one_each.setdefault(each.capacity, each)
        return tuple(one_each.values())

    def _among_signatures(
        self, application: Application, user: Any, held: tuple[Mandate, ...]
    ) -> Standing:
        live = self.live(application)
        own = next((each for each in live if each.signatory_id == user.pk), None)
        others = {each.capacity: each for each in live if each is not own}
        free = tuple(each for each in held if each.capacity not in others)
        if own and own.revision == application.revision:
            words = _("You have signed already.")
            ready = _agreed(application, live)
            return Standing(mandates=free, obstacle=words, signed=own, ready=ready)
        if not free:
            name = others[held[0].capacity].name
            words = _("%(name)s has already signed in your capacity.") % {"name": name}
            return Standing(obstacle=words, signed=own)
        return Standing(mandates=free, signed=own)


def _agreed(application: Application, live: list[Signature]) -> str | None:
    """Return the outcome that everyone whose signature is needed has signed, or None."""
    current = [each for each in live if each.revision == application.revision]
    needed = set(application.rules.signing)
    outcomes = {each.outcome for each in current}
    complete = {each.capacity for each in current} == needed and len(outcomes) == 1
    return outcomes.pop() if complete else None
