"""What stands between sign-in and the pages: a second factor for mandates, and the reader's language."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import AuthenticationMiddleware, get_user
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext

from accounts import mandates
from accounts.models import FACTORS
from database.reads import reading_once

# The pages on which a second factor is set up, one's own sign-in kept, and what they need; and those
# about the service, which tell nothing of anybody.
OPEN_PAGES = (
    *("mfa_", "account_", "socialaccount_", "set_language", "health"),
    *("help", "accessibility", "privacy"),
)


class SignedIn(AuthenticationMiddleware):
    """Tells who is signed in, as Django does; their session brings them along, also where a form is sent."""

    def process_request(self, request: HttpRequest) -> None:
        """Read the person at once: what comes next asks in any case (`SessionEnds`)."""
        super().process_request(request)
        request.user = reading_once()(get_user)(request)


class SecondFactor:
    """Sends whoever holds a mandate, and has no second factor yet, to set one up (not in the demo)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        """Return the way to the set-up page, or None to go on."""
        if settings.KURSMEDEL_DEMO or _is_open(request) or not _lacks_factor(request.user):
            return None
        messages.warning(request, _why(request.user))
        return redirect("mfa_index")


def _is_open(request: HttpRequest) -> bool:
    return (request.resolver_match.url_name or "").startswith(OPEN_PAGES)


def _why(user: Any) -> str:
    if user.is_superuser or mandates.current(user):
        return gettext("Your appointment requires a second factor. Set one up to go on.")
    return gettext("Everybody here needs a second factor. Set one up to go on.")


def _lacks_factor(user: Any) -> bool:
    if held := mandates.current(user):
        return not held[0].has_factor
    of_all = settings.APPLICANTS_NEED_SECOND_FACTOR and user.is_authenticated
    return (of_all or user.is_superuser) and not is_mfa_enabled(user, types=FACTORS)


class ProfileLanguage:
    """Speaks the language of the profile in a browser where none has been chosen."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = self._of_profile(request)
        if language:
            translation.activate(language)
            request.LANGUAGE_CODE = language
        return self.get_response(request)

    @staticmethod
    def _of_profile(request: HttpRequest) -> str:
        if settings.LANGUAGE_COOKIE_NAME in request.COOKIES or not request.user.is_authenticated:
            return ""
        return request.user.language
