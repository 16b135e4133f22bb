"""Loads the demo once: its people, their mandates, and everything that happened until yesterday."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from accounts import demo, services
from accounts.models import User
from decisions.demo.play import Play
from schemes import clock, registry, secrets
from schemes.base import Scheme
from schemes.demo import Demo, DemoPerson
from schemes.models import Organisation, PayingAccount

# Whose account pays in the demo, whatever the installation had entered.
PAYER = {"name": "Demo betaler", "bic": "DEMONO22"}
ACCOUNT = "NO3815030123457"


class NotEmpty(Exception):
    """There are people already, and they are not those of the demo."""


@transaction.atomic
def load() -> bool:
    """Load the demo of every scheme; return whether anything was loaded.

    A second time changes nothing. Raises NotEmpty where other people have accounts.
    """
    if demo.people():
        return False
    if User.objects.exists():
        raise NotEmpty
    for scheme in registry.SCHEMES:
        story = scheme.demo(today=clock.today(scheme.time_zone))
        if story:
            _load(scheme, story)
    return True


def _load(scheme: Scheme, story: Demo) -> None:
    if scheme.pays_out:
        from_then_on = {"scheme": scheme.slug, "valid_from": story.appointed_on}
        paid_from = PAYER | {"account": secrets.encrypt(ACCOUNT)}
        PayingAccount.objects.update_or_create(**from_then_on, defaults=paid_from)
    people = {each.key: enrol(scheme, each, on=story.appointed_on) for each in story.people}
    Play(scheme, people).perform(story.cases)


def enrol(scheme: Scheme, person: DemoPerson, *, on: date) -> User:
    """Return an invented person, appointed since a day where they hold a capacity."""
    email = f"{person.key}@{demo.DOMAIN}"
    known = User.objects.filter(email=email).first()
    user = known or services.enrol(
        email=email,
        name=person.name,
        password=demo.PASSWORD,
        language=scheme.language,
        **person.profile,
    )
    if person.capacity:
        _appoint(scheme, person, user, on=on)
    return user


def _appoint(scheme: Scheme, person: DemoPerson, user: User, *, on: date) -> None:
    named = Organisation.objects.filter(scheme=scheme.slug, code=person.organisation)
    services.appoint(
        user=user,
        scheme=scheme.slug,
        capacity=person.capacity,
        deputy=person.deputy,
        ground=person.ground,
        organisation=named.get() if person.organisation else None,
        valid_from=on,
    )


def table() -> Iterable[str]:
    """Return the people of the demo as lines of a table: address, name, what they are."""
    rows = [("E-mail", "Name", "What they are")]
    rows += [
        (person.email, person.name, person.role)
        for _title, members in demo.groups()
        for person in members
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        yield "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
