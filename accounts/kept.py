"""What was typed is kept when the sign-in had ended: it is there again after the next one.

Only forms that we gave to a person are kept (their key says to whom), encrypted, for a day, and shown to
that person alone. Passwords and files are never kept.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import REASON_NO_CSRF_COOKIE
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy

from accounts import once
from accounts.models import KeptForm, User
from schemes import clock, secrets

SIGNED_OUT = gettext_lazy(
    "You had been signed out, so nothing was sent. What you typed is kept: sign in, and it is there again."
)
KEPT_FOR = timedelta(days=1)
SAYS = "says"  # the field of a form in which nothing is typed that tells in words what it does
MOST_OF_A_PERSON = 20  # the latest: anybody can send a form with that person's key


@dataclass(frozen=True)
class Typed:
    """What a form held, as (name, value): the address it goes to, its page, and its files' names."""

    path: str
    page: str
    fields: list[list[str]]
    files: list[str]

    @property
    def texts(self) -> list[str]:
        """The longer texts, for the person to recognise it by."""
        return [value for name, value in self.fields if name != SAYS and len(value.split()) > 1]

    @property
    def act(self) -> str:
        """What sending it does, as its page said; "" where that was not said."""
        return dict(self.fields).get(SAYS, "")


class SignInFirst(LoginRequiredMiddleware):
    """Leads visitors to the sign-in page, and back to what they had typed."""

    def handle_no_permission(self, request: HttpRequest, view_func: object) -> HttpResponse:
        """Return the way to the sign-in page."""
        if not (kept := keep(request)):
            return super().handle_no_permission(request, view_func)
        # A page that saves by itself says so in its own place.
        if request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate":
            messages.info(request, SIGNED_OUT)
        back, field = reverse("accounts:kept", args=[kept.pk]), self.redirect_field_name
        return redirect_to_login(back, self.get_login_url(view_func), field)


def not_ours(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form without a valid token: what was typed can be sent again, if it is from our page."""
    context = {"typed": None, "sign_in": "", "cookies": reason != REASON_NO_CSRF_COOKIE}
    if request.user.is_authenticated:
        own = once.is_keyed(request) and not reason.startswith("Origin checking")
        context["typed"] = read(request) if own else None
    elif kept := keep(request):
        back = reverse("accounts:kept", args=[kept.pk])
        context["sign_in"] = redirect_to_login(back).url
    return render(request, "403_csrf.html", context, status=403)


def keep(request: HttpRequest) -> KeptForm | None:
    """Keep what a visitor sends with the key of a person, and return it; None where there is none."""
    try:
        holder = once.is_ours(request) and once.holder(request.POST.get(once.FIELD, ""))
    except signing.BadSignature:
        return None
    user = holder and User.objects.filter(pk=holder).first()
    if not user:
        return None
    sealed = secrets.encrypt(json.dumps(vars(read(request))))
    kept = KeptForm.objects.create(user=user, sealed=sealed, at=clock.now())
    of_person = KeptForm.objects.filter(user=user).order_by("-at").values("pk")
    KeptForm.objects.filter(pk__in=of_person[MOST_OF_A_PERSON:]).delete()
    return kept


def opened(kept: KeptForm) -> Typed:
    """Return what was kept, in clear. Raises Http404 where its key is gone."""
    if not (clear := secrets.decrypt(kept.sealed)):
        raise Http404
    return Typed(**json.loads(clear))


def read(request: HttpRequest) -> Typed:
    """Return what a form sends, but for passwords and the token of its page."""
    fields = [
        [name, value]
        for name, values in request.POST.lists()
        for value in values
        if name != once.TOKEN and "password" not in name
    ]
    files = [upload.name for uploads in dict(request.FILES.lists()).values() for upload in uploads]
    page = urlsplit(request.headers.get("Referer", "")).path
    return Typed(request.get_full_path(), page if page.startswith("/") else "/", fields, files)


def sweep(*, at: datetime) -> int:
    """Delete what was kept for longer than a day; return how many."""
    return KeptForm.objects.filter(at__lt=at - KEPT_FOR).delete()[0]
