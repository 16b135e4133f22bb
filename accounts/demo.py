"""The people of the demo, as the sign-in page lists them."""

from dataclasses import dataclass

from django.conf import settings
from django.http import Http404
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts import mandates
from accounts.capacities import ADMINISTRATOR, AUDITOR, FINANCE, SIGNATORY
from accounts.models import User
from schemes import registry

DOMAIN = "demo.example"
# Known to everybody, on purpose: these people own nothing and exist only in the demo.
PASSWORD = "kursmedel-demo"  # noqa: S105

GROUPS = (
    (_("Apply"), ()),
    (_("Decide"), (SIGNATORY,)),
    (_("Pay"), (FINANCE,)),
    (_("Administer and audit"), (ADMINISTRATOR, AUDITOR)),
)


@dataclass(frozen=True)
class Person:
    """One person of the demo: the address to sign in with, the name, and what they are in which scheme."""

    email: str
    name: str
    role: str


def only_in_the_demo() -> None:
    """Raise Http404 outside the demo."""
    if not settings.KURSMEDEL_DEMO:
        raise Http404


def people() -> list[User]:
    """Return the people of the demo with their mandates of today, in the order they were made."""
    return list(User.objects.filter(email__endswith="@" + DOMAIN, is_active=True).order_by("pk"))


def groups() -> list[tuple[str, list[Person]]]:
    """Return the people by what they come to do, those of the page's language first.

    A group without anybody is left out.
    """
    everybody = sorted(people(), key=lambda user: user.language != get_language())
    found = [
        (title, [_person(user) for user in everybody if _belongs(user, capacities)])
        for title, capacities in GROUPS
    ]
    return [(title, members) for title, members in found if members]


def _belongs(user: User, capacities: tuple[str, ...]) -> bool:
    held = mandates.current(user)
    return bool(mandates.current(user, *capacities)) if capacities else not held


def _person(user: User) -> Person:
    held = [f"{each.label} · {registry.get(each.scheme).title}" for each in mandates.current(user)]
    return Person(user.email, user.name, "; ".join(held) or user.specialty)
