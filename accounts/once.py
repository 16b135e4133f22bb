"""A form that is sent twice has one effect: the second time brings the answer of the first.

Each form carries its page's key: `{% csrf_token %}` writes it, so that no form can forget it. It is stored
with where the answer led, in the same transaction as what the form did, so both are there or neither.
Whoever sends the same once more (the answer was lost, a double click, "back" and "send") is led to that
answer. The same key with other content is another form. What was not done uses up no key: a page with
errors, or an answer that only says why not.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.cookies import SimpleCookie
from secrets import token_urlsafe
from typing import Any

from django.contrib import messages
from django.core import signing
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from accounts.models import SentForm
from schemes import clock, secrets

FIELD = "form_key"
TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - a name
KEY_LASTS = timedelta(days=7)
SALT = "accounts.once"
# Also asks whether it was there: no savepoint is needed for one that was.
TAKE_KEY = (
    "INSERT INTO accounts_sentform (digest, at, answer) VALUES (%s, %s, '') ON CONFLICT DO NOTHING"
)
# Signing in and out is about the session itself: an answer of another session would help nobody.
NOT_OURS = ("account_", "mfa_", "socialaccount_", "enter")

View = Callable[..., HttpResponse]


# A view that shows a form when it is fetched, and takes it when it is sent
form_page = require_http_methods(["GET", "HEAD", "POST"])


def new_key(user: Any) -> str:
    """Return a new key for the forms of a page, bound to the person who gets it (None: a visitor).

    Its forms are told apart by where they are sent and what is in them.
    """
    return signing.dumps([user.pk, token_urlsafe(16)], salt=SALT)


def holder(key: str) -> int | None:
    """Return the primary key of the person whom a form's key was given to.

    Raises signing.BadSignature for a key that is not ours or older than a week.
    """
    return signing.loads(key, salt=SALT, max_age=KEY_LASTS)[0]


def in_parts(view: View) -> View:
    """Mark a view that works in several transactions, each safe to repeat by itself."""
    view.in_parts = True
    return view


def sweep(*, at: datetime) -> int:
    """Delete what was kept of forms sent longer ago than a key lasts; return how many."""
    return SentForm.objects.filter(at__lt=at - KEY_LASTS).delete()[0]


class Once:
    """Runs what a form does once for each key, and repeats its answer."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Return the answer of a form with a key of this person; None lets all else pass."""
        if not is_keyed(request):
            return None
        alone = _alone if getattr(view, "in_parts", False) else _together
        return alone(request, lambda: view(request, *args, **kwargs))


def is_ours(request: HttpRequest) -> bool:
    """Tell whether a request sends a form other than those of signing in and out."""
    name = request.resolver_match.url_name or ""
    return request.method == "POST" and not name.startswith(NOT_OURS)


def is_keyed(request: HttpRequest) -> bool:
    """Tell whether a form comes with a key that was given to the person who sends it."""
    if not is_ours(request) or not (key := request.POST.get(FIELD)):
        return False
    try:
        return holder(key) == request.user.pk
    except signing.BadSignature:
        return False


def _together(request: HttpRequest, act: View) -> HttpResponse:
    """Act and keep the answer in one transaction; who sends the same meanwhile waits for its end."""
    with transaction.atomic():
        digest = _digest(request)
        kept = SentForm.objects.filter(digest=digest)
        if not _is_first(digest):
            return _again(request, kept.get())
        response = act()
        if _lasts(request, response):
            kept.update(answer=_sealed(request, response))
        else:
            kept.delete()
    return response


def _is_first(digest: str) -> bool:
    """Keep the form's mark unless it is there; who sends the same meanwhile waits for our end."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE_KEY, [digest, clock.now()])
        return bool(cursor.rowcount)


def _alone(request: HttpRequest, act: View) -> HttpResponse:
    """Act while whoever sends the same waits, and keep the answer afterwards.

    For acts that must not share a transaction: each locks what the next would have to wait for.
    """
    digest = _digest(request)
    with _waiting(digest):
        if sent := SentForm.objects.filter(digest=digest).first():
            return _again(request, sent)
        response = act()
        if _lasts(request, response):
            answer = _sealed(request, response)
            SentForm.objects.create(digest=digest, at=clock.now(), answer=answer)
    return response


@contextmanager
def _waiting(digest: str) -> Iterator[None]:
    """Let who sends the same wait until the block ends.

    A transaction beside those of the act holds the lock: one of the session would stay behind where a
    pooler hands out another session for each transaction.
    """
    number = int.from_bytes(bytes.fromhex(digest)[:8], signed=True)
    beside = connection.copy()
    try:
        beside.set_autocommit(False)
        with beside.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
        yield
    finally:
        beside.rollback()
        beside.close()


# What is sent, and what was answered


def _digest(request: HttpRequest) -> str:
    """Return the mark by which the same form from the same person is known: all of its content."""
    typed = [(name, given) for name, given in sorted(request.POST.lists()) if name != TOKEN]
    files = [
        (name, upload.name, _content(upload))
        for name, uploads in sorted(request.FILES.lists())
        for upload in uploads
    ]
    said = repr((request.user.pk, request.get_full_path(), typed, files))
    return hashlib.sha256(said.encode("utf-8", "backslashreplace")).hexdigest()


def _content(upload: Any) -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()


def _lasts(request: HttpRequest, response: HttpResponse) -> bool:
    """Tell whether something was done: the answer leads on, and says more than why not."""
    said = [message.level for message in _said(request)]
    refused = bool(said) and min(said) >= messages.WARNING
    return isinstance(response, HttpResponseRedirect) and not refused


def _said(request: HttpRequest) -> list[Any]:
    # Read without marking them as shown: the answer itself still has to show them.
    return getattr(messages.get_messages(request), "_queued_messages", [])


def _sealed(request: HttpRequest, response: HttpResponse) -> str:
    # Encrypted: an address may carry what somebody searched for, a message a name.
    said = [(message.level, str(message.message)) for message in _said(request)]
    answer = {"to": response.url, "said": said, "cookies": response.cookies.output(header="")}
    return secrets.encrypt(json.dumps(answer))


def _again(request: HttpRequest, sent: SentForm) -> HttpResponse:
    # An answer whose key is gone cannot be read: the form has had its effect all the same.
    answer = json.loads(secrets.decrypt(sent.answer) or '{"to": "/", "said": [], "cookies": ""}')
    for level, text in answer["said"]:
        messages.add_message(request, level, text)
    response = HttpResponseRedirect(answer["to"])
    response.cookies = SimpleCookie(answer["cookies"])
    return response
