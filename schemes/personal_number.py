"""Personal numbers of Swedish people: read in any way of writing them, kept as twelve digits."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from personnummer.personnummer import Personnummer, PersonnummerException

from schemes import clock

UNREADABLE = _("Check the personal number: ten or twelve digits, such as 19800101-0000.")
NOT_RIGHT = _(
    "The personal number is not right. Check its digits; it is written like 19800101-0000."
)
# "+" before the last four tells that the person has turned a hundred.
WRITTEN = re.compile(r"(\d{2})?\d{6}[-+]?\d{4}", re.ASCII)


def read(text: str) -> str:
    """Return the number as twelve digits; coordination numbers are as good (R23).

    Ten digits are of the latest century that has been. Raises ValidationError when it has fewer
    digits, a wrong check digit or is no day of the calendar that has been.
    """
    written = "".join(text.replace("\N{EN DASH}", "-").split())
    if not WRITTEN.fullmatch(written):
        raise ValidationError(UNREADABLE)
    try:
        number = Personnummer(written)
    except (PersonnummerException, ValueError):
        raise ValidationError(NOT_RIGHT) from None
    # The check digit does not guard the century, and another century would be another person.
    if number.get_date() > clock.office_today():
        raise ValidationError(NOT_RIGHT)
    return number.format(long_format=True)


def masked(digits: str) -> str:
    """Return the number as it may be shown: the day of birth without the last four digits."""
    return f"{digits[:8]}-••••" if digits else ""
