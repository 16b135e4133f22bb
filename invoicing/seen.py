"""The part of the register that a person of finance, an administrator or an auditor may read now."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, F, QuerySet, Value

from accounts.mandates import ADMINISTRATOR, AUDITOR, FINANCE, current, current_schemes
from database.finding import Among
from database.prepared import Asked, Given, prepared
from invoicing.entries import SOON, Entry, Standing, Tally
from invoicing.register import Alike, alike, grouped, standing_in
from schemes.models import Organisation

# What a line of a list does not show
UNSHOWN = ("words", "reference", "workplace", "ends_on")


@dataclass(frozen=True)
class Seen:
    """The invoices of a scheme that a person may read: of some administrations, or the `whole` of them."""

    scheme: str
    administrations: tuple[int, ...] = ()
    whole: bool = False

    def of(self, administration: int | None) -> "Seen":
        """Return the part that is of one administration; all of it where none is asked for."""
        if administration is None:
            return self
        read = self.whole or administration in self.administrations
        return Seen(self.scheme, (administration,) if read else ())

    def entries(self) -> QuerySet[Entry]:
        """Return the lines of the invoices."""
        return _part(Entry, self.scheme, self._keys, whole=self.whole)

    def tallies(self) -> QuerySet[Tally]:
        """Return the sums of the invoices."""
        return _part(Tally, self.scheme, self._keys, whole=self.whole)

    def buyers(self) -> list[tuple[int, str]]:
        """Return key and name of each administration that an invoice is of. One query."""
        return _buyers(**self._said)

    def alike(self) -> list[Alike]:
        """Return how many stand alike, and their sum. One query, however many invoices there are."""
        return alike(_sums(**self._said))

    def listed(self, which: tuple[Standing, ...], on: date) -> Asked:
        """Return the lines of those that stand in some ways on a day, as a list shows them."""
        return _listed.on(**self._said, which=which, on=on, until=on + SOON)

    @property
    def _keys(self) -> Value:
        return Value(list(self.administrations), ArrayField(BigIntegerField()))

    @property
    def _said(self) -> dict[str, Any]:
        keys = list(self.administrations)
        return {"scheme": self.scheme, "administrations": keys, "whole": self.whole}


def seen(user: Any, scheme: str) -> Seen:
    """Return what a person may read now of a scheme's register.

    Finance sees its own administration's, or the whole scheme's; administrator and auditor the
    whole scheme's.
    """
    held = [each.organisation_id for each in current(user, FINANCE) if each.scheme == scheme]
    if None in held or scheme in current_schemes(user, ADMINISTRATOR, AUDITOR):
        return Seen(scheme, whole=True)
    return Seen(scheme, tuple(held))


def shown(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    """Return the lines as a list shows them, with the administration's name."""
    return entries.annotate(named=F("organisation__name")).defer(*UNSHOWN)


def _part(rows: Any, scheme: Any, administrations: Any, *, whole: bool) -> QuerySet:
    found = rows.objects.filter(scheme=scheme)
    return found if whole else found.filter(Among(F("organisation"), administrations))


@prepared
def _buyers(scheme: Given, administrations: Given, *, whole: bool) -> QuerySet[Organisation]:
    tallies = _part(Tally, scheme, administrations, whole=whole)
    found = Organisation.objects.filter(pk__in=tallies.values("organisation"))
    return found.values_list("pk", "name")


@prepared
def _sums(scheme: Given, administrations: Given, *, whole: bool) -> QuerySet[Tally]:
    return grouped(_part(Tally, scheme, administrations, whole=whole))


@prepared
def _listed(
    scheme: Given, administrations: Given, on: Given, until: Given, *, whole: bool, which: Any
) -> QuerySet[Entry]:
    entries = _part(Entry, scheme, administrations, whole=whole)
    return shown(entries.filter(standing_in(which, on, until)))
