"""Personal numbers and accounts: kept encrypted, compared by a keyed hash, never in clear at rest.

There may be several keys: what is written takes the first, what is read tries each in turn. Which one
a text was encrypted with only the keys themselves can tell. The key of the hash has a life of its own:
two hashes are only comparable under the same one, so it changes for all rows at once or not at all.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

MARK = "enc:"
# Stands where something encrypted was that has outlived its term of retention.
REMOVED = MARK + "–"


@lru_cache
def _derived(purpose: str, secret: str) -> bytes:
    return hashlib.sha256(f"{purpose}:{secret}".encode()).digest()


@lru_cache
def _ring(keys: tuple[str, ...]) -> MultiFernet:
    derived = [_derived("encrypt", each) for each in keys]
    return MultiFernet([Fernet(urlsafe_b64encode(each)) for each in derived])


def _fernet(key: str) -> Fernet | MultiFernet:
    return Fernet(key) if key else _ring(tuple(settings.PERSON_KEYS))


def new_key() -> str:
    """Return a key for texts that are written for good: kept encrypted itself, beside them.

    When the keys of the installation change, this one is encrypted anew and the texts stand.
    """
    return Fernet.generate_key().decode()


def encrypt(text: str, key: str = "") -> str:
    """Return the text encrypted, with a mark in front; an empty text stays empty.

    Takes a key of its own (`new_key`) for what is written for good.
    """
    if not text:
        return ""
    return MARK + _fernet(key).encrypt(text.encode()).decode()


def decrypt(stored: str, key: str = "") -> str:
    """Return the text in clear. What has no mark or another key's is not readable: empty."""
    if not stored.startswith(MARK):
        return ""
    try:
        return _fernet(key).decrypt(stored[len(MARK) :].encode()).decode()
    except InvalidToken:
        return ""


def masked_account(number: str) -> str:
    """Return the last four digits of an account, by which its owner knows it."""
    return f"•••• {number[-4:]}"


def is_current(stored: str) -> bool:
    """Tell whether a text is encrypted with the first of the keys."""
    try:
        _ring(tuple(settings.PERSON_KEYS[:1])).decrypt(stored[len(MARK) :].encode())
    except InvalidToken:
        return False
    return True


def person_key(personal_number: str, *, key: str = "") -> str:
    """Return the keyed hash by which a person is known (R23), or "" for no number.

    Takes another key of the hash than the installation's while it is being changed.
    """
    if not personal_number:
        return ""
    secret = _derived("compare", key or settings.PERSON_HASH_KEY)
    return hmac.new(secret, personal_number.encode(), hashlib.sha256).hexdigest()
