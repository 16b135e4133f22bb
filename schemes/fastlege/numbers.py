"""Norwegian numbers: of a person, an organisation, a bank account and in the health personnel register."""

import re
from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum.exceptions import ValidationError as Invalid
from stdnum.no import fodselsnummer, orgnr

ELEVEN = re.compile(r"\d{11}", re.ASCII)
NINE_AT_MOST = re.compile(r"(?!0+$)\d{1,9}", re.ASCII)
WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)

NO_PERSON = _("Check the national identity number or D number: eleven digits.")
NO_ORGANISATION = _("Check the organisation number: nine digits.")
NO_ACCOUNT = _("Check the account number: eleven digits, the last of which is a check digit.")
NO_HPR = _("Check the HPR number: at most nine digits.")


def national_identity(text: str) -> str:
    """Return a national identity or D number as eleven digits. Raises ValidationError."""
    return _checked(fodselsnummer.validate, _digits(text), NO_PERSON)


def organisation(text: str) -> str:
    """Return an organisation number as nine digits, not all zeros. Raises ValidationError."""
    digits = _digits(text)
    if not digits.strip("0"):
        raise ValidationError(NO_ORGANISATION)
    return _checked(orgnr.validate, digits, NO_ORGANISATION)


def account(text: str) -> str:
    """Return an account number as eleven digits that pass modulus 11. Raises ValidationError.

    Numbers that begin with 0000 are the seven digits of the old post giro, or nothing at all.
    """
    digits = _digits(text)
    if not ELEVEN.fullmatch(digits) or digits.startswith("0000") or not _modulus_11(digits):
        raise ValidationError(NO_ACCOUNT)
    return digits


def hpr(text: str) -> str:
    """Return a number of the health personnel register without spaces. Raises ValidationError."""
    digits = _digits(text)
    if not NINE_AT_MOST.fullmatch(digits):
        raise ValidationError(NO_HPR)
    return digits


def masked_person(digits: str) -> str:
    """Return the day of birth without the last five digits."""
    return f"{digits[:6]} •••••" if digits else ""


def _digits(text: str) -> str:
    # As people write them: 1234.56.78903, 010180 12345, 987 654 321.
    return re.sub(r"[\s.\-\N{EN DASH}]", "", text)


def _checked(validate: Callable[[str], str], digits: str, words: str) -> str:
    if not digits.isascii() or not digits.isdecimal():
        raise ValidationError(words)
    try:
        return validate(digits)
    except Invalid:
        raise ValidationError(words) from None


def _modulus_11(digits: str) -> bool:
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, digits[:10], strict=True))
    # A remainder of 1 has no check digit: 10 is never equal to one.
    return (11 - total % 11) % 11 == int(digits[10])
