"""Personal numbers of Swedish people: read in any way of writing them, kept as twelve digits."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from personnummer.personnummer import Personnummer, PersonnummerException

UNREADABLE = _("Write the personal number with twelve digits, such as 19800101-0000.")


def read(text: str) -> str:
    """Return the number as twelve digits; coordination numbers are as good (R23).

    Raises ValidationError when it has fewer digits, a wrong check digit or is no day of the calendar.
    """
    digits = text.replace(" ", "").replace("-", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) == 12):
        raise ValidationError(UNREADABLE)
    try:
        return Personnummer(digits).format(long_format=True)
    except (PersonnummerException, ValueError):
        raise ValidationError(UNREADABLE) from None


def masked(digits: str) -> str:
    """Return the number as it may be shown: the day of birth without the last four digits."""
    return f"{digits[:8]}-••••" if digits else ""
