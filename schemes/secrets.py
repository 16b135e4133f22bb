"""Personal numbers: kept encrypted, compared by a keyed hash, never in clear at rest."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

MARK = "enc:"


def _derived(purpose: str) -> bytes:
    return hashlib.sha256(f"{purpose}:{settings.PERSON_KEY}".encode()).digest()


@lru_cache
def _fernet(key: bytes) -> Fernet:
    return Fernet(urlsafe_b64encode(key))


def encrypt(text: str) -> str:
    """Return the text encrypted, with a mark in front; an empty text stays empty."""
    if not text:
        return ""
    return MARK + _fernet(_derived("encrypt")).encrypt(text.encode()).decode()


def decrypt(stored: str) -> str:
    """Return the text in clear. What has no mark or another key's is not readable: empty."""
    if not stored.startswith(MARK):
        return ""
    try:
        return _fernet(_derived("encrypt")).decrypt(stored[len(MARK) :].encode()).decode()
    except InvalidToken:
        return ""


def person_key(personal_number: str) -> str:
    """Return the keyed hash by which a person is known (R23), or "" for no number."""
    if not personal_number:
        return ""
    return hmac.new(_derived("compare"), personal_number.encode(), hashlib.sha256).hexdigest()
