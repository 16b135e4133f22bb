"""How the queue was filtered last: kept in the session, so that who comes back finds it as it was."""

from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from accounts.office import in_scheme
from applications.readings import NUMBER
from decisions import saved
from decisions.forms import ViewForm
from drawing import looks
from drawing.field_looks import drawn_form
from schemes.base import Scheme

FILTERS = ("place", "sort", "q")
CLEAR = "clear"
SESSION_KEY = "queue"
LONGEST = 400  # characters of an address that are kept


def follow(request: HttpRequest, scheme: Scheme) -> str:
    """Keep how the queue is filtered now; return the address as it was last, if it comes bare.

    Changes the session. An address that says nothing of the filters, such as that of the menu, is bare.
    """
    kept, now = request.session.get(SESSION_KEY, {}), filters(request.GET)
    bare = not any(name in request.GET for name in (*FILTERS, CLEAR, "file"))
    if bare and (last := kept.get(scheme.slug)):
        return _at(scheme, last)
    if now != kept.get(scheme.slug, ""):
        request.session[SESSION_KEY] = kept | {scheme.slug: now}
    return ""


def filters(given: QueryDict) -> str:
    """Return the filters of an address, as they stand in one; "" where there is none."""
    # No place at all is the person's own; an empty one is every place.
    named = {name: given[name] for name in FILTERS if given.get(name)}
    # What may be somebody's number is looked for and not written down.
    if NUMBER.search(named.get("q", "")):
        del named["q"]
    if "place" in given:
        named["place"] = given["place"]
    query = urlencode(named)
    return query if len(query) <= LONGEST else ""


def shown(request: HttpRequest, scheme: Scheme) -> dict[str, Any]:
    """Return what the page shows of it: saved views, the form for another, and where all is forgotten.

    Each view has its address; one of them may be what is shown. Without filters nothing can be forgotten.
    """
    now = filters(request.GET)
    views = [
        {"view": each, "url": _at(scheme, each.query), "current": each.query == now}
        for each in saved.views_of(request.user, scheme=scheme.slug)
    ]
    reset = _at(scheme, f"{CLEAR}=1") if now else ""
    return {"views": views, "view_form": _view_form(), "reset": reset}


def _view_form() -> SafeString:
    """Return the fields of the form by which a view is saved; they are drawn once for each language."""
    look = looks.kept(lambda: drawn_form(ViewForm()), ViewForm, get_language())
    return looks.fill(look, {})


def _at(scheme: Scheme, query: str) -> str:
    return f"{in_scheme('decisions:queue', scheme)}&{query}"
