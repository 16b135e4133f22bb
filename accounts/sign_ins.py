"""Where a person is signed in: with which browser, since when; and the end of any of it."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import Session, User

BEGAN, SEEN, DEVICE = "sign_in_began", "seen_at", "device"
# What browsers call themselves, most special first: each also claims to be those after it.
BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS X": "Mac",
    "CrOS": "Chromebook",
    "Linux": "Linux",
}


@dataclass(frozen=True)
class SignIn:
    """One sign-in; `key` names it without giving away by what the browser is known."""

    key: str
    browser: str
    system: str
    began: datetime
    seen: datetime
    here: bool


def device(request: HttpRequest) -> list[str]:
    """Return browser and system of a visitor, "" where they are not known."""
    said = request.headers.get("User-Agent", "")
    return [
        next((name for mark, name in known.items() if mark in said), "")
        for known in (BROWSERS, SYSTEMS)
    ]


def of(request: HttpRequest) -> list[SignIn]:
    """Return where whoever is signed in is signed in: this one first, then what was used last."""
    here = request.session.session_key
    found = [_sign_in(row, held, here) for row, held in _live(request.user)]
    return sorted(found, key=lambda each: (each.here, each.seen), reverse=True)


def of_person(user: User) -> list[SignIn]:
    """Return where somebody is signed in, as an administrator may know it: what was used last first."""
    found = [_sign_in(row, held, None) for row, held in _live(user)]
    return sorted(found, key=lambda each: each.seen, reverse=True)


def end_all(user: User) -> int:
    """End every sign-in of a person; return how many were still good."""
    good = len(list(_live(user)))
    Session.objects.filter(user=user).delete()
    return good


def end(request: HttpRequest, key: str) -> int:
    """End another sign-in of whoever asks, by its key; return how many ended, 1 or 0."""
    others = [row.pk for row, _held in _others(request) if constant_time_compare(_key(row), key)]
    return Session.objects.filter(pk__in=others).delete()[0]


def end_others(request: HttpRequest) -> int:
    """End every other sign-in of whoever asks; return how many were still good."""
    good = len(list(_others(request)))
    mine = Session.objects.filter(user=request.user)
    mine.exclude(pk=request.session.session_key).delete()
    return good


def is_over(held: dict[str, Any], now: float) -> bool:
    """Tell whether a sign-in was left alone for too long, or is too old."""
    began = held[BEGAN]
    idle = now - held.get(SEEN, began) > settings.SESSION_IDLE_SECONDS
    return idle or now - began > settings.SESSION_COOKIE_AGE


def _others(request: HttpRequest) -> Iterator[tuple[Session, dict[str, Any]]]:
    here = request.session.session_key
    return (each for each in _live(request.user) if each[0].pk != here)


def _live(user: User) -> Iterator[tuple[Session, dict[str, Any]]]:
    """Give each session with which one could still come in, and what it holds."""
    password = user.get_session_auth_hash()
    for row in Session.objects.filter(user=user, expire_date__gt=timezone.now()):
        held = row.get_decoded()
        known = constant_time_compare(held.get(HASH_SESSION_KEY, ""), password)
        if known and BEGAN in held and not is_over(held, time.time()):
            yield row, held


def _sign_in(row: Session, held: dict[str, Any], here: str | None) -> SignIn:
    browser, system = held.get(DEVICE, ["", ""])
    began, seen = held[BEGAN], held.get(SEEN, held[BEGAN])
    return SignIn(
        key=_key(row),
        browser=browser,
        system=system,
        began=datetime.fromtimestamp(began, UTC),
        seen=datetime.fromtimestamp(seen, UTC),
        here=row.pk == here,
    )


def _key(row: Session) -> str:
    return salted_hmac("accounts.sign_ins", row.pk, algorithm="sha256").hexdigest()[:32]
