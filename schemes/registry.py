"""The schemes that this house runs: one line each."""

from schemes.base import Scheme
from schemes.fastlege.scheme import Fastlege
from schemes.rfr.scheme import RFR

SCHEMES: list[Scheme] = [RFR(), Fastlege()]


def find(slug: str) -> Scheme | None:
    """Return the scheme of that slug, or None if there is none."""
    for scheme in SCHEMES:
        if scheme.slug == slug:
            return scheme
    return None


def get(slug: str) -> Scheme:
    """Return the scheme of that slug. Raises KeyError if there is none."""
    if found := find(slug):
        return found
    raise KeyError(slug)
