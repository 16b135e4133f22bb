"""When a sign-in ends: after a while without a click, at the latest after a day's work, and for what
weighs most one shows again after some hours that it is still oneself.

Seconds are real ones here, not those of the calendar that a demo may hold.
"""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.signals import authentication_step_completed
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME, logout, user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext

from accounts import kept, sign_ins
from accounts.sign_ins import BEGAN, DEVICE, SEEN

View = Callable[..., HttpResponse]
NOTED_EVERY = 60  # seconds: noting each click would write to the database with each
ADMIN = "admin"
# What a browser forgets when a sign-in ends. Not the cookies: one of them is the language.
LEFT_BEHIND = '"cache", "storage"'


@receiver(user_logged_in)
def begin(sender: Any, request: HttpRequest, **more: Any) -> None:
    """Note in the session when it began, and with what: Django tells of every way in, the demo's too."""
    request.session[BEGAN] = time.time()
    request.session[DEVICE] = sign_ins.device(request)
    request.session.pop(SEEN, None)


@receiver(authentication_step_completed)
def rename(sender: Any, request: HttpRequest, **more: Any) -> None:
    """Give the session a new name where one has shown again who one is, as at each sign-in."""
    if more.get("reauthenticated"):
        request.session.cycle_key()


@receiver([authenticator_added, authenticator_removed, authenticator_reset])
def end_others(sender: Any, request: HttpRequest, **more: Any) -> None:
    """End the other sign-ins where a factor came or went: who stole one is out, as with a password."""
    if request.user.is_authenticated and sign_ins.end_others(request):
        messages.info(request, gettext("You are signed out everywhere else."))


def after_recent_sign_in(view: View) -> View:
    """Mark a view whose forms need a sign-in of the last hours (`SIGN_AGAIN_HOURS` in the settings)."""
    view.after_recent_sign_in = True
    return view


class SessionEnds:
    """Ends a sign-in that was left alone or is too old, and lets no browser store a page about a person."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.sign_in_ended = request.user.is_authenticated and _is_over(request)
        if request.sign_in_ended:
            logout(request)
        personal = request.user.is_authenticated
        response = self.get_response(request)
        if (personal or request.user.is_authenticated) and "Cache-Control" not in response:
            add_never_cache_headers(response)
        if request.sign_in_ended or (personal and not request.user.is_authenticated):
            response["Clear-Site-Data"] = LEFT_BEHIND
        return response

    def process_view(self, request: HttpRequest, *view: Any) -> None:
        """Say on the next page why one has to sign in again."""
        if request.sign_in_ended:
            messages.info(
                request,
                gettext(
                    "You were signed out, because the sign-in had not been used for a long time."
                ),
            )


class RecentSignIn:
    """Asks who signs or pays, and signed in hours ago, for password or second factor once more."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, *said: Any) -> HttpResponse | None:
        """Return the way to show again who one is; what was sent is kept until then."""
        if request.method != "POST" or not _weighs(request, view) or _is_recent(request):
            return None
        held = kept.keep(request)
        back = reverse("accounts:kept", args=[held.pk]) if held else _page(request)
        return redirect(f"{_where_to_show(request)}?{urlencode({REDIRECT_FIELD_NAME: back})}")


def _is_over(request: HttpRequest) -> bool:
    """Tell whether the sign-in has ended; note that it was used where it has not."""
    now, session = time.time(), request.session
    if BEGAN not in session:
        begin(None, request)
    if sign_ins.is_over(session, now):
        return True
    if now - session.get(SEEN, session[BEGAN]) > NOTED_EVERY:
        session[SEEN] = now
    return False


def _weighs(request: HttpRequest, view: View) -> bool:
    in_admin = ADMIN in request.resolver_match.namespaces
    return request.user.is_authenticated and (in_admin or hasattr(view, "after_recent_sign_in"))


def has_just_shown(request: HttpRequest) -> bool:
    """Tell whether one has shown who one is within the minutes that changing a password asks for."""
    shown = get_authentication_records(request, request.user)
    asked = settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    return any(time.time() - each["at"] < asked for each in shown)


def _is_recent(request: HttpRequest) -> bool:
    shown = [each["at"] for each in get_authentication_records(request, request.user)]
    return time.time() - max([request.session[BEGAN], *shown]) <= settings.SIGN_AGAIN_SECONDS


def _where_to_show(request: HttpRequest) -> str:
    """Return the page that asks again; who has neither password nor factor here signs in anew."""
    if methods := get_adapter().get_reauthentication_methods(request.user):
        return methods[0]["url"]
    logout(request)
    return resolve_url(settings.LOGIN_URL)


def _page(request: HttpRequest) -> str:
    """Return the page on which the form stood, as far as that is known."""
    page = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(page, allowed_hosts={request.get_host()}):
        return "/"
    return urlsplit(page).path
