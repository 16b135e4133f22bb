"""The main menu: what this person can do here, by what they are appointed to."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import mandates
from accounts.mandates import ADMINISTRATOR, AUDITOR, FINANCE, SIGNATORY
from accounts.office import OFFICE

ANYBODY = ()


@dataclass(frozen=True)
class Entry:
    """One entry of the menu: its words, its address and the capacities for which it is there."""

    label: str
    name: str
    capacities: tuple[str, ...] = ANYBODY


ENTRIES = (
    Entry(_("Today"), "today", (SIGNATORY, FINANCE, ADMINISTRATOR, AUDITOR)),
    Entry(_("To decide"), "decisions:queue", OFFICE),
    Entry(_("Decided"), "decisions:decided", OFFICE),
    Entry(_("Funds"), "decisions:funds", OFFICE),
    Entry(_("Finance"), "invoicing:overview", (FINANCE, ADMINISTRATOR, AUDITOR)),
    Entry(pgettext_lazy("menu", "Read by"), "applications:readings", (AUDITOR,)),
    Entry(pgettext_lazy("menu", "Administration"), "administration:own", (ADMINISTRATOR,)),
    Entry(pgettext_lazy("menu", "Administration"), "admin:index", (AUDITOR,)),
    Entry(_("Status"), "oversight:status", (ADMINISTRATOR, AUDITOR)),
    Entry(_("My applications"), "applications:overview"),
)


def menu(user: Any, path: str) -> list[dict[str, Any]]:
    """Return the entries for a person as url, label and whether the page at *path* belongs to it."""
    if not user.is_authenticated:
        return []
    found = [
        {"url": url, "label": entry.label}
        for entry in ENTRIES
        if _is_open(entry, user) and (url := _address(entry.name))
    ]
    here = max((each["url"] for each in found if path.startswith(each["url"])), key=len, default="")
    return [each | {"current": each["url"] == here} for each in found]


def first_page(user: Any) -> str:
    """Return the address where this person's work begins."""
    return next((each["url"] for each in menu(user, "")), "/")


def _is_open(entry: Entry, user: Any) -> bool:
    if entry.name == "admin:index" and user.is_superuser:
        return True
    return entry.capacities == ANYBODY or bool(mandates.current(user, *entry.capacities))


@cache
def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
