"""The lists of the office as tables for a spreadsheet: what waits, what was decided, the money."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Mandate
from applications.models import Application
from decisions.places import Place
from drawing.spreadsheet import Table
from schemes.base import Scheme
from schemes.models import LedgerEntry


def waiting(applications: QuerySet[Application], scheme: Scheme) -> Table:
    """Return what waits, each with what it waits for and what the rules gave when it was last read."""
    titles = [*_of_a_case(), _("Asked"), _("By the rules"), _("Currency"), _("Waits for")]
    return titles, (
        [*_case(each), each.asked, each.assessed, scheme.currency, Place(each.place).label]
        for each in applications
    )


def decided(applications: QuerySet[Application], scheme: Scheme) -> Table:
    """Return what was decided, each with the day, the amount and how it stands."""
    titles = [*_of_a_case(), _("Asked"), _("Granted"), _("Currency")]
    return [*titles, _("Date of the decision"), _("State")], (
        [
            *_case(each),
            each.asked,
            each.granted,
            scheme.currency,
            scheme.local_day(each.decided_at),
            each.get_state_display(),
        ]
        for each in applications
    )


def movements(entries: Iterable[LedgerEntry], scheme: Scheme) -> Table:
    """Return every movement of the scheme's money."""
    titles = [_("Date"), _("Pool"), _("What"), _("Amount"), _("Currency"), _("Who"), _("Note")]
    return titles, (
        [
            scheme.local_day(each.at),
            scheme.pool_title(each.pool.key),
            each.get_kind_display(),
            each.amount,
            scheme.currency,
            each.by or "",
            each.note,
        ]
        for each in entries
    )


def mandates(held: Iterable[Mandate]) -> Table:
    """Return who is appointed to what, from when until when, and by which decision."""
    titles = [_("Person"), _("E-mail"), _("Capacity"), _("First day"), _("Last day")]
    return [*titles, _("The decision it rests on")], (
        [
            str(each.user),
            each.user.email,
            each.label,
            each.valid_from,
            each.valid_to,
            each.ground,
        ]
        for each in held
    )


def _of_a_case() -> list[str]:
    titles = [_("Reference"), _("Sent in"), _("Participant"), _("Unit"), _("Administration")]
    return [*titles, _("Course"), _("First day"), _("Last day")]


def _case(application: Application) -> list[Any]:
    return [
        application.reference,
        application.rules.local_day(application.submitted_at),
        application.participant,
        application.workplace,
        application.organisation or "",
        application.course_title,
        application.starts_on,
        application.ends_on,
    ]
