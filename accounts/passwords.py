"""Passwords that would be guessed soon: leaked ones, common words, keys in a row, one's own name, our words.

Judged by the estimator zxcvbn with the lists that it carries; no service is asked.
"""

import re
from collections.abc import Sequence
from threading import Lock
from typing import Any

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from zxcvbn import zxcvbn

from accounts.models import User
from schemes.models import Organisation
from schemes.registry import SCHEMES

# How many guesses a password must withstand; stored with argon2 that is years on one machine.
LEAST_GUESSES = 10**9
# What the estimator is given: signs that may stand for letters it reads in every way, in 72 characters, the
# most that it takes, for a second and a half. What the beginning withstands, the whole withstands too.
CHARACTERS_READ = 32
# What the office, its people and its time of year are called: the estimator itself knows English.
WORDS_OF_THE_HOUSE = """
kursmedel kurs kursen kurser konferens konferanse course conference ansökan ansokan søknad soknad
bidrag refusjon beslut vedtak region regionen ekonomi økonomi läkare läkaren lakare lege legen
doktor sjukhus sjukhuset sykehus sykehuset klinik kliniken klinikk klinikken vårdcentral vardcentral
legekontor lösenord lösenordet losenord passord passordet hemlig hemligt hemmelig inloggning
innlogging välkommen valkommen velkommen sommar sommaren sommer vinter vintern vinteren höst hösten
hosten høst høsten vår våren varen januari februari mars april maj juni juli augusti september
oktober november december januar februar mai august desember måndag mandag tisdag tirsdag onsdag
torsdag fredag lördag lordag lørdag söndag sondag søndag sverige norge göteborg goteborg stockholm
oslo bergen
"""
# The estimator keeps the words of whom it judges in one place for all threads.
one_at_a_time = Lock()


class LongEnough(MinimumLengthValidator):
    """Refuses a short password, in our words: Django has none for that in Norwegian."""

    def get_error_message(self) -> str:
        """Return what is said of a short one."""
        return _("The password is too short. Write at least %(least)s characters.") % {
            "least": self.min_length
        }


class NotGuessedSoon:
    """Refuses a password that somebody would hit upon, and says what is better."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError for a password that withstands too few guesses."""
        with one_at_a_time:
            found = zxcvbn(password[:CHARACTERS_READ], user_inputs=_words(user))
        if found["guesses"] >= LEAST_GUESSES:
            return
        own = any(each.get("dictionary_name") == "user_inputs" for each in found["sequence"])
        raise ValidationError(_near() if own else _common(), code="guessed_soon")

    def get_help_text(self) -> str:
        """Return what is said beside the field."""
        return _(
            "Several words that do not belong together are easy to remember and hard to guess."
        )


def _near() -> str:
    return _(
        "The password is built on your name, your workplace or words of this service, where a guess begins. "
        "Use four words that do not belong together, for example."
    )


def _common() -> str:
    return _(
        "The password is easy to guess. Use four words that do not belong together, for example."
    )


def _words(user: Any) -> list[str]:
    """Return the words that lie near for a person and for this service."""
    texts = [*_of_person(user), *(f"{each.slug} {each.title}" for each in SCHEMES)]
    texts += Organisation.objects.values_list("name", flat=True)
    return list(dict.fromkeys([*_split([*texts, WORDS_OF_THE_HOUSE])]))


def _of_person(user: Any) -> list[str]:
    if not isinstance(user, User):
        return []
    return [user.name, user.email, user.specialty, user.hsa_id]


def _split(texts: Sequence[str]) -> list[str]:
    """Return the words of texts; an address counts as a whole as well, and what stands before the @."""
    whole = [part for text in texts if "@" in text for part in (text, text.partition("@")[0])]
    return [each.lower() for each in whole] + [
        word for text in texts for word in re.findall(r"\w{3,}", text.lower())
    ]
