"""Finance's list: what must go out, what is out, what is settled; and several packets at once."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST, require_safe

from accounts.mandates import ADMINISTRATOR, AUDITOR, FINANCE, current_schemes, requires
from accounts.office import ask_to_tick, scheme_of, schemes_tabs
from applications import readings
from applications.handing_out import GUARDED, asked_as_table
from applications.models import Reading
from database import paging
from drawing.spreadsheet import Table
from invoicing import bundle, register, services
from invoicing.entries import SOON, Entry, Standing
from invoicing.forms import FilterForm
from invoicing.models import Invoice
from invoicing.register import ALL, UNSENT, Part
from invoicing.seen import Seen, seen, shown
from invoicing.views import payouts, rows
from schemes import clock
from schemes.base import Scheme
from schemes.reading import ticked_keys
from schemes.templatetags.kursmedel import money

A_PAGE = 50
READERS = (FINANCE, ADMINISTRATOR, AUDITOR)
# What a tab holds, in the order in which an invoice passes through them.
TABS: Mapping[str, tuple[Standing, ...]] = {
    "unsent": UNSENT,
    "due": (Standing.DUE,),
    "overdue": (Standing.OVERDUE,),
    "sent": (Standing.SENT,),
    "settled": (Standing.SETTLED,),
    "credited": (Standing.CREDITED,),
    "all": ALL,
}
# By how invoices stand; None where they are too many to count.
Sums = Mapping[Standing, Part] | None


@require_safe
@requires(*READERS)
def overview(request: HttpRequest) -> HttpResponse:
    """Show the invoices of a scheme that the person may see, by how they stand, with their sums.

    A scheme that pays out has a list of its own.
    """
    scheme = scheme_of(request, *READERS)
    schemes = schemes_tabs(request, scheme, *READERS)
    if scheme.pays_out:
        return payouts.overview(request, scheme, schemes)
    on = clock.today(scheme.time_zone)
    mine = seen(request.user, scheme.slug)
    form = FilterForm(request.GET or None, organisations=mine.buyers())
    asked = form.cleaned_data if form.is_valid() else {}
    tab, words, found = _tab(request), _words(asked), mine.of(asked.get("organisation"))
    whole = partial(_whole, request, found, tab, on, words)
    if file := asked_as_table(request, name=f"{scheme.slug}-{tab}", table=whole):
        return file
    sums = None if words else register.sums(found.alike(), on)
    number = None if sums is None else _total(sums, tab).number
    page = _page(request, found, tab, on, number=number, words=words)
    if words and not page.more:
        sums = _sums(found.entries(), words, on)
    context = {
        "scheme": scheme,
        "schemes": schemes,
        "form": form,
        "tabs": _tabs(request, sums, tab),
        "figures": _figures(request, sums, scheme),
        "may_send": _may_send(request, scheme, tab),
        "mailbox": settings.FINANCE_MAILBOX,
        "page": page,
        "lines": rows.drawn_lines(page.rows, scheme, on),
        "sort": _sort(request, tab),
        "params": request.GET,
    }
    readings.of_list(request, Reading.What.INVOICES, page.rows, scheme=scheme.slug)
    return TemplateResponse(request, "invoicing/overview.html", context)


@require_POST
@requires(*READERS)
def download(request: HttpRequest) -> HttpResponse:
    """Hand out the ticked packets as one ZIP with an index, and note who took them."""
    ticked = _ticked(request, register.seen_by(request.user)).exclude(packet__rendered_at=None)
    ticked = ticked.filter(application__vouchers_anonymised_at=None)
    invoices = list(ticked)
    if not invoices:
        ask_to_tick(request, _("Tick packets that are ready."))
        return redirect(_back(request))
    services.record_download(invoices=invoices, by=request.user, at=clock.now())
    readings.of_cases(request, [each.application for each in invoices], Reading.What.PACKET)
    name = _("packets") + f"-{invoices[0].issued_on:%Y-%m}.zip"
    headers = GUARDED | {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(
        bundle.stream(invoices), content_type="application/zip", headers=headers
    )


@require_POST
@requires(FINANCE)
def mark_sent(request: HttpRequest) -> HttpResponse:
    """Mark the ticked packets as sent."""
    ticked = _ticked(request, register.handled_by(request.user))
    _say(request, services.mark_sent(invoices=ticked, by=request.user, at=clock.now()))
    return redirect(_back(request))


@require_POST
@requires(FINANCE)
def mail(request: HttpRequest) -> HttpResponse:
    """Mail the ticked packets to finance's box, where one is set up (R35)."""
    to = settings.FINANCE_MAILBOX
    if not to:
        raise Http404
    ticked = _ticked(request, register.handled_by(request.user))
    _say(request, services.mail(invoices=ticked, to=to, by=request.user, at=clock.now()))
    return redirect(_back(request))


def _may_send(request: HttpRequest, scheme: Scheme, tab: str) -> bool:
    """Tell whether the person sends packets, and the tab holds any that are not sent yet."""
    sends = any(standing in UNSENT for standing in TABS[tab])
    return sends and scheme.slug in current_schemes(request.user, FINANCE)


def _words(asked: Mapping[str, Any]) -> Q | None:
    words = asked.get("q", "").strip()
    return register.holds(words) if words else None


def _sums(found: QuerySet[Entry], words: Q, on: date) -> Sums:
    """Return number and sum of what is found, by how it stands; None where it is too much to count."""
    parts = register.alike_among(found, words)
    return None if parts is None else register.sums(parts, on)


def _tab(request: HttpRequest) -> str:
    asked = request.GET.get("tab", "")
    return asked if asked in TABS else "unsent"


def _page(
    request: HttpRequest,
    found: Seen,
    tab: str,
    on: date,
    *,
    number: int | None,
    words: Q | None,
) -> paging.Page:
    listed = shown(_in_tab(found, tab, on)) if words else found.listed(TABS[tab], on)
    return paging.page(
        listed,
        register.order(_sort(request, tab)),
        request.GET.get("page"),
        size=A_PAGE,
        number=number,
        most=paging.COUNTED_BY_WORDS,
        words=words,
    )


def _in_tab(found: Seen, tab: str, on: date) -> QuerySet[Entry]:
    return found.entries().filter(register.standing_in(TABS[tab], on, on + SOON))


def _whole(request: HttpRequest, found: Seen, tab: str, on: date, words: Q | None) -> Table:
    """Return the whole list as a table, and note who took it."""
    listed = _in_tab(found, tab, on).filter(words or Q())
    invoices = register.invoices_of(listed.order_by(*register.order(_sort(request, tab))))
    readings.of_cases(request, [each.application for each in invoices], Reading.What.LIST)
    return bundle.listing(invoices)


def _sort(request: HttpRequest, tab: str) -> str:
    return request.GET.get("sort") or ("due" if TABS[tab][0] in UNSENT else "-issued")


def _tabs(request: HttpRequest, sums: Sums, current: str) -> list[dict[str, Any]]:
    labels = {
        "unsent": _("To send"),
        "due": _("Due within a week"),
        "overdue": pgettext("several", "Overdue"),
        "sent": pgettext("several", "Sent"),
        "settled": pgettext("several", "Settled"),
        "credited": pgettext("several", "Credited"),
        "all": _("All"),
    }
    return [
        {
            "label": labels[tab],
            "url": paging.first_page(request.GET, "sort", tab=tab),
            "current": tab == current,
            "count": None if sums is None else _total(sums, tab).number,
        }
        for tab in TABS
    ]


def _figures(request: HttpRequest, sums: Sums, scheme: Scheme) -> list[dict[str, Any]]:
    labels = {
        "unsent": (_("To send"), "accent"),
        "overdue": (pgettext("several", "Overdue"), "bad"),
        "sent": (_("Sent, not settled"), "neutral"),
        "settled": (pgettext("several", "Settled"), "good"),
    }
    if sums is None:
        return []
    found = {tab: _total(sums, tab) for tab in labels}
    return [
        {
            "label": label,
            "value": money(found[tab].sum, scheme.currency),
            "note": _packets(found[tab].number),
            "tone": tone if found[tab].number else "neutral",
            "url": paging.first_page(request.GET, "sort", tab=tab),
        }
        for tab, (label, tone) in labels.items()
    ]


def _packets(number: int) -> str:
    return ngettext("%(n)s packet", "%(n)s packets", number) % {"n": number}


def _total(sums: Mapping[Standing, Part], tab: str) -> Part:
    return sum((sums[each] for each in TABS[tab] if each in sums), Part())


def _ticked(request: HttpRequest, invoices: QuerySet[Invoice]) -> QuerySet[Invoice]:
    ticked = ticked_keys(request.POST.getlist("invoice"))[:A_PAGE]
    found = register.described(invoices.filter(pk__in=ticked))
    return register.by_number(found.select_related(*register.RELATED))


def _say(request: HttpRequest, handed: list[services.Handed]) -> None:
    """Tell how many went out, and of each other one why it did not."""
    if not handed:
        ask_to_tick(request, _("Tick the packets first."))
    if gone := sum(not each.obstacle for each in handed):
        words = ngettext("%(n)s packet is sent.", "%(n)s packets are sent.", gone)
        messages.success(request, words % {"n": gone})
    for each in handed:
        if each.obstacle:
            messages.warning(request, f"{each.invoice}: {each.obstacle}")


def _back(request: HttpRequest) -> str:
    """Return to the invoice that the button was on, or to the list as it was filtered."""
    with suppress(NoReverseMatch):
        return reverse("invoicing:invoice", args=[request.GET.get("invoice")])
    return f"{reverse('invoicing:overview')}?{request.GET.urlencode()}"
