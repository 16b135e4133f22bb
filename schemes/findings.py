"""What the rules say of an application: findings, the arithmetic behind an amount, the assessment of all."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Level(TextChoices):
    """How one rule came out. Ordered from what is well to what stops a grant."""

    MET = "met", _("Met")
    OPEN = "open", _("Not answered yet")
    LOOK = "look", _("Needs a look")
    WAIT = "wait", _("Waits")
    REFUSE = "refuse", _("Not met")


class Outcome(TextChoices):
    """What the assessment says today, or what a signatory or a decision says."""

    GRANT = "grant", pgettext_lazy("outcome", "Grant")
    WAIT = "wait", pgettext_lazy("outcome", "Wait")
    REFUSE = "refuse", pgettext_lazy("outcome", "Refuse")


@dataclass(frozen=True)
class Finding:
    """One rule's verdict with its reason, as a sentence that the applicant understands."""

    rule: str
    level: Level
    text: str

    @classmethod
    def met(cls, rule: str, text: str) -> "Finding":
        """Return that all is well with a rule."""
        return cls(rule, Level.MET, text)

    @classmethod
    def open(cls, rule: str, text: str) -> "Finding":
        """Return that what a rule needs is not answered yet."""
        return cls(rule, Level.OPEN, text)

    @classmethod
    def look(cls, rule: str, text: str) -> "Finding":
        """Return that somebody must judge."""
        return cls(rule, Level.LOOK, text)

    @classmethod
    def wait(cls, rule: str, text: str) -> "Finding":
        """Return that it cannot be decided yet."""
        return cls(rule, Level.WAIT, text)

    @classmethod
    def refuse(cls, rule: str, text: str) -> "Finding":
        """Return that a rule does not allow it."""
        return cls(rule, Level.REFUSE, text)

    def as_json(self) -> dict[str, str]:
        """Return the finding as plain text in the language that is active now."""
        return {"rule": self.rule, "level": str(self.level.value), "text": str(self.text)}


@dataclass(frozen=True)
class Line:
    """One line of the arithmetic behind an amount; `total` marks the line that is the result."""

    label: str
    amount: Decimal
    total: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the line as plain text in the language that is active now."""
        return {"label": str(self.label), "amount": str(self.amount), "total": self.total}


@dataclass(frozen=True)
class Assessment:
    """All findings about one application on one day, and the amount that the rules give.

    `by_rules` is what the arithmetic gives, whatever the findings say; `amount` is what may be
    granted today. `details` is what only the scheme knows (zone, cap, units …), as plain values;
    with `days` each day that counts: {"on", "stated": "whole" or "half", "hours", "units" (half
    days), "amount", "rule": the one that cut it, "short": whether by the hours}.
    """

    findings: tuple[Finding, ...]
    by_rules: Decimal
    arithmetic: tuple[Line, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)

    def at(self, *levels: Level) -> tuple[Finding, ...]:
        """Return the findings of the levels named, in the order of the rules."""
        return tuple(finding for finding in self.findings if finding.level in levels)

    @property
    def all_met(self) -> bool:
        """Whether every rule is met: nothing is to be judged, answered or waited for."""
        return all(finding.level == Level.MET for finding in self.findings)

    @property
    def outcome(self) -> Outcome:
        """`refuse` if any finding refuses, else `wait` if any waits or is open, else `grant`."""
        if self.at(Level.REFUSE):
            return Outcome.REFUSE
        return Outcome.WAIT if self.at(Level.WAIT, Level.OPEN) else Outcome.GRANT

    @property
    def amount(self) -> Decimal:
        """What may be granted today, in the scheme's currency: 0 unless the outcome is a grant."""
        return self.by_rules if self.outcome == Outcome.GRANT else Decimal(0)

    @property
    def rules(self) -> list[str]:
        """The numbers of the rules that refuse or make it wait, in the order of the rules."""
        return [finding.rule for finding in self.at(Level.REFUSE, Level.WAIT)]

    def as_json(self) -> dict[str, Any]:
        """Return the assessment as a snapshot in the language that is active now."""
        return {
            "outcome": str(self.outcome.value),
            "amount": str(self.amount),
            "by_rules": str(self.by_rules),
            "findings": [finding.as_json() for finding in self.findings],
            "arithmetic": [line.as_json() for line in self.arithmetic],
            **self.details,
        }


@dataclass(frozen=True)
class Rule:
    """A numbered rule, the sentence of the source that it comes from, and its few words for a list."""

    number: str
    sentence: str
    short: str = ""
