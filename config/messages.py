"""Keeps what the next page says in a cookie that is bound to this host, as every other one is."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class InCookie(CookieStorage):
    """Django's cookie of messages under the name of our other cookies."""

    cookie_name = f"{settings.COOKIE_PREFIX}messages"


class Messages(FallbackStorage):
    """What is too long for a cookie is kept in the session, as Django does."""

    storage_classes = (InCookie, SessionStorage)
