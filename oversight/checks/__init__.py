"""Everything that is verified: one list, in the order in which it is asked."""

from oversight.checks import cases, guards, links, money, papers, register, removals
from oversight.checks.base import Check

__all__ = ["Check", "all_checks"]


def all_checks(*, head: str = "") -> list[Check]:
    """Return every check; with a published head also that it is still among the seals."""
    written_down = [links.head_check(head)] if head else []
    asked = [*money.CHECKS, *cases.CHECKS, *papers.CHECKS, *register.CHECKS]
    asked += [*links.CHECKS, *guards.CHECKS]
    return [*asked, guards.guards_check(), *removals.CHECKS, *written_down]
