"""What a scheme tells the demo: invented people, and what happened to their applications when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True)
class DemoPerson:
    """An invented person. Without capacity they apply; `organisation` is a code, for finance."""

    key: str  # the front part of the address, and how acts name the person
    name: str
    capacity: str = ""
    deputy: bool = False
    ground: str = ""
    organisation: str = ""
    profile: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class DemoAct:
    """Something that somebody did on a day that has passed; the verbs are those of the demo's play."""

    on: date
    verb: str
    by: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class DemoCase:
    """One application: who applies, what is answered by step, and what happened in order."""

    applicant: str
    answers: Mapping[str, Mapping[str, Any]]
    acts: tuple[DemoAct, ...]


@dataclass(frozen=True)
class Demo:
    """All that one scheme shows in the demo."""

    people: tuple[DemoPerson, ...]
    cases: tuple[DemoCase, ...]
    appointed_on: date
