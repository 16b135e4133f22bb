"""Who may sign an application on a day, and in which capacity; and why somebody may not (R21)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from accounts import mandates
from accounts.models import Mandate
from applications.models import Application, HeadRequest
from decisions.models import Recusal, Signature


@dataclass(frozen=True)
class Standing:
    """One person before one application on a day.

    `mandates` are those in which the person could sign now, `obstacle` says why the person may not
    sign (None if nothing is in the way), `biased` that the person may not even prepare the case,
    `signed` is the person's own signature that counts, and `ready` the outcome that all have signed:
    it only remains to decide, by signing the same again once nothing stands in the way.
    """

    mandates: tuple[Mandate, ...] = ()
    obstacle: str | None = None
    biased: bool = False
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


def standings(applications: Iterable[Application], user: Any, on: date) -> dict[int, Standing]:
    """Return how a person stands before each application; as many queries for 1 as for 1,000."""
    desk = Desk(list(applications), user, on)
    return {each.pk: desk.standing(each) for each in desk.applications}


class Desk:
    """What is known about one person and some applications, read once."""

    def __init__(self, applications: list[Application], user: Any, on: date) -> None:
        self.applications, self.user = applications, user
        keys = [each.pk for each in applications]
        self.held = list(mandates.held_by(user, on=on))
        recused = Recusal.objects.filter(application__in=keys, user_id=user.pk)
        self.recused = set(recused.values_list("application_id", flat=True))
        answered = HeadRequest.objects.filter(application__in=keys, email__iexact=user.email)
        self.head_of = set(answered.exclude(answer="").values_list("application_id", flat=True))
        self.signatures = list(Signature.objects.live().filter(application__in=keys))

    def standing(self, application: Application) -> Standing:
        """Return how the person stands before one of the applications."""
        bias = self._bias(application)
        if bias:
            return Standing(obstacle=bias, biased=True)
        held = self._mandates(application)
        if not held:
            return Standing(obstacle=_("You have no mandate to sign here today."))
        return self._among_signatures(application, held)

    def _bias(self, application: Application) -> str | None:
        user = self.user
        own_key = bool(user.person_key) and user.person_key == application.person_key
        if application.applicant_id == user.pk or own_key:
            return _("This is your own application: others decide it.")
        heads = application.head_email.casefold() == user.email.casefold()
        if heads or application.pk in self.head_of:
            return _("You answer for the unit of the participant: others decide it.")
        if application.pk in self.recused:
            return _("You have declared a bias in this case.")
        return None

    def _mandates(self, application: Application) -> tuple[Mandate, ...]:
        """Return the person's mandates here, one a capacity: ordinary ones before deputies'."""
        order = [capacity.slug for capacity in application.rules.capacities]
        here = [
            each
            for each in self.held
            if each.scheme == application.scheme and each.capacity in order
        ]
        one_each: dict[str, Mandate] = {}
        for each in sorted(here, key=lambda each: (each.deputy, order.index(each.capacity))):
            one_each.setdefault(each.capacity, each)
        return tuple(one_each.values())

    def _among_signatures(self, application: Application, held: tuple[Mandate, ...]) -> Standing:
        live = [each for each in self.signatures if each.application_id == application.pk]
        own = next((each for each in live if each.signatory_id == self.user.pk), None)
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
    needed = {capacity.slug for capacity in application.rules.capacities}
    outcomes = {each.outcome for each in current}
    complete = {each.capacity for each in current} == needed and len(outcomes) == 1
    return outcomes.pop() if complete else None
