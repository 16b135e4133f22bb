"""Lists as tables for a spreadsheet: one's own applications, listed courses, and who has read what."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from applications.models import Application, Reading
from applications.readings import looked_for
from drawing.spreadsheet import Table


def own(applications: Iterable[Application]) -> Table:
    """Return a person's applications, each with what was asked and granted and how it stands."""
    titles = [_("Reference"), _("Scheme"), _("Participant"), _("Course"), _("First day")]
    titles += [_("Last day"), _("Sent in"), _("Asked"), _("Granted"), _("Currency"), _("State")]
    return titles, (
        [
            each.reference,
            each.rules.title,
            each.participant,
            each.course_title,
            each.starts_on,
            each.ends_on,
            each.rules.local_day(each.submitted_at) if each.submitted_at else "",
            each.asked,
            each.granted,
            each.rules.currency,
            each.get_state_display(),
        ]
        for each in applications
    )


def courses(listed: Iterable[Any]) -> Table:
    """Return the courses that are approved beforehand."""
    titles = [_("Course"), _("Organiser"), _("First day"), _("Last day"), _("Link")]
    return titles, (
        [each.title, each.organiser, each.starts_on, each.ends_on, each.link] for each in listed
    )


def readings(found: Iterable[Reading]) -> Table:
    """Return who has read what, and whose it was or how many entries of a list there were."""
    titles = [_("When"), _("Who"), _("Whose"), _("Number"), _("Entries")]
    titles += [_("What"), _("Why"), _("Looked for")]
    return titles, (
        [
            f"{timezone.localtime(each.at):%Y-%m-%d %H:%M:%S}",
            each.by_name,
            _whose(each),
            each.application.reference if each.application else "",
            each.listed,
            each.get_what_display(),
            each.reason,
            looked_for(each),
        ]
        for each in found
    )


def _whose(reading: Reading) -> str:
    if reading.application:
        return reading.application.participant
    return str(reading.person) if reading.person else ""
