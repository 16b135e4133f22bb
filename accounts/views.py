"""The pages about a person: the profile, the language, and in the demo whom to be and what was mailed."""

from uuid import UUID

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language

from accounts import demo, inbox, kept, navigation, services
from accounts import sign_ins as places
from accounts.forms import ProfileForm
from accounts.models import FACTORS, KeptForm
from accounts.once import form_page
from accounts.session_ends import after_recent_sign_in
from database import paging

A_PAGE = 50
SIGNS_IN = settings.AUTHENTICATION_BACKENDS[0]


@form_page
def profile(request: HttpRequest) -> HttpResponse:
    """Show the own profile, and store it."""
    initial = {"language": request.user.language or get_language()}
    form = ProfileForm(request.POST or None, instance=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        services.keep_profile(user=request.user, **form.answers())
        messages.success(request, gettext("Your profile is saved."))
        return _in_language(redirect("accounts:profile"), request.user.language)
    context = {"form": form, "lacks_factor": not is_mfa_enabled(request.user, types=FACTORS)}
    return render(request, "accounts/profile.html", context)


@require_safe
def sign_ins(request: HttpRequest) -> HttpResponse:
    """Show where whoever looks is signed in."""
    return render(request, "accounts/sign_ins.html", {"sign_ins": places.of(request)})


@after_recent_sign_in
@require_POST
def end_sign_ins(request: HttpRequest) -> HttpResponse:
    """End one's other sign-in that is named, or all of them."""
    key = request.POST.get("which", "")
    ended = places.end(request, key) if key else places.end_others(request)
    words = ngettext("%(n)s sign-in is ended.", "%(n)s sign-ins are ended.", ended) % {"n": ended}
    messages.success(request, words if ended else gettext("You are signed in only here."))
    return redirect("accounts:sign_ins")


@login_not_required
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Speak another language from now on, and remember it in the profile of who is signed in."""
    chosen = request.POST.get("language")
    if request.user.is_authenticated and chosen in dict(settings.LANGUAGES):
        services.keep_profile(user=request.user, language=chosen)
    return set_language(request)


@never_cache
@require_safe
def kept_form(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show what was typed when the sign-in had ended, to be sent again."""
    found = get_object_or_404(KeptForm, uuid=uuid, user=request.user)
    return render(request, "accounts/kept.html", {"typed": kept.opened(found)})


def _in_language(response: HttpResponse, language: str) -> HttpResponse:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
    )
    return response


# Only in the demo


@login_not_required
@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the people of the demo."""
    demo.only_in_the_demo()
    known = {user.email: user for user in demo.people()}
    user = known.get(request.POST.get("person", ""))
    if user is None:
        raise Http404
    login(request, user, backend=SIGNS_IN)
    return redirect(_wanted(request) or navigation.first_page(user))


def _wanted(request: HttpRequest) -> str:
    url = request.POST.get("next", "")
    return url if url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()}) else ""


@login_not_required
@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """List every mail that was sent."""
    demo.only_in_the_demo()
    found = inbox.letters(settings.MAILDIR)
    page = paging.of_list(found, request.GET.get("page"), size=A_PAGE)
    context = {"page": page, "params": request.GET}
    return render(request, "accounts/inbox.html", context)


@login_not_required
@require_safe
def letter(request: HttpRequest, key: str) -> HttpResponse:
    """Show one mail, its links to follow."""
    demo.only_in_the_demo()
    found = inbox.letter(settings.MAILDIR, key)
    if found is None:
        raise Http404
    return render(request, "accounts/letter.html", {"letter": found})
