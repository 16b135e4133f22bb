"""The countries of the world as people call them, each in the reader's language."""

from functools import lru_cache

from babel import Locale
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_countries.data import COUNTRIES

from drawing.wording import alphabetical

# ISO 3166-1 has no Kosovo; the code XK is the one in common use.
KNOWN_COUNTRIES = frozenset({*COUNTRIES, "XK"})


def named(code: str) -> str:
    """Return the name of a country in the reader's language; a code that is unknown stays as it is."""
    return dict(in_words()).get(code, code)


def in_words() -> tuple[tuple[str, str], ...]:
    """Return every country as code and name in the reader's language, Sweden first."""
    return _in(get_language() or "en")


@lru_cache
def _in(language: str) -> tuple[tuple[str, str], ...]:
    # Sorting them takes as long as reading a whole form. The names are those of CLDR, whole in each language.
    names = Locale.parse(language, sep="-").territories
    known = [(code, names[code]) for code in KNOWN_COUNTRIES]
    known.sort(key=lambda each: (each[0] != "SE", alphabetical(each[1])))
    return ("", str(_("Choose a country"))), *known
